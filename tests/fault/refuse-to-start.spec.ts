import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { repository, startService } from '../service-process.ts';

let registry: string;
beforeEach(() => {
  registry = mkdtempSync(path.join(os.tmpdir(), 'registry-'));
});
afterEach(() => rmSync(registry, { recursive: true }));

// What the service prints is part of the error that startService gives.

it('a registry without a model is named', async () => {
  await expect(startService({ MODEL_REGISTRY: registry })).rejects.toThrow('has no version of the model');
});

it('a model whose weights were changed is not served', async () => {
  const committed = path.join(repository, 'models/registry/mushroom-classifier');
  mkdirSync(path.join(registry, 'mushroom-classifier'));
  cpSync(committed, path.join(registry, 'mushroom-classifier'), { recursive: true });
  const weights = path.join(registry, 'mushroom-classifier/3/graph/weights.bin');
  const bytes = readFileSync(weights);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(weights, bytes);
  await expect(startService({ MODEL_REGISTRY: registry, MODEL_VERSION: '3' })).rejects.toThrow('checksum differs');
});

it('a port that is taken is named', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const port = String((other.address() as AddressInfo).port);
  try {
    await expect(startService({ PORT: port })).rejects.toThrow(`port ${port} is taken`);
  } finally {
    other.close();
  }
});

it('a key of the environment with a bad value is named', async () => {
  await expect(startService({ INFERENCE_BACKEND: 'gpu' })).rejects.toThrow(
    'INFERENCE_BACKEND is "gpu", but must be one of auto, onnx, native, wasm',
  );
});
