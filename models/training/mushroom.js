#!/usr/bin/env node
// The command `mushroom`: its code is TypeScript, which tsx runs as it is.
try {
  const { register } = await import('tsx/esm/api');
  register();
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error('mushroom: the packages are not installed yet. Run `npm ci` in the project’s folder, then try again.');
  process.exit(1);
}
await import('./src/cli/main.ts');
