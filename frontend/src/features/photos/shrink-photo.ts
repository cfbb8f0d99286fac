/** Longer side after shrinking, in pixels: well above what the model looks at. */
const LONGER_SIDE = 1024;
const JPEG_QUALITY = 0.9;
const ACCEPTED = ['image/jpeg', 'image/png', 'image/webp'];

/**
 * Brands of files that hold HEVC pictures (ISO/IEC 23008-12): all that the service knows, in
 * api-service/src/photos/photo-type.ts, and `hevm` and `hevs`, which it takes for no photo.
 */
const HEIC_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs', 'mif1', 'msf1']);

export type Refusal = 'heic' | 'not_a_photo' | 'undecodable' | 'empty';
export type ShrinkResult = { photo: Blob } | { refused: Refusal };

/**
 * Makes a photo small before it is sent: upright, at most 1024 pixels on the longer side, JPEG. Drawing it anew also
 * leaves behind where and when it was taken; so a photo that this browser can't decode is refused, never sent as it is.
 */
export async function shrinkPhoto(file: Blob): Promise<ShrinkResult> {
  if (file.size === 0) return { refused: 'empty' };
  const drawn = await draw(file).catch(() => null);
  if (drawn) return { photo: drawn };
  if (await isHeic(file)) return { refused: 'heic' };
  return { refused: ACCEPTED.includes(file.type) ? 'undecodable' : 'not_a_photo' };
}

async function draw(file: Blob): Promise<Blob | null> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  try {
    const scale = Math.min(1, LONGER_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const context = canvas.getContext('2d');
    if (!context) return null;
    // JPEG has no transparency: without a ground of its own, a see-through picture would turn black.
    context.fillStyle = '#ffffff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', JPEG_QUALITY));
  } finally {
    bitmap.close();
  }
}

/** By the brand in the file's first bytes: systems that don't know HEIC give such a file no type. */
async function isHeic(file: Blob): Promise<boolean> {
  const head = new TextDecoder('latin1').decode(await file.slice(4, 12).arrayBuffer());
  return head.startsWith('ftyp') && HEIC_BRANDS.has(head.slice(4));
}
