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

const BOUNDARY = '2c6ffa8f-1a9e-4c04-8c0b-9d0a5a3f6b21';

/** A whole body as .NET's HttpClient writes it: its boundary in quotes, and names without, where they need none. */
function sendAsDotNet(address: string, parts: { headers: string[]; content: Buffer | string }[]): supertest.Test {
  const body = parts.flatMap(({ headers, content }, index) => [
    Buffer.from(`${index > 0 ? '\r\n' : ''}--${BOUNDARY}\r\n${headers.join('\r\n')}\r\n\r\n`),
    Buffer.from(content),
  ]);
  return supertest(service.app)
    .post(address)
    .set('Content-Type', `multipart/form-data; boundary="${BOUNDARY}"`)
    .send(Buffer.concat([...body, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]));
}

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

  const dotNet: [string, (field: string) => string[]][] = [
    [
      'ByteArrayContent, which has no type',
      (name) => [`Content-Disposition: form-data; name=${name}; filename=photo.jpg; filename*=utf-8''photo.jpg`],
    ],
    [
      'a name that is no ASCII',
      (name) => [
        `Content-Disposition: form-data; name=${name}; filename="=?utf-8?B?UGlseiDDpC5qcGc=?="; filename*=utf-8''Pilz%20%C3%A4.jpg`,
      ],
    ],
    [
      'StreamContent, its type set before its name',
      (name) => [
        'Content-Type: application/octet-stream',
        `Content-Disposition: form-data; name=${name}; filename="my photo.jpg"; filename*=utf-8''my%20photo.jpg`,
      ],
    ],
    [
      'a field in quotes of its caller’s own, and a type with a charset',
      (name) => [
        'Content-Type: image/jpg; charset=utf-8',
        `Content-Disposition: form-data; name="${name}"; filename=photo.jpg; filename*=utf-8''photo.jpg`,
      ],
    ],
    [
      'StringContent’s type',
      (name) => [
        'Content-Type: text/plain; charset=utf-8',
        `Content-Disposition: form-data; name=${name}; filename=photo; filename*=utf-8''photo`,
      ],
    ],
  ];
  it.each(dotNet)('is taken in a body as .NET’s HttpClient writes it: %s', async (_what, headers) => {
    const month = ['Content-Type: text/plain; charset=utf-8', 'Content-Disposition: form-data; name=month'];
    const { status, body } = await sendAsDotNet(address, [
      { headers: headers(field), content: photo },
      { headers: month, content: '9' },
    ]);
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
