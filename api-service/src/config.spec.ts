import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

describe('the configuration', () => {
  it('has a default for every key', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      PORT: 8080,
      MODEL_NAME: 'mushroom-classifier',
      MODEL_VERSION: 'latest',
      INFERENCE_BACKEND: 'auto',
      INFERENCE_WORKERS: 1,
    });
    expect(Object.values(config)).not.toContain(undefined);
  });

  it('documents every key together with its default', () => {
    const source = readFileSync(new URL('./config.ts', import.meta.url), 'utf8');
    for (const key of Object.keys(readConfig({}))) {
      expect(source, key).toMatch(new RegExp(`Default [^*]*\\*/\\s+${key}:`));
    }
  });

  it('finds the repository’s own files, wherever it is started from', () => {
    const { MODEL_REGISTRY } = readConfig({});
    expect(path.isAbsolute(MODEL_REGISTRY)).toBe(true);
    expect(readFileSync(readConfig({}).SPECIES_TABLE, 'utf8')).toContain('Amanita muscaria');
  });

  it('takes what the environment sets, and ignores the rest of it', () => {
    const config = readConfig({ PORT: '9000', INFERENCE_BACKEND: 'wasm', PATH: '/bin' });
    expect(config).toMatchObject({ PORT: 9000, INFERENCE_BACKEND: 'wasm' });
    expect(config).not.toHaveProperty('PATH');
  });

  it('takes a key that is set to nothing as not set', () => {
    expect(readConfig({ PORT: '' }).PORT).toBe(8080);
  });

  it.each([
    ['PORT', 'abc', 'PORT is "abc", but must be a whole number from 0 to 65535.'],
    ['PORT', '65536', 'PORT is "65536", but must be a whole number from 0 to 65535.'],
    ['PORT', '80.5', 'PORT is "80.5", but must be a whole number from 0 to 65535.'],
    ['PORT', '-1', 'PORT is "-1", but must be a whole number from 0 to 65535.'],
    ['INFERENCE_WORKERS', '0', 'INFERENCE_WORKERS is "0", but must be a whole number from 1 to 64.'],
    ['INFERENCE_BACKEND', 'gpu', 'INFERENCE_BACKEND is "gpu", but must be one of auto, native, wasm.'],
    ['MODEL_NAME', '../x', 'MODEL_NAME is "../x", but must be small letters, digits and hyphens.'],
    ['MODEL_VERSION', '01', 'MODEL_VERSION is "01", but must be a version number, or latest.'],
  ])('%s=%s is refused with a sentence that names the key', (key, value, sentence) => {
    expect(() => readConfig({ [key]: value })).toThrow(new ConfigError(sentence));
  });
});
