import { randomUUID } from 'node:crypto';
import type { Bundle, InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import { decide } from '@mushroom/recognition/decision/decide';
import type { SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import type { Deadline } from '../http/deadline.ts';
import type { Engine } from '../inference/engine.ts';
import type { Stage } from '../operations/metrics.ts';
import type { NoteStage } from '../operations/stages.ts';
import type { Outliner } from '../outlines/outliner.ts';
import type { DecodePhoto } from '../photos/decode-photo.ts';
import { explanationOf } from './explanation.ts';
import type { IdentificationContext, IdentificationResponse } from './identifications.schema.ts';

export interface IdentificationParts {
  /** Whether each photo is to tell where in it the model looked. */
  explain: boolean;
  /** Draws the outline of the specimen on each photo; absent where nobody asked for it. */
  outliner?: Pick<Outliner, 'outlines'> | undefined;
  bundle: Bundle;
  table: SpeciesTable;
  decodePhoto: DecodePhoto;
  engine: Pick<Engine, 'classify'>;
  /** Whether the service has nothing else to do now. */
  alone: () => boolean;
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
  { signal, at }: Deadline,
  { bundle, table, decodePhoto, engine, noteStage, explain, outliner, alone }: IdentificationParts,
): Promise<IdentificationResponse> {
  const started = performance.now();
  const decodeAll = (spec: InputSpec) => Promise.all(files.map((file) => decodePhoto(file, spec, signal, at)));
  const photos = await decodeAll(bundle.input);
  const inputs = photos.map(({ input }) => input);
  const decoded = performance.now();
  noteStage('decode', decoded - started, decoded);

  // Drawn while the classifier runs. Where that fails, nobody waits for outlines any more.
  const outlining = outliner?.outlines(decodeAll, signal, at);
  outlining?.catch(() => {});
  const { logits, classMaps, queueMs, inferMs } = await engine.classify(inputs, signal, at, {
    explain,
    alone: alone(),
  });
  const classified = performance.now();
  noteStage('queue', queueMs, classified - inferMs);
  noteStage('infer', inferMs, classified);

  const decision = decide(logits, bundle, table, context);
  const decided = performance.now();
  noteStage('decide', decided - classified, decided);

  const explaining =
    classMaps &&
    Promise.all(
      photos.map((photo, index) => {
        const seen = { logits: logits[index]!, classMaps: classMaps[index]! };
        return explanationOf(decision, seen, photo, bundle);
      }),
    );
  const noted = async <T>(stage: Stage, since: number, extra: Promise<T[]> | undefined) => {
    const extras = await extra;
    if (extras) noteStage(stage, performance.now() - since);
    return extras;
  };
  const [explanations, outlines] = await Promise.all([
    noted('explain', decided, explaining),
    noted('outline', decoded, outlining),
  ]);
  return {
    id: randomUUID(),
    model: { name: bundle.name, version: bundle.version },
    ...decision,
    photos: decision.photos.map((photo, index) => ({
      ...photo,
      ...(photos[index]!.cut > 0 && { missingRows: photos[index]!.cut }),
      ...(explanations && { explanation: explanations[index]! }),
      ...(outlines && { outline: outlines[index]! }),
    })),
    timings: { decodeMs: tenths(decoded - started), queueMs: tenths(queueMs), inferMs: tenths(inferMs) },
  };
}
