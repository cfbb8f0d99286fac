import { readFile } from 'node:fs/promises';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { startService, type ServiceProcess } from '../service-process.ts';
import { Contract, type OpenApiDocument } from './openapi-document.ts';

let service: ServiceProcess;
let document: OpenApiDocument;
let contract: Contract;

beforeAll(async () => {
  service = await startService();
  document = (await (await fetch(`${service.url}/api/openapi.json`)).json()) as OpenApiDocument;
  contract = new Contract(document);
});
afterAll(() => service?.stop());

const IDENTIFICATIONS = '/api/v1/identifications';

async function upload(...images: Uint8Array<ArrayBuffer>[]): Promise<Response> {
  return uploadTo(IDENTIFICATIONS, ...images);
}

async function uploadTo(address: string, ...images: Uint8Array<ArrayBuffer>[]): Promise<Response> {
  const form = new FormData();
  for (const image of images) form.append('image', new Blob([image], { type: 'image/jpeg' }), 'photo.jpg');
  return fetch(`${service.url}${address}`, { method: 'POST', body: form });
}

const photo = async () => new Uint8Array(await readFile(FLY_AGARIC));

describe('the document', () => {
  it('is valid OpenAPI 3.1', async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const { valid, errors } = await new Validator().validate({ ...document });
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it.each([
    ['post', IDENTIFICATIONS],
    ['get', '/api/v1/species'],
    ['get', '/api/v1/species/{slug}'],
    ['get', '/api/v1/models'],
    ['get', '/api/v1/models/{name}/versions/{version}'],
    ['get', '/livez'],
    ['get', '/readyz'],
    ['get', '/startupz'],
    ['get', '/metrics'],
  ])('describes %s %s', (method, path) => {
    expect(document.paths[path]?.[method]).toBeDefined();
  });

  it('has a page for people', async () => {
    const page = await fetch(`${service.url}/api/docs`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch('text/html');
  });
});

describe('an answer keeps the contract', () => {
  it('on a photo, and is poisonous or worse for a fly agaric', async () => {
    const answer = await upload(await photo());
    expect(answer.status).toBe(200);
    expect(await contract.faultsOf('post', IDENTIFICATIONS, answer)).toEqual([]);
    const { toxicity, candidates } = await answer.json();
    expect(['poisonous', 'deadly']).toContain(toxicity.verdict);
    const scores = candidates.map(({ score }: { score: number }) => score);
    expect(scores).toEqual(scores.toSorted((a: number, b: number) => b - a));
    expect(scores.reduce((sum: number, score: number) => sum + score, 0)).toBeLessThanOrEqual(1 + 1e-6);
  });

  it('on photos that are to tell where the model looked', async () => {
    const answer = await uploadTo(`${IDENTIFICATIONS}?explain=1`, await photo(), await photo());
    expect(answer.status).toBe(200);
    expect(await contract.faultsOf('post', IDENTIFICATIONS, answer)).toEqual([]);
    const { photos } = await answer.json();
    for (const { explanation } of photos) expect(explanation.picture).toMatch(/^data:image\/png;base64,/);
  });

  it('on several photos of a specimen', async () => {
    const answer = await upload(await photo(), await photo());
    expect(answer.status).toBe(200);
    expect(await contract.faultsOf('post', IDENTIFICATIONS, answer)).toEqual([]);
    expect((await answer.json()).photos).toHaveLength(2);
  });

  it.each([
    ['no photo', 400, async () => upload()],
    ['too many photos', 400, async () => upload(...(await Promise.all(Array.from({ length: 6 }, photo))))],
    ['something that is no image', 415, () => upload(new TextEncoder().encode('no image at all'))],
    ['a photo that breaks off', 422, async () => upload((await photo()).slice(0, 3000))],
    ['a photo of 13 MB', 413, async () => upload(new Uint8Array(13 * 2 ** 20).fill(7))],
  ])('on %s: %i', async (_what, status, send) => {
    const answer = await send();
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(await contract.faultsOf('post', IDENTIFICATIONS, answer)).toEqual([]);
    expect((await answer.json()).code).toMatch(/^[a-z][a-z_]+$/);
  });

  it.each([
    ['a photo', 200, async () => [Buffer.from(await photo()).toString('base64')]],
    ['no photo', 400, async () => []],
    ['something that is no image', 415, async () => ['R0lGODlh']],
  ])('of the Open Inference Protocol, on %s: %i', async (_what, status, data) => {
    const photos = await data();
    const answer = await fetch(`${service.url}/v2/models/mushroom-classifier/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        inputs: [{ name: 'image', datatype: 'BYTES', shape: [photos.length], data: photos }],
      }),
    });
    expect(answer.status).toBe(status);
    expect(await contract.faultsOf('post', '/v2/models/{name}/infer', answer)).toEqual([]);
  });

  it('on a version that is not loaded: 404', async () => {
    const form = new FormData();
    form.append('image', new Blob([await photo()], { type: 'image/jpeg' }), 'photo.jpg');
    const answer = await fetch(`${service.url}${IDENTIFICATIONS}?model=999`, { method: 'POST', body: form });
    expect(answer.status).toBe(404);
    expect(await contract.faultsOf('post', IDENTIFICATIONS, answer)).toEqual([]);
  });

  it.each([
    ['/api/v1/species', '/api/v1/species?q=amanita', 200],
    ['/api/v1/species/{slug}', '/api/v1/species/amanita-muscaria', 200],
    ['/api/v1/species/{slug}', '/api/v1/species/no-such-mushroom', 404],
    ['/api/v1/models', '/api/v1/models', 200],
    ['/api/v1/models/{name}/versions/{version}', '/api/v1/models/mushroom-classifier/versions/3', 200],
    ['/api/v1/models/{name}/versions/{version}', '/api/v1/models/mushroom-classifier/versions/999', 404],
    ['/livez', '/livez', 200],
    ['/readyz', '/readyz', 200],
    ['/startupz', '/startupz', 200],
    ['/v2', '/v2', 200],
    ['/v2/health/live', '/v2/health/live', 200],
    ['/v2/health/ready', '/v2/health/ready', 200],
    ['/v2/models/{name}', '/v2/models/mushroom-classifier', 200],
    ['/v2/models/{name}', '/v2/models/nothing', 404],
    ['/v2/models/{name}/versions/{version}', '/v2/models/mushroom-classifier/versions/stable', 200],
    ['/v2/models/{name}/ready', '/v2/models/mushroom-classifier/ready', 200],
    ['/v2/models/{name}/versions/{version}/ready', '/v2/models/mushroom-classifier/versions/999/ready', 404],
  ])('of %s to %s: %i', async (template, path, status) => {
    const answer = await fetch(service.url + path);
    expect(answer.status).toBe(status);
    expect(await contract.faultsOf('get', template, answer)).toEqual([]);
  });
});
