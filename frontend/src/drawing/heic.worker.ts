import { toSrgb } from '@mushroom/recognition/photo-file/colours';
import libheif from 'libheif-js/libheif-wasm/libheif-bundle.mjs';
import type { HeicAnswer } from './decode-heic.ts';
import { coloursOfHeic } from './heic-colours.ts';

async function decode(file: Uint8Array): Promise<ImageBitmap | null> {
  const [image] = new (libheif().HeifDecoder)().decode(file);
  if (!image) return null;
  try {
    const target = new ImageData(image.get_width(), image.get_height());
    const pixels = await new Promise<ImageData | null>((resolve) => image.display(target, resolve));
    if (!pixels) return null;
    // libheif leaves colours as they are; iPhones take theirs in Display P3.
    const colours = coloursOfHeic(file);
    if (colours) toSrgb(pixels.data, 4, colours);
    return await createImageBitmap(pixels);
  } finally {
    image.free();
  }
}

self.addEventListener('message', ({ data }: MessageEvent<Uint8Array>) => {
  void decode(data)
    .catch(() => null)
    .then((bitmap) => self.postMessage({ bitmap } satisfies HeicAnswer, { transfer: bitmap ? [bitmap] : [] }));
});
