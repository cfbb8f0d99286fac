import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { filePath } from '../terminal/options.ts';

export const isBucket = (uri: string): boolean => uri.startsWith('gs://');

/** Reads an option's value as a bucket, or else as a path, meant from where the person stands. */
export function storageUri(given: string): string {
  if (isBucket(given)) return given;
  // An empty one is a variable that was not set: not the folder where the person stands.
  if (given === '' || /^\w+:\/\//.test(given))
    throw new InvalidArgumentError('It takes gs://bucket, gs://bucket/prefix or a path.');
  return filePath(given);
}

/** Where Cloud Storage is not Google's. */
export const emulatorOption = () =>
  new Option('--emulator <url>', 'asked in place of Google, such as http://127.0.0.1:4443').env(
    'STORAGE_EMULATOR_HOST',
  );
