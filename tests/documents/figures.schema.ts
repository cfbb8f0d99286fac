import { z } from 'zod';

/** Values that a command measures, and what `docs/figures.json` says of how it did. */
const measuredBy = <Values extends z.ZodRawShape>(command: string, values: Values) =>
  z.strictObject({
    measuredBy: z.literal(command),
    /** The day, as 2026-11-26. */
    date: z.iso.date(),
    /** Such as "2 cores (AMD EPYC), Node 20.20.2". */
    machine: z.string().min(1),
    ...values,
  });

const positive = z.number().positive();
const count = z.int().nonnegative();
const model = z.enum(['default', 'student']);
const backend = z.enum(['onnx', 'native', 'wasm']);
const onTheDefault = { model: model.refine((title): boolean => title === 'default', 'pages state it of the default') };

const speed = z.strictObject({ oneClientP50Ms: positive, eightClientsPerSecond: positive });
const computing = z.strictObject({ photoMs: positive, loadMs: positive });
const loneRequestMs = z.strictObject({ decode: positive, network: positive, rest: positive });
/** A figure of the first tenth of the requests, and of the last. */
const firstAndLast = z.tuple([z.number().nonnegative(), z.number().nonnegative()]);

/** `docs/figures.json`: what is measured by commands, a group for each. Accuracy is in each bundle's own files. */
export const figuresSchema = z.strictObject({
  service: measuredBy('npm run bench', {
    cores: count,
    workers: count,
    rows: z
      .array(
        z.strictObject({
          model,
          backend,
          oneMegapixel: speed,
          twelveMegapixels: speed,
          readySeconds: positive,
          memoryMb: positive,
        }),
      )
      .length(4),
    /** Where the time of a single client's photo of one megapixel goes, on ONNX Runtime. */
    loneRequestMs: z.strictObject({ default: loneRequestMs, student: loneRequestMs }),
    /** The default on ONNX Runtime, where one thing is changed and the others stay at 1 photo, 1 MP, 8 clients, 2 workers. */
    growth: z.strictObject({
      rows: z
        .array(
          z.strictObject({
            changed: z.enum(['photos', 'megapixels', 'clients', 'workers']),
            value: positive,
            perSecond: positive,
            p50Ms: positive,
          }),
        )
        .min(4),
      /** Of one client: the first of a service that has just become ready, and the median of later ones. */
      firstAnswerMs: z.strictObject({ cold: positive, warm: positive }),
    }),
    /** What the memory of the default on wasm is made of. */
    defaultOnWasm: z.strictObject({ workerMb: positive, httpMb: positive }),
  }),
  overload: measuredBy('npm run overload', {
    ...onTheDefault,
    backend,
    capacityPerSecond: positive,
    sentPerSecond: positive,
    answeredPerSecond: positive,
    answeredP99Ms: positive,
    refusedP99Ms: positive,
    afterwardsPerSecond: positive,
  }),
  chaos: measuredBy('npm run chaos', { ...onTheDefault, backend, killed: count, requests: count, answered: count }),
  soak: measuredBy('npm run soak', {
    requests: count,
    rows: z
      .array(
        z.strictObject({
          model,
          backend,
          httpMb: firstAndLast,
          workersMb: firstAndLast,
          tensors: firstAndLast,
          p50Ms: firstAndLast,
        }),
      )
      .length(2),
  }),
  peers: measuredBy('npm run bench:peers', {
    rounds: count,
    /** The service beside a peer, of the same round: requests a second with eight clients, median time with one. */
    ratios: z
      .array(
        z.strictObject({
          served: z.enum(['default, float32', 'default, int8', 'student, int8']),
          peer: z.enum(['plain', 'tuned', 'keras']),
          scenario: z.string(),
          median: positive,
          lowest: positive,
          highest: positive,
          /** At least that of requests, at most that of time. */
          bound: positive,
        }),
      )
      .min(1),
    /** Of the service with its workers, after photos of 12 megapixels; the largest of the rounds. */
    services: z.array(z.strictObject({ served: z.string(), readySeconds: positive, memoryMb: positive })).min(1),
  }),
  explanation: measuredBy('npm run bench:explain', {
    ...onTheDefault,
    pairs: count,
    rows: z.array(z.strictObject({ backend, withoutMs: positive, withMs: positive })).length(2),
  }),
  device: measuredBy('npm run bench:device', { ...onTheDefault, photoMs: positive }),
  agreement: measuredBy('npm run agreement', {
    ...onTheDefault,
    photos: count,
    equal: count,
    /** No score differs by more. */
    largestDifference: z.number().nonnegative(),
  }),
  models: measuredBy('npm run bench:models', {
    rows: z
      .array(
        z.strictObject({
          /** A folder of `models/registry`. */
          bundle: z.string(),
          millionMultiplyAdds: positive,
          megabytes: positive,
          compressedMegabytes: positive,
          onnx: computing,
          wasm: computing,
        }),
      )
      .min(2),
  }),
  images: measuredBy('npm run measure:images', {
    rows: z
      .array(
        z.strictObject({
          image: z.string(),
          /** To download above the base image; those that tests build on only stand in for the public ones. */
          aboveBaseMb: positive,
        }),
      )
      .length(3),
  }),
});

export type Figures = z.infer<typeof figuresSchema>;
export type Group = keyof Figures;

/** What a command measures of a group: all but by which command, when and where. */
export type ValuesOf<Name extends Group> = Omit<Figures[Name], 'measuredBy' | 'date' | 'machine'>;

/** The command that measures a group, such as `npm run bench`. */
export const commandOf = (group: Group) => figuresSchema.shape[group].shape.measuredBy.value;
