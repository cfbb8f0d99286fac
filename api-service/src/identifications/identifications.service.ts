import { randomUUID } from 'node:crypto';
import type { Bundle } from '@mushroom/models/bundle/bundle.schema';
import { decide } from '@mushroom/models/decision/decide';
import { photoToInput } from '@mushroom/models/preprocess/photo-to-input';
import type { SpeciesTable } from '@mushroom/models/taxonomy/species-table';
import type { InferenceEngine } from '../inference/engine.ts';
import type { DecodePhoto } from '../photos/decode-photo.ts';
import type { IdentificationContext, IdentificationResponse } from './identifications.schema.ts';

export interface IdentificationParts {
  bundle: Bundle;
  table: SpeciesTable;
  decodePhoto: DecodePhoto;
  engine: Pick<InferenceEngine, 'classify'>;
}

const tenths = (ms: number) => Math.round(ms * 10) / 10;

/**
 * Photos of one specimen → what it most likely is.
 *
 * @param files the bytes of 1–5 photos.
 * @param signal gives up where the deadline passes or the client goes.
 * @throws Problem where a photo can't be decoded or the engine can't answer; the signal's reason.
 */
export async function identify(
  files: readonly Buffer[],
  context: IdentificationContext,
  signal: AbortSignal,
  { bundle, table, decodePhoto, engine }: IdentificationParts,
): Promise<IdentificationResponse> {
  const started = performance.now();
  const photos = await Promise.all(files.map((file) => decodePhoto(file, signal)));
  const inputs = photos.map((photo) => photoToInput(photo, bundle.input));
  const decodeMs = performance.now() - started;
  const { logits, queueMs, inferMs } = await engine.classify(inputs, signal);
  return {
    id: randomUUID(),
    model: { name: bundle.name, version: bundle.version },
    ...decide(logits, bundle, table, context),
    timings: { decodeMs: tenths(decodeMs), queueMs: tenths(queueMs), inferMs: tenths(inferMs) },
  };
}
