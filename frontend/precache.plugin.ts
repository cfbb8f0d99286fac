import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plugin } from 'vite';

const PLACEHOLDER = 'self.__WB_MANIFEST';
/** Older browsers' fonts, what only a developer reads, and the decoder of HEIC: as large as all the rest, for few. */
const LEFT_OUT = /\.(woff|map|txt)$|^heic\.worker-/;

/**
 * Tells the built service worker which files the page consists of. (vite-plugin-pwa does it too, and installs two
 * hundred packages for it.)
 *
 * @param serviceWorker its file in the output.
 */
export function precacheManifest(serviceWorker: string): Plugin {
  return {
    name: 'precache-manifest',
    apply: 'build',
    writeBundle: {
      // The page's HTML and the public files are written by then.
      order: 'post',
      async handler({ dir }) {
        const output = dir!;
        const entries = await readdir(output, { recursive: true, withFileTypes: true });
        const files = entries
          .filter((entry) => entry.isFile() && entry.name !== serviceWorker && !LEFT_OUT.test(entry.name))
          .map((entry) => path.relative(output, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
          .sort();
        const manifest = await Promise.all(
          files.map(async (file) => {
            // The build puts a hash of the content into the names under assets/: they need no revision.
            const revision = file.startsWith('assets/') ? null : await md5(path.join(output, file));
            return { url: `/${file}`, revision };
          }),
        );
        const script = path.join(output, serviceWorker);
        const text = await readFile(script, 'utf8');
        if (!text.includes(PLACEHOLDER)) throw new Error(`${serviceWorker} has no ${PLACEHOLDER}`);
        await writeFile(script, text.replace(PLACEHOLDER, JSON.stringify(manifest)));
      },
    },
  };
}

async function md5(file: string): Promise<string> {
  return createHash('md5')
    .update(await readFile(file))
    .digest('hex');
}
