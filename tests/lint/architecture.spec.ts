import path from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
// The arrows need no types; without type information the linter also judges files that exist only in this spec.
const eslint = new ESLint({ cwd: root, overrideConfig: [tseslint.configs.disableTypeChecked as never] });

const RULES = [
  'architecture/arrows',
  'architecture/no-barrel-files',
  'no-restricted-globals',
  'no-restricted-properties',
];

async function reportsIn(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: path.join(root, filePath) });
  expect(result!.fatalErrorCount).toBe(0);
  return result!.messages.filter(({ ruleId }) => RULES.includes(ruleId ?? '')).map(({ message }) => message);
}

describe('an import against the arrows is reported', () => {
  it.each([
    ['the page', 'code of the service', 'frontend/src/x.ts', `import { app } from '@mushroom/api-service/app';`],
    [
      'the page',
      'code of the service, by path',
      'frontend/src/x.ts',
      `import { a } from '../../api-service/src/a.ts';`,
    ],
    [
      'the page',
      'code of models',
      'frontend/src/x.ts',
      `import { decide } from '@mushroom/recognition/decision/decide';`,
    ],
    ['the page', 'training types', 'frontend/src/x.ts', `import type { Head } from '@mushroom/training/fit/head';`],
    [
      'the page',
      'how evaluation is done',
      'frontend/src/x.ts',
      `import type { a } from '@mushroom/training/evaluate/evaluation';`,
    ],
    ['a feature', 'another feature', 'frontend/src/features/species/x.ts', `import { a } from '../identify/a.ts';`],
    [
      'a feature',
      'another, from deeper',
      'frontend/src/features/species/a/x.ts',
      `import { a } from '../../trust/a.ts';`,
    ],
    ['a feature', 'the service', 'frontend/src/features/species/x.ts', `import { a } from '@mushroom/api-service/a';`],
    [
      'the model on the device',
      'training',
      'frontend/src/on-device/x.ts',
      `import { a } from '@mushroom/training/fit/head';`,
    ],
    [
      'the model on the device',
      'code of the service',
      'frontend/src/on-device/x.ts',
      `import { a } from '@mushroom/api-service/a';`,
    ],
    [
      'the model on the device',
      'the decoder of Node',
      'frontend/src/on-device/x.ts',
      `import { a } from '@mushroom/recognition/decoding/decode-pixels';`,
    ],
    ['the model on the device', 'a feature', 'frontend/src/on-device/x.ts', `import { a } from '../features/a/a.ts';`],
    ['the service', 'the page', 'api-service/src/x.ts', `import { App } from '@mushroom/frontend/src/app';`],
    ['the service', 'training', 'api-service/src/x.ts', `import { train } from '@mushroom/training/fit/head';`],
    [
      'the service',
      'training types',
      'api-service/src/x.ts',
      `import type { Head } from '@mushroom/training/fit/head';`,
    ],
    [
      'the service',
      'training, by path',
      'api-service/src/a/x.ts',
      `import { a } from '../../../models/training/src/data/a.ts';`,
    ],
    [
      'the service',
      'a training type, inline',
      'api-service/src/x.ts',
      `let a: import('@mushroom/training/fit/head').A;`,
    ],
    ['the service', 'training, lazily', 'api-service/src/x.ts', `await import('@mushroom/training/fit/head');`],
    ['the service', 'the tests', 'api-service/src/x.spec.ts', `import { a } from '../../tests/a.ts';`],
    ['training', 'the service', 'models/training/src/evaluate/x.ts', `import { a } from '@mushroom/api-service/a';`],
    [
      'training',
      'the page, by path',
      'models/training/src/evaluate/x.ts',
      `export * from '../../../../frontend/src/a.ts';`,
    ],
    [
      'recognition',
      'training',
      'models/recognition/src/decision/x.ts',
      `import { a } from '@mushroom/training/fit/a';`,
    ],
    [
      'recognition',
      'training, by path',
      'models/recognition/src/registry/x.ts',
      `import { a } from '../../../training/src/fit/a.ts';`,
    ],
    ['the service', 'the rest of packaging', 'api-service/src/x.ts', `import '@mushroom/training/network/network';`],
    ['the service', 'publishing', 'api-service/src/x.ts', `import '@mushroom/training/deliver/publish';`],
    [
      'storage',
      'what is stored',
      'models/recognition/src/registry/storage/x.ts',
      `import { a } from '../../bundle/a.ts';`,
    ],
    [
      'what answers on the device',
      'the registry',
      'models/recognition/src/bundle/x.ts',
      `import { a } from '../registry/a.ts';`,
    ],
    ['a room of training', 'a floor above', 'models/training/src/data/x.ts', `import { a } from '../fit/a.ts';`],
    [
      'recognition',
      'the service',
      'models/recognition/src/bundle/x.ts',
      `import { a } from '@mushroom/api-service/a';`,
    ],
  ])('%s → %s', async (_who, _what, filePath, code) => {
    expect(await reportsIn(filePath, code)).toHaveLength(1);
  });
});

