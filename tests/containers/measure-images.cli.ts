// How large the images are above their base images. Those are the ones that NODE_IMAGE and NGINX_IMAGE name; they must
// be on this machine, and may stand in for the public ones: what lies above them is the same.
import { measuringOptions } from '../bench/measuring-options.ts';
import { finish, printTable, rounded } from '../bench/report.ts';
import { buildImages, missingForImages } from './build-images.ts';

const values = measuringOptions('images', {});

const missing = missingForImages();
if (missing) throw new Error(missing);
const { api, apiNative, frontend } = buildImages();
if (!apiNative) throw new Error('native TensorFlow.js is not installed here: its image can not be measured');
const images = { service: api, 'service, native TensorFlow': apiNative, page: frontend };
const rows = Object.entries(images).map(([image, { compressedAdded }]) => ({
  image,
  aboveBaseMb: rounded(compressedAdded / 1e6),
}));
printTable(
  ['image', 'MB to download above the base'],
  rows.map(({ image, aboveBaseMb }) => [image, String(aboveBaseMb)]),
);
await finish('images', { images }, [], values.record && (() => ({ rows })));
