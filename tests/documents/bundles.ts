import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { repository } from './markdown.ts';

/** `count` of `of`, and the 95 % interval of the share. */
export interface Proportion {
  count: number;
  of: number;
  share: number;
  interval: [number, number];
}

interface Verdicts {
  dangerousCalledHarmless: Proportion;
  harmlessCalledHarmless: Proportion;
  costAPhoto: number;
}

interface SplitEvaluation {
  photos: { total: number; mushrooms: number; ofKnownSpecies: number; ofUnseenSpecies: number };
  top1: Proportion;
  top3: Proportion;
  decisions: { uncertain: Proportion; notAMushroom: Proportion };
  rightWhenNamed: { species: Proportion };
  verdicts: { pipeline: Verdicts; argmax: Verdicts };
}

/** What the pages state of a bundle's `evaluation.json`. */
export interface Evaluation {
  leaves: { species: number };
  splits: Record<'val' | 'field', SplitEvaluation>;
  occlusion?: { tried: number; hotCostsMore: Proportion; meanDrop: { hot: number; random: number } };
}

const registry = path.join(repository, 'models/registry');

/** @param bundle such as `mushroom-classifier/3`. */
export function evaluationOf(bundle: string): Evaluation {
  return JSON.parse(readFileSync(path.join(registry, bundle, 'evaluation.json'), 'utf8')) as Evaluation;
}

/** A share in per cent as pages write it. */
export const percent = (share: number) => (share === 0 ? '0' : (share * 100).toFixed(1));

/** How often the right species is first, and among the first three, as pages write it. */
export const top1And3 = (top1: number, top3: number) => `${percent(top1)} · ${percent(top3)}`;

/** What a run of training took, and how right its model was. */
export interface ExperimentRecord {
  seconds: number;
  trainingData: { photos: number };
  figures: { valTop1: number; valTop3: number; fieldTop1: number; fieldTop3: number };
}

/** @param experiment a folder of `models/experiments`. */
export function recordOf(experiment: string): ExperimentRecord {
  const file = path.join(repository, 'models/experiments', experiment, 'record.json');
  return JSON.parse(readFileSync(file, 'utf8')) as ExperimentRecord;
}

/** The facts of the model that draws outlines. */
export interface OutlineFacts {
  evaluation: {
    photos: number;
    meanIou: number;
    interval: [number, number];
    medianIou: number;
    /** Photos by tenths of IoU. */
    histogram: number[];
  };
  files: Record<string, { bytes: number }>;
}

export function outlineFacts(): OutlineFacts {
  return JSON.parse(readFileSync(path.join(registry, 'mushroom-outline/2/outline.json'), 'utf8')) as OutlineFacts;
}

/** Pixels of a side of a bundle's input. */
export function inputSizeOf(bundle: string): number {
  const facts = readFileSync(path.join(registry, bundle, 'bundle.json'), 'utf8');
  return (JSON.parse(facts) as { input: { size: number } }).input.size;
}

/** The version whose network a bundle has, packed again: itself where it is none. */
export function networkOf(bundle: string): string {
  const facts = readFileSync(path.join(registry, bundle, 'bundle.json'), 'utf8');
  const { repacked } = JSON.parse(facts) as { repacked?: { from: string } };
  return repacked ? path.join(path.dirname(bundle), repacked.from) : bundle;
}

/** Bytes to download of a bundle: its graph and its weights. */
export function bytesOf(bundle: string): number {
  const files = ['graph/model.json', 'graph/weights.bin'].map((file) => path.join(registry, bundle, file));
  return files.reduce((sum, file) => sum + statSync(file).size, 0);
}

/** The newest version of a model in the registry, which is the one that answers there. */
export function newestOf(model: string): string {
  const versions = readdirSync(path.join(registry, model))
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return `${model}/${Math.max(...versions)}`;
}