describe('an import along the arrows is not', () => {
  it.each([
    ['the page', 'types of the service', 'frontend/src/x.ts', `import type { A } from '@mushroom/api-service/a';`],
    [
      'the page',
      'types of models',
      'frontend/src/x.ts',
      `import type { Verdict } from '@mushroom/recognition/taxonomy/taxon';`,
    ],
    [
      'the page',
      'names of taxa',
      'frontend/src/x.ts',
      `import { slugOf } from '@mushroom/recognition/taxonomy/taxon';`,
    ],
    [
      'the page',
      'the same by path',
      'frontend/src/x.ts',
      `import { a } from '../../models/recognition/src/taxonomy/taxon.ts';`,
    ],
    [
      'the page',
      'the types of an evaluation',
      'frontend/src/x.ts',
      `import type { Evaluation } from '@mushroom/recognition/bundle/evaluation.schema';`,
    ],
    [
      'the model on the device',
      'the decision',
      'frontend/src/on-device/x.ts',
      `import { decide } from '@mushroom/recognition/decision/decide';`,
    ],
    [
      'a feature',
      'the model on the device',
      'frontend/src/features/a/x.ts',
      `import { a } from '../../on-device/a.ts';`,
    ],
    ['a feature', 'itself', 'frontend/src/features/species/a/x.ts', `import { a } from '../b.ts';`],
    [
      'a feature',
      'what features share',
      'frontend/src/features/species/x.ts',
      `import { a } from '../../verdict/a.ts';`,
    ],
    [
      'the service',
      'the SavedModel',
      'api-service/src/x.ts',
      `import { savedModelOf } from '@mushroom/recognition/bundle/saved-model';`,
    ],
    [
      'the service',
      'storage',
      'api-service/src/x.ts',
      `import { a } from '@mushroom/recognition/registry/storage/open-storage';`,
    ],
    [
      'the service',
      'the decision',
      'api-service/src/x.ts',
      `import { a } from '@mushroom/recognition/decision/decide';`,
    ],
    [
      'the service',
      'its own models resource',
      'api-service/src/app.ts',
      `import { a } from './models/models.routes.ts';`,
    ],
    ['the service', 'the same from a folder', 'api-service/src/species/x.ts', `import { a } from '../models/a.ts';`],
    ['the service', 'where a model looks', 'api-service/src/x.ts', `import '@mushroom/recognition/explanation/veil';`],
    ['training', 'the data', 'models/training/src/fit/x.ts', `import { a } from '../data/a.ts';`],
    [
      'the decision',
      'the taxonomy',
      'models/recognition/src/decision/x.ts',
      `import { a } from '../taxonomy/taxon.ts';`,
    ],
  ])('%s → %s', async (_who, _what, filePath, code) => {
    expect(await reportsIn(filePath, code)).toEqual([]);
  });
});

it('a barrel file is reported', async () => {
  expect(
    await reportsIn('models/recognition/src/decision/index.ts', `export * from './identification.ts';`),
  ).toHaveLength(1);
});

describe('what waits for a network', () => {
  const requests = [`await fetch('/a');`, `await window.fetch('/a');`, `new XMLHttpRequest();`];

  it.each(requests)('goes through the page’s one policy: %s', async (code) => {
    expect(await reportsIn('frontend/src/on-device/x.ts', code)).toHaveLength(1);
  });

  it('is limited there', async () => {
    expect(await reportsIn('frontend/src/api/request-policy.ts', requests[0]!)).toEqual([]);
  });
});

it('what browsers lack over http is not called by the page', async () => {
  expect(await reportsIn('frontend/src/features/finds/x.ts', `const id = crypto.randomUUID();`)).toHaveLength(1);
});

describe('the environment', () => {
  const reads = `export const port = process.env.PORT;`;

  it('is read by the service’s configuration', async () => {
    expect(await reportsIn('api-service/src/config.ts', reads)).toEqual([]);
  });

  it.each(['api-service/src/app.ts', 'models/training/src/fit/train.ts', 'frontend/src/main.tsx'])(
    'is not read by %s',
    async (filePath) => {
      expect(await reportsIn(filePath, reads)).toHaveLength(1);
    },
  );
});
