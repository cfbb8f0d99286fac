import path from 'node:path';
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { bundleSchema } from '@mushroom/recognition/bundle/bundle.schema';
import { MODELS } from './places.ts';

/** What a command is given, of the function that declares it. */
export type OptionsOf<Declare extends () => { opts(): unknown }> = ReturnType<ReturnType<Declare>['opts']>;

/** Reads an option's value as what is meant; commander shows what is wrong with another beside the option's name. */
function reading<T>(read: (given: string) => T, isRight: (value: T) => boolean, takes: string): (given: string) => T {
  return (given) => {
    const value = read(given);
    if (given.trim() !== '' && isRight(value)) return value;
    throw new InvalidArgumentError(`It takes ${takes}.`);
  };
}

export const wholeNumber = (from = 1) =>
  reading(Number, (number) => Number.isInteger(number) && number >= from, `a whole number from ${from}`);

export const share = reading(Number, (number) => number >= 0 && number <= 1, 'a number from 0 to 1');

const isPartOfBundle = (part: 'name' | 'version') => (given: string) =>
  bundleSchema.shape[part].safeParse(given).success;

export const isBundleName = isPartOfBundle('name');

export const isBundleVersion = isPartOfBundle('version');

export const bundleName = reading(String, isBundleName, 'small letters, digits and hyphens');

export const bundleVersion = reading(String, isBundleVersion, 'a whole number from 1');

/**
 * Reads an option's value as a path. npm runs a workspace's script inside the workspace; the paths given to it are meant
 * from where the person stands.
 */
export const filePath = (given: string): string => path.resolve(process.env.INIT_CWD ?? process.cwd(), given);

/** The same of an option that may be given more than once. */
export const filePaths = (given: string, before: readonly string[] = []): string[] => [...before, filePath(given)];

/**
 * An option that is a path.
 * @param inModels what it is where it is not given: a path from `models/`.
 * @param shown that default as help shows it.
 */
export function pathOption<Flags extends string>(
  flags: Flags,
  description: string,
  inModels: string,
  shown = `models/${inModels}`,
) {
  return new Option(flags, description).argParser(filePath).default(path.join(MODELS, inModels), shown);
}

/** An option that is a path, none where it is not given, and may be given more than once. */
export function pathsOption<Flags extends string>(flags: Flags, description: string) {
  return new Option(flags, description).argParser(filePaths).default([] as string[], 'none');
}

/** An option that is one of a few words, the first where it is not given. */
export function choiceOption<Flags extends string, const Choices extends readonly [string, ...string[]]>(
  flags: Flags,
  description: string,
  choices: Choices,
) {
  return new Option(flags, description).choices(choices).default<Choices[number]>(choices[0]);
}

export const shippedDataOption = (description: string) =>
  pathOption('--data <path>', description, 'data/licensed.csv', 'the photos shipped with the project');

export const skipUnreadableOption = () =>
  new Option('--skip-unreadable', 'go on without files that are no photos, or can’t be read; they are named').default(
    false,
  );

export const bundleOption = () =>
  new Option('--bundle <path>', 'the bundle (default: the newest mushroom-classifier of models/registry)').argParser(
    filePath,
  );

export const registryOption = () => pathOption('--registry <path>', 'where the bundle goes', 'build/registry');

export const backboneOption = (description: string) =>
  pathOption('--backbone <path>', description, 'backbones/efficientnet_lite0_224');

export const checkpointsOption = (description: string) =>
  pathOption('--checkpoints <path>', description, 'build/checkpoints');

export const backendOption = (description = 'what computes') =>
  choiceOption('--backend <name>', description, ['auto', 'native', 'wasm']);

export const trainingBackendOption = (description: string) =>
  choiceOption('--backend <name>', description, ['auto', 'native', 'wasm', 'cpu']);
