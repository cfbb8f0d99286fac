import { execFile, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';

/** Go's own program, which fetches a project's files by name, version and checksum. */
const hasGo = spawnSync('go', ['version']).status === 0;

if (!hasGo && process.env.CI)
  throw new Error('The schemas of what the manifests declare come by go, which is not installed.');

/** The reason to skip what needs the schemas, in the name of the tests; undefined where nothing is missing. */
export const MISSING_GO = hasGo ? undefined : 'needs go, for the schemas';

export interface GoModule {
  path: string;
  version: string;
  /** Checksum of its files, as in a go.sum. */
  sum: string;
}

/**
 * The folder of a module's files, which are fetched once and kept in Go's own cache.
 * @throws Error where it can't be fetched, or is not what its checksum says.
 */
export async function folderOf({ path, version, sum }: GoModule): Promise<string> {
  const download = promisify(execFile)('go', ['mod', 'download', '-json', `${path}@${version}`], { cwd: tmpdir() });
  const { stdout } = await download.catch((error: { stdout?: string; message: string }) => {
    throw new Error(`${path}@${version} can not be fetched: ${error.stdout || error.message}`);
  });
  const fetched = JSON.parse(stdout) as { Dir: string; Sum: string };
  if (fetched.Sum !== sum) throw new Error(`${path}@${version} has the checksum ${fetched.Sum}, not ${sum}.`);
  return fetched.Dir;
}
