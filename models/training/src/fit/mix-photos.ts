import * as tf from '@tensorflow/tfjs-core';

/** A batch blended with itself in reverse order: photo i holds `share` of its own picture and the rest of another's. */
export interface MixedBatch {
  images: tf.Tensor4D;
  /** Weight of each photo's own label; the partner (reverse order) has the rest. */
  share: number;
}

/**
 * Beta(a, a) by Jöhnk's method, good for a ≤ 1.
 * (M. D. Jöhnk 1964, Metrika 8: Erzeugung von betaverteilten und gammaverteilten Zufallszahlen.)
 */
export function betaSample(a: number, random: () => number): number {
  for (;;) {
    const x = random() ** (1 / a);
    const y = random() ** (1 / a);
    if (x + y > 0 && x + y <= 1) return x / (x + y);
  }
}

/** Pixel-wise blend of two photos (mixup, Zhang et al. 2018, arXiv:1710.09412). */
export function mixup(images: tf.Tensor4D, share: number): MixedBatch {
  return { images: tf.tidy(() => tf.add(tf.mul(images, share), tf.mul(tf.reverse(images, 0), 1 - share))), share };
}

/** A rectangle of one photo pasted onto another (CutMix, Yun et al. 2019, arXiv:1905.04899). */
export function cutmix(images: tf.Tensor4D, share: number, random: () => number): MixedBatch {
  const [, height, width] = images.shape;
  const h = Math.round(height * Math.sqrt(1 - share));
  const w = Math.round(width * Math.sqrt(1 - share));
  const top = Math.floor(random() * (height - h + 1));
  const left = Math.floor(random() * (width - w + 1));
  const pasted = tf.tidy(() => {
    const patch = tf.pad(tf.ones([h, w]), [
      [top, height - h - top],
      [left, width - w - left],
    ]);
    const mask = tf.reshape(patch, [1, height, width, 1]);
    return tf.add(tf.mul(images, tf.sub(1, mask)), tf.mul(tf.reverse(images, 0), mask)) as tf.Tensor4D;
  });
  return { images: pasted, share: 1 - (h * w) / (height * width) };
}
