import path from 'node:path';

/** Why files can't be used as photos, by their paths. Folders that can't be listed may be among them. */
export type Problems = ReadonlyMap<string, string>;

/** There are files that can't be used; the message names all of them. */
export class UnreadableFilesError extends Error {
  override name = 'UnreadableFilesError';
}

/**
 * Says which files can't be used, and that it goes on without them where that is asked for.
 * @param root the folder that they are named from.
 * @param skip whether to go on.
 * @throws UnreadableFilesError if there are any and it was not asked for.
 */
export function reportUnreadable(problems: Problems, root: string, skip: boolean): void {
  if (problems.size === 0) return;
  const what =
    problems.size === 1 ? '1 file of the data can’t be used' : `${problems.size} files of the data can’t be used`;
  const lines = [...problems]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, why]) => `\n  ${path.relative(root, file)}: ${why}`)
    .join('');
  if (!skip)
    throw new UnreadableFilesError(
      `${what}; mend or remove what is named, or leave it out by --skip-unreadable:${lines}`,
    );
  console.log(`left out by --skip-unreadable: ${what}:${lines}`);
}
