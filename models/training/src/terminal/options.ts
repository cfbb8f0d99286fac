import { InvalidArgumentError } from 'commander';
import { invocationPath } from './invocation-path.ts';

/** Reads an option's value as a whole number; commander shows what is wrong with another beside the option's name. */
export function wholeNumber(from = 1): (given: string) => number {
  return (given) => {
    const number = Number(given);
    if (given.trim() !== '' && Number.isInteger(number) && number >= from) return number;
    throw new InvalidArgumentError(`It takes a whole number from ${from}.`);
  };
}

/** Reads an option's value as a number from 0 to 1. */
export function share(given: string): number {
  const number = Number(given);
  if (given.trim() !== '' && number >= 0 && number <= 1) return number;
  throw new InvalidArgumentError('It takes a number from 0 to 1.');
}

/** Reads an option's value as a path, meant from where the person stands. */
export const filePath = (given: string): string => invocationPath(given);

/** The same of an option that may be given more than once. */
export const filePaths = (given: string, before: readonly string[] = []): string[] => [...before, filePath(given)];
