/** Longer side, in pixels: enough to know one's own mushroom again, small enough for a link. */
const LONGER_SIDE = 192;
const JPEG_QUALITY = 0.6;

/**
 * A photo as a small JPEG in base64, a few kilobytes.
 * @throws DOMException where the browser can't decode it.
 */
export async function smallPicture(photo: Blob): Promise<string> {
  const bitmap = await createImageBitmap(photo);
  const scale = Math.min(1, LONGER_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.toDataURL('image/jpeg', JPEG_QUALITY).split(',')[1] ?? '';
}
