import path from 'node:path';

/** npm runs a workspace's script inside the workspace; the paths given to it are meant from where the person stands. */
export function invocationPath(given: string): string {
  return path.resolve(process.env.INIT_CWD ?? process.cwd(), given);
}
