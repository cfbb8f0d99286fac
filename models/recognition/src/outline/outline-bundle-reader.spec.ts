import { cp, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BundleError } from '../bundle/bundle-reader.ts';
import { openOutlineBundle } from './outline-bundle-reader.ts';

const shipped = fileURLToPath(new URL('../../../registry/mushroom-outline/2', import.meta.url));

describe('opening the model', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'outline-'));
    await cp(shipped, directory, { recursive: true });
  });
  afterEach(() => rm(directory, { recursive: true }));

  const refusal = async () => {
    const error = await openOutlineBundle(directory).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BundleError);
    return (error as BundleError).message;
  };

  it('is refused where outline.json is missing, or says what it may not', async () => {
    await writeFile(path.join(directory, 'outline.json'), '{"schemaVersion":1}');
    expect(await refusal()).toMatch(/outline\.json is malformed/);
    await rm(path.join(directory, 'outline.json'));
    expect(await refusal()).toMatch(/outline\.json is missing/);
  });

  it('is refused where a file is cut off or missing, by name', async () => {
    await truncate(path.join(directory, 'graph/weights.bin'), 1000);
    expect(await refusal()).toMatch(/weights\.bin is not the file that outline\.json names/);
    await rm(path.join(directory, 'graph/weights.bin'));
    expect(await refusal()).toMatch(/weights\.bin is missing/);
  });
});
