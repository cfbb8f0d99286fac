import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';

/**
 * What a photo mainly shows, to the eye. The first of these that applies:
 * `other`: what has no cap on a stem, as brackets, corals, balls and cups;
 * `underside`: gills, pores, spines or ridges can be told, whatever else is to be seen;
 * `base`: the lower end of a stem lies open, because the specimen was picked or dug out, or the ground bared;
 * `group`: eight specimens or more, each of them small;
 * `above`: caps from above, and next to nothing of a stem;
 * `side`: cap and stem, as they stand.
 */
export const VIEWS = ['other', 'underside', 'base', 'group', 'above', 'side'] as const;
export type View = (typeof VIEWS)[number];

/** A line of the reviewable file. */
export interface PhotoView {
  /** Of the photo, from the file's folder. */
  path: string;
  view: View;
  /** Whether the lower end of a stem lies open, also where the main view is another. */
  stemBase: boolean;
  /**
   * Another photo, or one of the data that models learn from and are tuned on (its path from the data's root), of which
   * this one is a copy, if only larger: it says nothing more, or nothing honest.
   */
  copyOf: string | null;
}

/**
 * Reads what somebody said of photos (`path,view,stem_base,copy_of`), to be reviewed and corrected there.
 * @throws Error naming the line that lacks a path, a view of the list, or "yes" or "no" to the stem's base.
 */
export async function readPhotoViews(file: string): Promise<PhotoView[]> {
  const rows = parse(await readFile(file, 'utf8'), { columns: true, bom: true, skip_empty_lines: true }) as Record<
    string,
    string | undefined
  >[];
  return rows.map((row, index) => {
    const view = VIEWS.find((known) => known === row.view);
    const saysOfBase = row.stem_base === 'yes' || row.stem_base === 'no';
    if (!row.path || !view || !saysOfBase) {
      throw new Error(`${file}, line ${index + 2}: a path, a view (${VIEWS.join(', ')}) and yes or no are needed`);
    }
    return { path: row.path, view, stemBase: row.stem_base === 'yes', copyOf: row.copy_of || null };
  });
}
