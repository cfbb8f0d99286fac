import { randomUUID } from 'node:crypto';
import type { Bundle } from '@mushroom/models/bundle/bundle.schema';
import { decide } from '@mushroom/models/decision/decide';
import { photoToInput } from '@mushroom/models/preprocess/photo-to-input';
import type { SpeciesTable } from '@mushroom/models/taxonomy/species-table';
import type { Engine } from '../models/served-model.ts';
import type { NoteStage } from '../operations/stages.ts';
import type { Patience } from '../patience.ts';
import type { DecodePhoto } from '../photos/decode-photo.ts';
import type { IdentificationContext, IdentificationResponse } from './identifications.schema.ts';

export interface IdentificationParts {
  bundle: Bundle;
  table: SpeciesTable;
  decodePhoto: DecodePhoto;
  engine: Pick<Engine, 'classify'>;
  noteStage: NoteStage;
}

const tenths = (ms: number) => Math.round(ms * 10) / 10;

/**
 * Photos of one specimen → what it most likely is.
 *
 * @param files the bytes of 1–5 photos.
 * @throws Problem where a photo can't be decoded or the engine can't answer; the signal's reason.
 */
export async function identify(
  files: readonly Buffer[],
  context: IdentificationContext,
  { signal, deadline }: Patience,
  { bundle, table, decodePhoto, engine, noteStage }: IdentificationParts,
): Promise<IdentificationResponse> {
  const started = performance.now();
  const photos = await Promise.all(files.map((file) => decodePhoto(file, signal, deadline)));
  const inputs = photos.map((photo) => photoToInput(photo, bundle.input));
  const decodeMs = performance.now() - started;
  noteStage('decode', decodeMs);
  const { logits, queueMs, inferMs } = await engine.classify(inputs, signal, deadline);
  const decisionStarted = performance.now();
  noteStage('queue', queueMs, decisionStarted - inferMs);
  noteStage('infer', inferMs, decisionStarted);
  const decision = decide(logits, bundle, table, context);
  noteStage('decide', performance.now() - decisionStarted);
  return {
    id: randomUUID(),
    model: { name: bundle.name, version: bundle.version },
    ...decision,
    timings: { decodeMs: tenths(decodeMs), queueMs: tenths(queueMs), inferMs: tenths(inferMs) },
  };
}
