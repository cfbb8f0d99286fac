import { toSrgb, type Colours } from '@mushroom/recognition/photo-file/colours';
import type { Orientation } from '@mushroom/recognition/photo-file/exif-orientation';
import { readPhotoFile } from '@mushroom/recognition/photo-file/photo-file';
import { PhotoRefusal } from '@mushroom/recognition/photo-file/photo-refusal';
import { contextOf, newCanvas } from './canvas.ts';
import { decodeHeic } from './decode-heic.ts';

/** A photo that the browser has decoded. Close it: it holds memory that nobody else frees. */
export interface OpenPhoto {
  /** The share of its rows that a JPEG lacks at its end, and that are not drawn. */
  cut: number;
  /** The file less what it says about who took it and where; null of HEIC, which the service doesn't take. */
  cleared: Blob | null;
  /** Draws it upright, on white, shrunk to at most `side` pixels on the longer side. */
  draw: (side: number) => HTMLCanvasElement | OffscreenCanvas;
  close: () => void;
}

/**
 * Decodes a photo's file. How it stands and what its colours mean is read here, as the service reads it, and taken out of
 * what the browser is given: Chromium turns no WebP upright, and browsers differ in which chunks of a PNG they read.
 *
 * @throws PhotoRefusal where it is not taken; DOMException where the file can't be read.
 */
export async function openPhoto(file: Blob): Promise<OpenPhoto> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  try {
    const { kind, orientation, cut, colours, partsToDecode, partsToSend } = readPhotoFile(bytes);
    const blob = (parts: readonly Uint8Array[]) => new Blob([joined(parts)], { type: `image/${kind}` });
    const bitmap = await decoded(createImageBitmap(blob(partsToDecode(1))), 'undecodable_photo');
    return {
      cut,
      cleared: blob(partsToSend()),
      draw: drawing(bitmap, orientation, colours),
      close: () => bitmap.close(),
    };
  } catch (error) {
    if (!(error instanceof PhotoRefusal && error.code === 'heic_photo')) throw error;
    const bitmap = await decoded(
      createImageBitmap(file).catch(() => decodeHeic(bytes)),
      'heic_photo',
    );
    return { cut: 0, cleared: null, draw: drawing(bitmap, 1, null), close: () => bitmap.close() };
  }
}

/** In one piece: Firefox decodes no blob that is made of several. */
function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function decoded(bitmap: Promise<ImageBitmap>, otherwise: 'undecodable_photo' | 'heic_photo'): Promise<ImageBitmap> {
  return bitmap.catch((error: unknown) => {
    throw Object.assign(new PhotoRefusal(otherwise), { cause: error });
  });
}

function drawing(bitmap: ImageBitmap, orientation: Orientation, colours: Colours | null): OpenPhoto['draw'] {
  return (side) => {
    const onItsSide = orientation >= 5;
    const [across, down] = onItsSide ? [bitmap.height, bitmap.width] : [bitmap.width, bitmap.height];
    const scale = Math.min(1, side / Math.max(across, down));
    const width = Math.max(1, Math.round(across * scale));
    const height = Math.max(1, Math.round(down * scale));
    const canvas = newCanvas(width, height);
    const context = contextOf(canvas);
    // JPEG has no transparency: without a ground of its own, a see-through picture would turn black.
    context.fillStyle = '#ffffff';
    context.fillRect(0, 0, width, height);
    context.imageSmoothingQuality = 'high';
    if (orientation > 1) context.setTransform(...upright(orientation, width, height));
    context.drawImage(bitmap, 0, 0, onItsSide ? height : width, onItsSide ? width : height);
    if (colours) {
      const pixels = context.getImageData(0, 0, width, height);
      toSrgb(pixels.data, 4, colours);
      context.putImageData(pixels, 0, 0);
    }
    return canvas;
  };
}

type Transform = [a: number, b: number, c: number, d: number, e: number, f: number];

/** From where a stored pixel is to where it belongs on a canvas. */
function upright(orientation: Orientation, width: number, height: number): Transform {
  const transforms: Record<Orientation, Transform> = {
    1: [1, 0, 0, 1, 0, 0],
    2: [-1, 0, 0, 1, width, 0],
    3: [-1, 0, 0, -1, width, height],
    4: [1, 0, 0, -1, 0, height],
    5: [0, 1, 1, 0, 0, 0],
    6: [0, 1, -1, 0, width, 0],
    7: [0, -1, -1, 0, width, height],
    8: [0, -1, 1, 0, 0, height],
  };
  return transforms[orientation];
}
