import { InvalidArgumentError } from 'commander';
import { bundleSchema } from '@mushroom/recognition/bundle/bundle.schema';

/** Reads an option's value as the name of a bundle. */
export function bundleName(given: string): string {
  if (bundleSchema.shape.name.safeParse(given).success) return given;
  throw new InvalidArgumentError('It takes small letters, digits and hyphens.');
}

/** Reads an option's value as the version of a bundle. */
export function bundleVersion(given: string): string {
  if (bundleSchema.shape.version.safeParse(given).success) return given;
  throw new InvalidArgumentError('It takes a whole number from 1.');
}
