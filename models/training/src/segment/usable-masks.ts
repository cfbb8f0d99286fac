import { checkFiles } from '../data/photo-check.ts';
import { reportUnreadable } from '../data/unreadable-files.ts';
import { withProgress } from '../terminal/progress.ts';
import { readMaskedPhoto } from './masked-view.ts';
import type { SpecimenMask } from './specimen-masks.ts';

/** The files that a photo and its mask are read from: a mask that was drawn again is in no file. */
const filesOf = ({ photoFile, maskFile, redrawn }: SpecimenMask) => (redrawn ? [photoFile] : [photoFile, maskFile]);

/**
 * The photos that can be used, with their masks.
 *
 * @param how.data where they are from.
 * @param how.skipUnreadable go on without those of which a file can't be used, or photo and mask do not fit.
 * @throws UnreadableFilesError naming all of those if it was not asked for that.
 */
export async function usableMasks(
  masks: readonly SpecimenMask[],
  how: { data: string; skipUnreadable: boolean; cache?: string },
): Promise<SpecimenMask[]> {
  const checked = await checkFiles(masks.flatMap(filesOf), { name: `${how.data} masks`, cache: how.cache });
  const problems = new Map(checked.problems);
  for (const [file, { cut }] of checked.facts)
    if (cut > 0) problems.set(file, 'Rows are missing at its end: a photo and its mask would no longer fit.');
  const usable: SpecimenMask[] = [];
  await withProgress('fitting masks', masks.length, async (show) => {
    for (const [done, mask] of masks.entries()) {
      if (filesOf(mask).some((file) => problems.has(file))) continue;
      await readMaskedPhoto(mask).then(
        () => usable.push(mask),
        (error: Error) => problems.set(mask.photoFile, error.message),
      );
      show(done + 1);
    }
  });
  reportUnreadable(problems, how.data, how.skipUnreadable);
  return usable;
}
