import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Fingerprint of the code in some folders: of every source file's path and bytes, whatever git thinks of them. */
export async function codeRevisionOf(...folders: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const sources of folders) {
    const entries = await readdir(sources, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts'))
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort();
    for (const file of files) {
      hash.update(path.relative(sources, file));
      hash.update(await readFile(file));
    }
  }
  return hash.digest('hex').slice(0, 12);
}
