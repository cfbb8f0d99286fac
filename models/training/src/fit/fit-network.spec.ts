import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fitNetwork } from './fit-network.ts';
import { prepare, type RunRequest } from './prepare.ts';
import { SPECIES, writeTinyRun } from './testing/tiny-run.ts';

let folder: string;
let request: RunRequest & { recipe: string };
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'fit-'));
  request = await writeTinyRun(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const fit = async (given: RunRequest, alpha = 0) => {
  const run = await prepare(given);
  const before = run.backbone.weightsSha256;
  return { before, ...(await fitNetwork(run, { alpha, checkpoints: path.join(folder, `checkpoints-${alpha}`) })) };
};

describe('fitting a network', () => {
  it('learns a head, epoch by epoch, on the backbone as it is if there are no passes', async () => {
    const { recipe: _, ...headOnly } = request;
    const { before, backbone, head, history } = await fit({ ...headOnly, epochs: 2 });
    expect(backbone.weightsSha256).toBe(before);
    expect(head.bias).toHaveLength(SPECIES.length);
    expect(history).toHaveLength(2);
  });

  it('learns the backbone, too, in passes', async () => {
    const { before, backbone, head, history } = await fit(request);
    expect(backbone.weightsSha256).not.toBe(before);
    expect(head.bias).toHaveLength(SPECIES.length);
    expect(history).toHaveLength(1);
  });

  it('goes the whole way back to the pretrained weights at an alpha of 1', async () => {
    const { before, backbone } = await fit(request, 1);
    expect(backbone.weightsSha256).toBe(before);
  });
});
