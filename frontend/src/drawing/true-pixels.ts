import { contextOf, fileOf, newCanvas } from './canvas.ts';

const SIDE = 16;

/** What no protection takes for nothing: each pixel another colour. */
function knownPixels(): Uint8ClampedArray<ArrayBuffer> {
  return Uint8ClampedArray.from({ length: SIDE * SIDE * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : (i * 37 + (i >> 5) * 11) % 256,
  );
}

/** Of 255: some browsers change the last bits of a few pixels, which changes no answer. */
const MOST_OFF = 4;

let session: Promise<boolean> | undefined;

/**
 * Whether this browser gives back what was drawn. To hide which device this is, some give noise instead (Firefox with
 * its resistance to fingerprinting, Tor, LibreWolf), without a word: looked at, it would be no mushroom. Known pixels are
 * drawn and read, as pixels and as a file, once per session.
 */
export function givesTruePixels(): Promise<boolean> {
  return (session ??= readsBackTrue().catch(() => false));
}

async function readsBackTrue(): Promise<boolean> {
  const known = knownPixels();
  const canvas = newCanvas(SIDE, SIDE);
  const context = contextOf(canvas);
  context.putImageData(new ImageData(known, SIDE, SIDE), 0, 0);
  if (!isNear(pixelsOf(context), known)) return false;
  const redrawn = await createImageBitmap(await fileOf(canvas, 'image/png'));
  const again = contextOf(newCanvas(SIDE, SIDE));
  again.drawImage(redrawn, 0, 0);
  redrawn.close();
  return isNear(pixelsOf(again), known);
}

const pixelsOf = (context: ReturnType<typeof contextOf>) => context.getImageData(0, 0, SIDE, SIDE).data;

function isNear(read: Uint8ClampedArray, known: Uint8ClampedArray): boolean {
  return known.every((value, i) => Math.abs(read[i]! - value) <= MOST_OFF);
}
