import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../../service-process.ts';

const run = promisify(execFile);
const sources = import.meta.dirname;

/**
 * Installs what a peer needs into a folder of its own, once, with the peer's sources beside it.
 * @param list the file that names its packages: another list is another folder.
 * @param install is given the folder.
 */
async function installed(
  list: string,
  files: string[],
  install: (folder: string) => Promise<unknown>,
): Promise<string> {
  const hash = createHash('sha256').update(await readFile(path.join(sources, list)));
  const folder = path.join(repository, '.cache/peers', hash.digest('hex').slice(0, 12));
  const complete = path.join(folder, 'complete');
  if (!existsSync(complete)) {
    process.stderr.write(`installing what ${list} of the peers names …\n`);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await cp(path.join(sources, list), path.join(folder, list));
    await install(folder);
    await writeFile(complete, '');
  }
  for (const file of files) await cp(path.join(sources, file), path.join(folder, file));
  return folder;
}

/** The folder of the Node peer. @throws Error where npm can't install it. */
export const installNodePeer = () =>
  installed('package.json', ['onnx-peer.js'], (cwd) =>
    run('npm', ['install', '--ignore-scripts', '--no-audit'], { cwd }),
  );

/** The folder of the Python peer. @throws Error where Python with venv or the package index is missing. */
export const installPythonPeer = () =>
  installed('requirements.txt', ['keras_peer.py'], async (folder) => {
    await run('python3', ['-m', 'venv', path.join(folder, 'venv')]);
    await run(path.join(folder, 'venv/bin/pip'), ['install', '--quiet', '--requirement', 'requirements.txt'], {
      cwd: folder,
    });
  });
