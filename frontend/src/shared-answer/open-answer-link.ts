import { VERDICTS } from '@mushroom/recognition/taxonomy/taxon';
import { z } from 'zod';
import type { SharedAnswer } from './shared-answer.ts';

/** Longer than any real link: somebody is trying something. */
const MOST_CHARACTERS = 60_000;
const MOST_BYTES = 200_000;

const VIEWS = ['whole', 'cap', 'gills', 'stem_base', 'cut', 'habitat'] as const;

/** A Latin name and nothing that could be read as advice. */
const taxon = z.string().regex(/^[A-Z][\p{L}-]{1,30}( (×|[\p{L}.-]{1,30})){0,4}$/u);
const share = z.number().min(0).max(1);
const named = z.object({ taxon, rank: z.enum(['species', 'genus']), score: share });
const verdict = z.enum(VERDICTS);

const sharedAnswerSchema: z.ZodType<SharedAnswer> = z
  .object({
    format: z.literal(1),
    day: z.iso.date(),
    model: z.object({
      name: z.string().regex(/^[a-z0-9-]{1,40}$/),
      version: z.string().regex(/^\d{1,6}$/),
    }),
    decision: z.enum(['identified', 'uncertain', 'not_a_mushroom']),
    match: named.optional(),
    verdict,
    risk: share,
    candidates: z.array(named.extend({ toxicity: verdict })).max(5),
    lookalikes: z.array(z.object({ taxon, toxicity: verdict })).max(10),
    nextViews: z.array(z.enum(VIEWS)).max(VIEWS.length),
    picture: z.base64().optional(),
  })
  .refine(({ decision, match }) => (decision === 'identified') === (match !== undefined));

/**
 * The answer in a link, checked: a link may come from anybody.
 * @param fragment what stands behind the `#`.
 * @returns null where it is cut off, changed, or was never one.
 */
export async function answerIn(fragment: string): Promise<SharedAnswer | null> {
  if (fragment.length > MOST_CHARACTERS) return null;
  try {
    return sharedAnswerSchema.parse(JSON.parse(await unpacked(fragment)));
  } catch {
    return null;
  }
}

async function unpacked(fragment: string): Promise<string> {
  const binary = atob(fragment.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const chunks: BlobPart[] = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.byteLength;
    // A few bytes can unpack to any number of them.
    if (size > MOST_BYTES) {
      await reader.cancel();
      throw new RangeError('the answer in the link is too large');
    }
    chunks.push(part.value);
  }
  return new Blob(chunks).text();
}
