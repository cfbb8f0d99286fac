import { readFile } from 'node:fs/promises';
import { VERDICTS } from '@mushroom/recognition/taxonomy/taxon';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { licensedPhoto, startService, type StartedService } from '../testing/start-service.ts';
import { predictionOf } from './legacy-v0.routes.ts';
import { bestModelSchema, predictionSchema } from './legacy-v0.schema.ts';

// Loading the model takes seconds, and longer where other specs run beside this one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let service: StartedService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

describe('/predict', () => {
  it('answers like identifications, under the names of the course’s app', async () => {
    const photo = await readFile(licensedPhoto(service, 'amanita-muscaria-2.jpg'));
    const response = await supertest(service.app).post('/predict').attach('file', photo, 'photo.jpg');
    expect(response.status).toBe(200);
    const prediction = predictionSchema.parse(response.body);
    expect(prediction.prediction_label).toBe(prediction.match?.taxon);
    expect(prediction.poisonous).toBe(true);
    expect(response.headers.link).toBe('</api/v1/identifications>; rel="successor-version"');
  });

  it('takes photos in its own field only', async () => {
    const response = await supertest(service.app).post('/predict').attach('image', Buffer.from('x'), 'photo.jpg');
    expect(response.body).toMatchObject({ code: 'malformed_upload', status: 400 });
  });

  it.each(VERDICTS)('never says "not poisonous", whatever the verdict (%s)', async (verdict) => {
    const photo = await readFile(licensedPhoto(service, 'amanita-muscaria-2.jpg'));
    const { body } = await supertest(service.app).post('/api/v1/identifications').attach('image', photo, 'photo.jpg');
    const { poisonous } = predictionOf({ ...body, toxicity: { ...body.toxicity, verdict } });
    expect(poisonous).toBe(['deadly', 'poisonous', 'psychoactive'].includes(verdict) ? true : null);
  });
});

describe('/best_model', () => {
  it('names the served model', async () => {
    const { body } = await supertest(service.app).get('/best_model');
    const { model_details: details } = bestModelSchema.parse(body);
    expect(details.version).toBe(service.parts.served.bundle.version);
    expect((await supertest(service.app).get(details.url)).status).toBe(200);
  });
});
