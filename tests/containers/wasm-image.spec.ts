import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository, WASM_IMAGE } from '../service-process.ts';

describe('the service on wasm that is measured', () => {
  it('has the environment of its image', async () => {
    const dockerfile = await readFile(path.join(repository, 'api-service/Dockerfile'), 'utf8');
    const stage = dockerfile.slice(dockerfile.indexOf('FROM service AS wasm'));
    const [, set] = /^ENV INFERENCE_BACKEND=wasm (.*)$/m.exec(stage)!;
    expect(set).toBe(
      Object.entries(WASM_IMAGE)
        .map(([key, value]) => `${key}=${value}`)
        .join(' '),
    );
  });
});
