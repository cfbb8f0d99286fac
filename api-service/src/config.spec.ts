import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { childEnvironment, ConfigError, formerNamesIn, readConfig } from './config.ts';

describe('the configuration', () => {
  it('has a default for every key', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      PORT: 8080,
      MODEL_NAME: 'mushroom-classifier',
      MODEL_VERSION: 'stable',
      MODEL_ALIASES: ['canary'],
      ADMIN_PORT: 0,
      INFERENCE_BACKEND: 'auto',
      INFERENCE_WORKERS: 0,
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
    ['INFERENCE_WORKERS', '65', 'INFERENCE_WORKERS is "65", but must be a whole number from 0 to 64.'],
    ['INFERENCE_BACKEND', 'gpu', 'INFERENCE_BACKEND is "gpu", but must be one of auto, onnx, native, wasm.'],
    ['MODEL_NAME', '../x', 'MODEL_NAME is "../x", but must be small letters, digits and hyphens.'],
    ['MODEL_VERSION', '01', 'MODEL_VERSION is "01", but must be a version number, or stable.'],
    ['MODEL_ALIASES', 'Canary', 'MODEL_ALIASES is "Canary", but must be aliases between commas, or none.'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'x', 'OTEL_EXPORTER_OTLP_ENDPOINT is "x", but must be an http or https address.'],
  ])('%s=%s is refused with a sentence that names the key', (key, value, sentence) => {
    expect(() => readConfig({ [key]: value })).toThrow(new ConfigError(sentence));
  });

  it('reads aliases between commas', () => {
    expect(readConfig({ MODEL_ALIASES: 'canary,nightly' }).MODEL_ALIASES).toEqual(['canary', 'nightly']);
    expect(readConfig({ MODEL_ALIASES: 'none' }).MODEL_ALIASES).toEqual([]);
  });

  it('reads a key by its former name too, and says so', () => {
    const former = { MODEL_LABELS: 'nightly' };
    expect(readConfig(former).MODEL_ALIASES).toEqual(['nightly']);
    expect(readConfig({ ...former, MODEL_ALIASES: 'canary' }).MODEL_ALIASES).toEqual(['canary']);
    expect(formerNamesIn(former)).toEqual([expect.stringMatching(/^MODEL_LABELS is now called MODEL_ALIASES/)]);
    expect(formerNamesIn({})).toEqual([]);
  });
});

describe('the admin token', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'token-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is needed with the admin port', () => {
    expect(() => readConfig({ ADMIN_PORT: '8081' })).toThrow(
      new ConfigError('ADMIN_PORT needs a token: set ADMIN_TOKEN_FILE or ADMIN_TOKEN.'),
    );
  });

  it('comes from a file, without the line end', () => {
    const file = path.join(folder, 'token');
    writeFileSync(file, 'a-token-of-some-length\n');
    expect(readConfig({ ADMIN_PORT: '8081', ADMIN_TOKEN_FILE: file }).ADMIN_TOKEN).toBe('a-token-of-some-length');
  });

  it('is asked for by name where its file can not be read', () => {
    const file = path.join(folder, 'nothing');
    expect(() => readConfig({ ADMIN_TOKEN_FILE: file })).toThrow(`ADMIN_TOKEN_FILE can not be read: ${file} (ENOENT).`);
  });

  it('is not shown where it is too short', () => {
    expect(() => readConfig({ ADMIN_TOKEN: 'swordfish' })).toThrow(
      new ConfigError(
        'ADMIN_TOKEN has a value that can not be used, but must be 16 characters or more, without spaces.',
      ),
    );
  });
});

describe('the environment of a child process', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is this one’s, and what was added where this one says nothing', () => {
    vi.stubEnv('LOG_LEVEL', 'debug');
    const environment = childEnvironment({ LOG_LEVEL: 'info', MALLOC_ARENA_MAX: '1' });
    expect(environment).toMatchObject({ LOG_LEVEL: 'debug', MALLOC_ARENA_MAX: '1' });
    expect(environment).toHaveProperty('PATH');
  });

  it('has no secret', () => {
    vi.stubEnv('ADMIN_TOKEN', 'swordfish');
    expect(childEnvironment({})).not.toHaveProperty('ADMIN_TOKEN');
  });
});
