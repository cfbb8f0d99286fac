import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Packages stay outside: TensorFlow.js must be one instance, and sharp and swagger-ui find their files beside them. */
const packagesOutside: Plugin = {
  name: 'packages-outside',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@mushroom/') ? undefined : { path, external: true },
    );
  },
};

await rm(here('dist'), { recursive: true, force: true });
await build({
  entryPoints: {
    main: here('src/main.ts'),
    worker: here('src/inference/worker.ts'),
    'fetch-model': here('src/fetch-model.ts'),
  },
  outdir: here('dist'),
  bundle: true,
  format: 'esm',
  // What is imported only when it is needed stays a file of its own.
  splitting: true,
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  plugins: [packagesOutside],
});
