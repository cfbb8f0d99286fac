import { existsSync } from 'node:fs';
import path from 'node:path';
import { readCsv } from '../data/read-csv.ts';

/**
 * What a person said of a machine-made mask. `right`: the specimen, whole, give or take a few pixels. `partial`: a part
 * of it, or one of several that look alike. `wrong`: something else.
 */
export const MASK_VERDICTS = ['right', 'partial', 'wrong'] as const;
export type MaskVerdict = (typeof MASK_VERDICTS)[number];

/** What a person said of a mask, and the polygon that they drew in its place, if they did. */
export interface MaskReview {
  verdict: MaskVerdict;
  /** `x,y` of its corners in percent of the photo's width and height: what the `points` of an SVG polygon are. */
  redrawn?: string;
}

/** A photo, and a mask of the same size whose white part is one specimen. */
export interface SpecimenMask extends MaskReview {
  /** Of the photo, from the data's root: its name in reports and decisions. */
  path: string;
  /** Absolute. */
  photoFile: string;
  maskFile: string;
  label: string;
}

const POLYGON = /^(\d{1,3},\d{1,3} ){2,}\d{1,3},\d{1,3}$/;

/**
 * What was said of masks, by the photo's path, from a CSV to be reviewed (`path,verdict,reason,redrawn`).
 * @throws Error naming the line that has no path, no such verdict, or a polygon that is none.
 */
export async function readMaskReviews(file: string): Promise<Map<string, MaskReview>> {
  const reviews = new Map<string, MaskReview>();
  for (const [index, row] of (await readCsv<'path' | 'verdict' | 'redrawn'>(file)).entries()) {
    const line = `${file}, line ${index + 2}`;
    const verdict = MASK_VERDICTS.find((known) => known === row.verdict);
    if (!row.path || !verdict)
      throw new Error(`${line}: a path and a verdict (${MASK_VERDICTS.join(', ')}) are needed`);
    if (row.redrawn && !POLYGON.test(row.redrawn)) {
      throw new Error(`${line}: "redrawn" is no polygon such as 10,20 80,20 50,90`);
    }
    reviews.set(row.path, { verdict, ...(row.redrawn && { redrawn: row.redrawn }) });
  }
  return reviews;
}

/**
 * Reads `segmentation.csv` (`image,mask,label`, paths relative to it) from the folder itself or from its `mushrooms`
 * folder.
 *
 * @param reviews of masks that somebody looked at; a mask that nobody did counts as right.
 * @throws Error where there is no such file, or a column of a line is empty.
 */
export async function readSpecimenMasks(
  data: string,
  reviews: ReadonlyMap<string, MaskReview>,
): Promise<SpecimenMask[]> {
  const file = ['', 'mushrooms'].map((folder) => path.join(data, folder, 'segmentation.csv')).find(existsSync);
  if (!file) {
    throw new Error(
      `${data} has no segmentation.csv. Outlines are learned from photos with masks: give --data a folder with a ` +
        'segmentation.csv (image,mask,label). The photos in the repository have none.',
    );
  }
  const root = path.dirname(file);
  return (await readCsv<'image' | 'mask' | 'label'>(file)).map(({ image, mask, label }, index) => {
    const line = `${file}, line ${index + 2}`;
    if (!image || !mask || !label) throw new Error(`${line}: the columns image, mask and label are needed`);
    const photoFile = path.join(root, image);
    const maskFile = path.join(root, mask);
    return { path: image, photoFile, maskFile, label, ...(reviews.get(image) ?? { verdict: 'right' }) };
  });
}
