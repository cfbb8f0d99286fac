import { readFile } from 'node:fs/promises';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROBLEMS } from '../problems.ts';
import { startService, type StartedService } from '../testing/start-service.ts';
import { openApiDocument } from './openapi.document.ts';

let service: StartedService;
beforeAll(async () => {
  service = await startService({}, { start: false });
});
afterAll(() => service.stop());

describe('the description of the API', () => {
  const document = openApiDocument();

  it('is OpenAPI 3.1, with the schemas by name', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.components?.schemas ?? {})).toEqual(
      expect.arrayContaining(['Identification', 'Species', 'SpeciesPage', 'ModelVersion', 'Problem', 'Verdict']),
    );
  });

  it('describes every route that the service has, and no other', async () => {
    const sources = [
      '../identifications/identifications.routes.ts',
      '../species/species.routes.ts',
      '../models/models.routes.ts',
      '../experiments/experiments.routes.ts',
      '../operations/operations.routes.ts',
      '../legacy-v0/legacy-v0.routes.ts',
      '../open-inference/open-inference.routes.ts',
    ];
    const texts = await Promise.all(sources.map((source) => readFile(new URL(source, import.meta.url), 'utf8')));
    const routes = texts.flatMap((text) => [...text.matchAll(/\.route\('([^']+)'\)/g)].map(([, path]) => path!));
    expect(routes.length).toBeGreaterThan(10);
    const described = Object.keys(document.paths ?? {}).filter((path) => path !== '/api/problems/{code}');
    expect(described.toSorted()).toEqual(routes.map((path) => path.replace(/[:*](\w+)/g, '{$1}')).toSorted());
  });

  it('tells every problem that an upload may end in', () => {
    const responses = document.paths?.['/api/v1/identifications']?.post?.responses ?? {};
    const text = JSON.stringify(responses);
    const elsewhere = [
      'malformed_request',
      'malformed_tensor',
      'not_found',
      'species_not_found',
      'model_not_found',
      'not_json',
    ];
    const admin = ['unauthorized', 'label_not_served', 'registry_read_only', 'version_refused'];
    const unsent = [...elsewhere, ...admin, 'method_not_allowed', 'client_closed'];
    for (const code of Object.keys(PROBLEMS)) expect(text.includes(`\`${code}\``), code).toBe(!unsent.includes(code));
    for (const status of ['429', '503']) expect(responses[status].headers).toHaveProperty('Retry-After');
  });

  it('is served', async () => {
    const response = await supertest(service.app).get('/api/openapi.json');
    expect(response.body).toEqual(JSON.parse(JSON.stringify(document)));
  });
});

describe('the page of the API', () => {
  it('loads all that it needs from here, and runs under a strict policy', async () => {
    const page = await supertest(service.app).get('/api/docs');
    expect(page.headers['content-security-policy']).toContain("script-src 'self';");
    expect(page.headers['content-security-policy']).not.toContain('unsafe');
    expect(page.text).not.toMatch(/<script>|style=|https?:/);
    const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address!);
    expect(assets).toHaveLength(5);
    for (const asset of assets) expect((await supertest(service.app).get(asset)).status, asset).toBe(200);
  });

  it('gives out nothing else of the package it comes from', async () => {
    expect((await supertest(service.app).get('/api/docs/package.json')).status).toBe(404);
  });
});
