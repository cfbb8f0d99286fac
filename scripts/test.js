// @ts-check
// `npm test`: from a bare clone to the result of every test; `npm test -- <arguments>` hands them to vitest.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportingFailures } from './failure.js';
import { installMissing } from './install.js';
import { requireSupportedNode } from './node-version.js';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

requireSupportedNode();
await reportingFailures(async () => {
  await installMissing(root);
  if (process.argv.length === 2) {
    console.log(
      'Running all tests: about eight minutes on two cores. What is skipped for want of a program is said in the end.',
    );
  }
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const tests = spawn(process.execPath, [vitest, 'run', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
  process.exitCode = await new Promise((resolve) => tests.on('close', (code) => resolve(code ?? 1)));
});
