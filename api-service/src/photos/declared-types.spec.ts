import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { licensedPhoto, startService, type StartedService } from '../testing/start-service.ts';

// Loading the model takes seconds, and longer where other specs run beside this one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let service: StartedService;
let photo: Buffer;
beforeAll(async () => {
  service = await startService();
  photo = await readFile(licensedPhoto(service, 'amanita-muscaria-2.jpg'));
});
afterAll(() => service.stop());

/** Addresses that take photos, and the field that each has for them. */
const ROUTES = [
  ['/api/v1/identifications', 'image'],
  ['/predict', 'file'],
] as const;

/** A form of one part, its headers as a client wrote them. */
function send(address: string, headers: string[], content: Buffer): supertest.Test {
  const body = Buffer.concat([
    Buffer.from(`--boundary\r\n${headers.join('\r\n')}\r\n\r\n`),
    content,
    Buffer.from('\r\n--boundary--\r\n'),
  ]);
  return supertest(service.app).post(address).type('multipart/form-data; boundary=boundary').send(body);
}

const disposition = (field: string, file = '; filename="photo.jpg"') =>
  `Content-Disposition: form-data; name="${field}"${file}`;
const typed = (type: string) => (field: string) => [disposition(field), `Content-Type: ${type}`];

describe.each(ROUTES)('a photo sent to %s', (address, field) => {
  const parts: [string, (field: string) => string[]][] = [
    ['of no type, as by Python’s requests', () => [disposition(field)]],
    ['of an empty type', typed('')],
    ['of application/octet-stream, as by httpx where the name has no ending', typed('application/octet-stream')],
    ['of binary/octet-stream, as S3 has it', typed('binary/octet-stream')],
    ['of */*', typed('*/*')],
    ['of application/x-jpg', typed('application/x-jpg')],
    ['of application/pdf', typed('application/pdf')],
    ['of text/plain', typed('text/plain; charset=utf-8')],
    ['of another kind of photo', typed('image/heic')],
    ['of a type that is none', typed('jpeg')],
    [
      'as .NET sends it, with the name twice and no type',
      (name) => [
        `Content-Disposition: form-data; name=${name}; filename="=?utf-8?B?UGlseiDDpC5qcGc=?="; filename*=utf-8''Pilz%20%C3%A4.jpg`,
      ],
    ],
    [
      'as Spring sends bytes, without a file name',
      () => [disposition(field, ''), 'Content-Type: application/octet-stream', 'Content-Length: 1'],
    ],
    ['as aiohttp sends it, its type first', () => ['Content-Type: application/octet-stream', disposition(field)]],
  ];
  it.each(parts)('is taken for what its bytes are: %s', async (_what, headers) => {
    const { status, body } = await send(address, headers(field), photo);
    expect([status, body.code]).toEqual([200, undefined]);
    expect(body.match.taxon).toMatch(/^Amanita/);
  });

  it('of another kind than its type says is taken for what its bytes are', async () => {
    const png = await sharp(photo).resize(600).png().toBuffer();
    expect((await send(address, typed('image/jpeg')(field), png)).status).toBe(200);
  });

  it('without a type is still refused where the bytes are no photo', async () => {
    const refused = await send(address, [disposition(field)], Buffer.from('a mushroom'));
    expect(refused.body).toMatchObject({ code: 'unsupported_photo', status: 415 });
    const empty = await send(address, [disposition(field)], Buffer.alloc(0));
    expect(empty.body).toMatchObject({ code: 'empty_photo', status: 400 });
  });

  it('as a text, without a file name, is refused with a sentence that says so', async () => {
    for (const headers of [[disposition(field, '')], [disposition(field, ''), 'Content-Type: image/jpeg']]) {
      const { body } = await send(address, headers, photo);
      expect(body).toMatchObject({ code: 'malformed_upload', detail: expect.stringContaining('no file name') });
    }
  });

  it('by a page’s form in which no file was chosen is missing', async () => {
    const chosen = [disposition(field, '; filename=""'), 'Content-Type: application/octet-stream'];
    expect((await send(address, chosen, Buffer.alloc(0))).body).toMatchObject({ code: 'no_photo', status: 400 });
  });
});
