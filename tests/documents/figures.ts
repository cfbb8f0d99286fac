import { readDocument } from './markdown.ts';

/** What every group of `docs/figures.json` says of itself. */
export interface Measured {
  /** The command that gives these figures, or `assumed`. */
  measuredBy: string;
  /** The day, as 2026-11-26. */
  date: string;
}

interface Speed {
  oneClientP50Ms: number;
  eightClientsPerSecond: number;
}

interface Computing {
  photoMs: number;
  loadMs: number;
}

interface LoneRequest {
  decode: number;
  network: number;
  rest: number;
}

/** A figure of the first tenth of the requests, and of the last. */
type FirstAndLast = [first: number, last: number];

/** `docs/figures.json`: measured figures that pages state. Accuracy is not among them: `bundles.ts` reads it. */
export interface Figures {
  service: Measured & {
    cores: number;
    rows: {
      model: string;
      backend: string;
      oneMegapixel: Speed;
      twelveMegapixels: Speed;
      readySeconds: number;
      memoryMb: number;
    }[];
    loneRequestMs: Record<'default' | 'student', LoneRequest>;
    networkMsWithThreads: { inputSize: number; one: number; two: number };
  };
  memory: Measured & {
    workerMb: number;
    httpMb: number;
    nodeProgramMb: number;
    savedBySemiSpacesMb: number;
    savedByOneArenaMb: number;
    moreWithoutOneArenaMb: number;
  };
  overload: Measured & {
    capacityPerSecond: number;
    sentPerSecond: number;
    answeredPerSecond: number;
    answeredP99Ms: number;
    refusedP99Ms: number;
    afterwardsPerSecond: number;
  };
  chaos: Measured & { killed: number; requests: number; answered: number };
  soak: Measured & {
    requests: number;
    rows: {
      model: string;
      backend: string;
      httpMb: FirstAndLast;
      workersMb: FirstAndLast;
      tensors: FirstAndLast;
      p50Ms: FirstAndLast;
    }[];
  };
  explanation: Measured & { pairs: number; rows: { backend: string; withoutMs: number; withMs: number }[] };
  device: Measured & { photoMs: number };
  agreement: Measured & { photos: number; equal: number };
  models: Measured & {
    rows: {
      /** A folder of `models/registry`, or the name of a bundle that is not there. */
      bundle: string;
      millionMultiplyAdds: number;
      megabytes: number;
      compressedMegabytes: number;
      native: Computing;
      wasm: Computing;
    }[];
  };
  images: Measured & { rows: { image: string; downloadMb: number; aboveBaseMb: number }[] };
  cost: Measured & { requestsPerSecond: number; photoKb: number; answerKb: number; hoursPerMonth: number };
}

export const figures = JSON.parse(readDocument('docs/figures.json')) as Figures;

/** The groups of `docs/figures.json` by name. */
export const groups = Object.entries(figures).filter(
  (entry): entry is [string, Measured] => typeof entry[1] === 'object',
);

/** Every number in a value, however deep. */
export function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbersIn) : [];
}

/** A number as pages write it: a decimal below a hundred, whole and with commas above. */
export const short = (value: number) => (value < 100 ? value.toFixed(1) : whole(value));

/** A whole number as pages write it, such as 1,590. */
export const whole = (value: number) => Math.round(value).toLocaleString('en-US');
