import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';

/** A photo that may be shown, as its licence asks: with author, licence and where it comes from. */
export interface LicensedPhoto {
  /** Its name in addresses. */
  file: string;
  /** Where it lies, relative to the list. */
  path: string;
  label: string;
  /** Null where nobody is named, which only the public domain allows. */
  author: string | null;
  licence: string;
  sourcePage: string;
}

const rowSchema = z
  .object({
    path: z.string().min(1),
    label: z.string().min(1),
    author: z.string(),
    licence: z.string().min(1),
    source_page: z.url({ protocol: /^https?$/ }),
  })
  .refine(({ author, licence }) => author !== '' || /^(public domain|cc0)/i.test(licence), { path: ['author'] });

/**
 * Reads the list of licensed photos.
 * @throws Error naming the line where a photo lacks its author, licence or source: it may not be shown then.
 */
export function parseLicensedPhotos(csv: string): LicensedPhoto[] {
  const rows = parse(csv, { columns: true, bom: true, skip_empty_lines: true }) as unknown[];
  return rows.map((row, index) => {
    const result = rowSchema.safeParse(row);
    if (!result.success) {
      throw new Error(
        `licensed photos, line ${index + 2}: ${String(result.error.issues[0]?.path[0])} is missing or malformed`,
      );
    }
    const { source_page: sourcePage, ...photo } = result.data;
    return { ...photo, author: photo.author || null, file: path.posix.basename(photo.path), sourcePage };
  });
}
