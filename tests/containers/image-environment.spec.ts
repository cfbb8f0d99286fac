import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { IMAGE_ENVIRONMENT, repository } from '../service-process.ts';

describe('the service that is measured', () => {
  it('has the environment of its image', async () => {
    const dockerfile = await readFile(path.join(repository, 'api-service/Dockerfile'), 'utf8');
    const stage = dockerfile.slice(dockerfile.indexOf('FROM without-packages AS service'));
    const [, set] = /^ENV (?!REVISION)(.*)$/m.exec(stage)!;
    const expected = Object.entries(IMAGE_ENVIRONMENT).map(([key, value]) => `${key}=${value}`);
    expect(set).toBe(expected.join(' '));
  });
});
