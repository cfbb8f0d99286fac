import { describe, expect, it } from 'vitest';
import { BATCH_LIMIT, EXTENSIONS, INFER_BYTES } from '../../api-service/src/open-inference/open-inference.schema.ts';
import { inputSizeOf, newestOf } from './bundles.ts';
import { readDocument } from './markdown.ts';

const page = readDocument('docs/open-inference-protocol.md');

describe('the page on the Open Inference Protocol', () => {
  it('has the shape of the pixels that the served model takes', () => {
    const size = inputSizeOf(newestOf('mushroom-classifier'));
    const shapes = [...page.matchAll(/`\[n, (\d+), (\d+), 3\]`/g)].map(([, height, width]) => [height, width]);
    expect(shapes).toEqual([[String(size), String(size)]]);
  });

  it('has the limits of a request', () => {
    expect(page).toContain(`at most ${INFER_BYTES / 1024 / 1024} MB`);
    expect(BATCH_LIMIT).toBe(8);
    expect(page).toContain('one to eight photos');
  });

  it('describes the extensions that the server lists', () => {
    const described = [...page.matchAll(/^- `([a-z_]+)`: /gm)].map(([, name]) => name);
    expect(described).toEqual(EXTENSIONS);
  });
});
