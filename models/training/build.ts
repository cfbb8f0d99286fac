import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

// What runs in a cluster, as one file each, so that an image needs no packages but the native one.
await rm(here('dist'), { recursive: true, force: true });
await build({
  entryPoints: { shards: here('src/cli/shards.main.ts') },
  outdir: here('dist'),
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  external: ['@node-rs/crc32'],
  // Some packages are CommonJS and call require, which an ES module does not have. Some import createRequire by that name.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
  },
});
