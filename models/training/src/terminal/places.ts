import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of everything about models. */
export const MODELS = fileURLToPath(new URL('../../..', import.meta.url));

/** What is computed once and kept: shards, features. */
export const CACHE = path.join(MODELS, 'build/cache');

/** What decides how a photo's file becomes pixels. */
export const DECODING_SOURCES = ['photo-file', 'decoding'].map((folder) =>
  path.join(MODELS, 'recognition/src', folder),
);

/** The list of the photos that are shipped with the project, beside the table of species. */
export const SHIPPED_PHOTOS = path.join(MODELS, 'data/licensed.csv');

/** The pretrained network that models begin with, and what cleaning and outlines see by. */
export const BACKBONE = path.join(MODELS, 'backbones/efficientnet_lite0_224');

/** What trains, and what it shares with the service: how pixels become the input is part of what is learnt. */
export const SOURCES = ['training/src', 'recognition/src'].map((folder) => path.join(MODELS, folder));
