import { connect } from 'node:net';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';

/** One malformed upload: what is wrong with it, and how it is sent. */
export interface MalformedUpload {
  kind: string;
  detail: string;
  /** @returns the status of the answer; null where the sender hung up before one could come. */
  send(port: number): Promise<number | null>;
}

interface Part {
  name: string;
  content: Buffer | string;
  /** A file where given. */
  filename?: string;
  type?: string;
}

const BOUNDARY = 'malformed-upload-boundary';
const PATH = '/api/v1/identifications';

function multipart(parts: readonly Part[]): Buffer {
  const chunks = parts.flatMap(({ name, content, filename, type }) => [
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"` +
        (filename === undefined ? '' : `; filename="${filename}"\r\nContent-Type: ${type ?? 'image/jpeg'}`) +
        '\r\n\r\n',
    ),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...chunks, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

const photoPart = (content: Buffer | string, type = 'image/jpeg', name = 'image'): Part => ({
  name,
  content,
  filename: 'photo.jpg',
  type,
});

/**
 * Sends bytes as they are over a socket of its own: an HTTP client would repair most of what is broken on purpose.
 * @param end what the sender does after the last byte: waits for the answer, says that no more will come, or hangs up.
 */
function sendRaw(port: number, bytes: Buffer, end: 'wait' | 'finish' | 'hang up' = 'wait'): Promise<number | null> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const statusOf = () => {
      const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1];
      return status === undefined ? null : Number(status);
    };
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(bytes, () => {
        if (end === 'finish') socket.end();
        if (end === 'hang up') socket.resetAndDestroy();
      });
    });
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer within ten seconds')));
    socket.on('data', (data) => {
      answer += data.toString('latin1');
      // The answer's head is enough.
      if (answer.includes('\r\n\r\n')) socket.destroy();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.on('close', () => resolve(statusOf()));
  });
}

function head(contentType: string | null, length: number | null, more = ''): Buffer {
  const type = contentType === null ? '' : `Content-Type: ${contentType}\r\n`;
  const size = length === null ? '' : `Content-Length: ${length}\r\n`;
  return Buffer.from(`POST ${PATH} HTTP/1.1\r\nHost: localhost\r\n${type}${size}${more}\r\n`);
}

const FORM = `multipart/form-data; boundary=${BOUNDARY}`;

const raw = (contentType: string | null, body: Buffer | string) => (port: number) =>
  sendRaw(port, Buffer.concat([head(contentType, Buffer.byteLength(body)), Buffer.from(body)]));

const form = (...parts: Part[]) => raw(FORM, multipart(parts));

/** Numbers that look random and are the same in every run (mulberry32). */
function noise(seed: number, length: number): Buffer {
  let state = seed;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) & 0xff;
    }),
  );
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** A PNG that claims a size and holds no pixels. */
function pngClaiming(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', Buffer.from([0x78, 0x9c, 3, 0, 0, 0, 0, 1])),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A JPEG whose frame header claims a size that its data does not fill. */
function jpegClaiming(jpeg: Buffer, width: number, height: number): Buffer {
  const claim = Buffer.from(jpeg);
  const frame = claim.indexOf(Buffer.from([0xff, 0xc0]));
  claim.writeUInt16BE(height, frame + 5);
  claim.writeUInt16BE(width, frame + 7);
  return claim;
}

/** A GIF of few bytes with thousands of frames as large as the format allows. */
function gifBomb(frames: number): Buffer {
  const screen = Buffer.from('GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff', 'latin1');
  const frame = Buffer.from(',\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x44\x01\0', 'latin1');
  return Buffer.concat([screen, ...Array.from({ length: frames }, () => frame), Buffer.from(';')]);
}

const heic = (brand: string) =>
  Buffer.concat([Buffer.from(`\0\0\0\x18ftyp${brand}\0\0\0\0mif1heic`, 'latin1'), noise(1, 4000)]);

/**
 * 200 and more uploads, each malformed in its own way.
 * @param photo a sound JPEG, from which the damaged ones are made.
 */
export async function malformedUploads(photo: Buffer): Promise<MalformedUpload[]> {
  const uploads: MalformedUpload[] = [];
  const add = (kind: string, detail: string, send: MalformedUpload['send']) => uploads.push({ kind, detail, send });
  const png = await sharp(photo).resize(400).png().toBuffer();
  const webp = await sharp(photo).resize(400).webp().toBuffer();
  const small = await sharp(photo).resize(64, 64).jpeg().toBuffer();

  for (const type of ['image/jpeg', 'image/png', 'image/webp']) add('empty file', type, form(photoPart('', type)));

  for (let i = 1; i <= 50; i++) {
    const end = Math.floor((photo.length * i) / 54);
    add('truncated JPEG', `${end} bytes`, form(photoPart(photo.subarray(0, end))));
  }
  for (let i = 1; i <= 20; i++) {
    const end = Math.floor((png.length * i) / 21);
    add('truncated PNG', `${end} bytes`, form(photoPart(png.subarray(0, end), 'image/png')));
  }
  for (let i = 1; i <= 20; i++) {
    const end = Math.floor((webp.length * i) / 21);
    add('truncated WebP', `${end} bytes`, form(photoPart(webp.subarray(0, end), 'image/webp')));
  }
  for (let seed = 1; seed <= 8; seed++) {
    add(
      'noise behind a signature',
      `JPEG ${seed}`,
      form(photoPart(Buffer.concat([photo.subarray(0, 20), noise(seed, 5000)]))),
    );
    add(
      'noise behind a signature',
      `PNG ${seed}`,
      form(photoPart(Buffer.concat([png.subarray(0, 8), noise(seed, 5000)]))),
    );
    add(
      'noise behind a signature',
      `WebP ${seed}`,
      form(photoPart(Buffer.concat([webp.subarray(0, 16), noise(seed, 5000)]))),
    );
  }
  add(
    'damaged pixels',
    'PNG',
    form(photoPart(Buffer.concat([png.subarray(0, 1000), noise(9, 500), png.subarray(1500)]))),
  );

  const otherTypes: Record<string, Buffer | string> = {
    text: 'a mushroom',
    JSON: '{"image": "mushroom"}',
    page: '<!doctype html><script>alert(1)</script>',
    PDF: '%PDF-1.7\n1 0 obj\n',
    ZIP: 'PK\x03\x04\x14\0\0\0',
    program: Buffer.from('\x7fELF\x02\x01\x01', 'latin1'),
    MP4: Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0', 'latin1'),
    WAVE: Buffer.from('RIFF\x24\0\0\0WAVEfmt ', 'latin1'),
    BMP: Buffer.from('BM\x46\0\0\0\0\0\0\0\x36\0\0\0', 'latin1'),
    ICO: Buffer.from('\0\0\x01\0\x01\0\x10\x10', 'latin1'),
    'XML entities': '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
  };
  for (const [name, content] of Object.entries(otherTypes)) {
    add('wrong type called image/jpeg', name, form(photoPart(content)));
    add('wrong type called by its name', name, form(photoPart(content, 'application/x-other')));
  }
  for (const format of ['gif', 'tiff', 'avif'] as const) {
    add('image format that is not accepted', format, form(photoPart(await sharp(small).toFormat(format).toBuffer())));
  }

  add('GIF bomb', '1 frame', form(photoPart(gifBomb(1), 'image/gif')));
  add('GIF bomb', '20000 frames', form(photoPart(gifBomb(20_000), 'image/gif')));
  add('huge claimed size', 'PNG 50000 × 50000', form(photoPart(pngClaiming(50_000, 50_000), 'image/png')));
  add('huge claimed size', 'PNG 2147483647 × 1', form(photoPart(pngClaiming(2_147_483_647, 1), 'image/png')));
  add('huge claimed size', 'PNG 0 × 0', form(photoPart(pngClaiming(0, 0), 'image/png')));
  add('huge claimed size', 'PNG 6000 × 6000 without pixels', form(photoPart(pngClaiming(6000, 6000), 'image/png')));
  add('huge claimed size', 'JPEG 65000 × 65000', form(photoPart(jpegClaiming(small, 65_000, 65_000))));
  const moving = [0, 1].map((shade) =>
    sharp({ create: { width: 64, height: 64, channels: 3, background: { r: shade * 255, g: 0, b: 0 } } }),
  );
  const frames = await Promise.all(moving.map((frame) => frame.png().toBuffer()));
  const animation = await sharp(frames, { join: { animated: true } })
    .webp({ delay: [100, 100] })
    .toBuffer();
  add('animation', 'WebP', form(photoPart(animation, 'image/webp')));
  for (const [width, height] of [
    [1, 1],
    [31, 500],
    [500, 1],
  ] as const) {
    add(
      'too small',
      `${width} × ${height}`,
      form(photoPart(await sharp(small).resize(width, height, { fit: 'fill' }).png().toBuffer())),
    );
  }

  const polyglots: Record<string, Buffer> = {
    'GIF and script': Buffer.from('GIF89a/*\0\0\0\0\0\0*/=1;alert(1)', 'latin1'),
    'PDF and JPEG': Buffer.concat([Buffer.from('%PDF-1.4\n'), small]),
    'ZIP and JPEG': Buffer.concat([Buffer.from('PK\x03\x04'), small]),
    'page and JPEG': Buffer.concat([Buffer.from('<html><!--'), small]),
    'JPEG signature and page': Buffer.concat([small.subarray(0, 4), Buffer.from('<script>alert(1)</script>')]),
    'JPEG comment and nothing else': Buffer.from('\xff\xd8\xff\xfe\0\x1a<script>alert(1)</script>', 'latin1'),
    'PNG signature and PHP': Buffer.concat([png.subarray(0, 8), Buffer.from('<?php system($_GET[0]); ?>')]),
    'WebP signature and script': Buffer.from('RIFF\x40\0\0\0WEBP*/alert(1)/*', 'latin1'),
  };
  for (const [name, content] of Object.entries(polyglots)) add('polyglot', name, form(photoPart(content)));

  for (const brand of ['heic', 'heix', 'hevc', 'mif1', 'msf1'])
    add('HEIC', brand, form(photoPart(heic(brand), 'image/heic')));
  add('HEIC', 'called JPEG', form(photoPart(heic('heic'))));
  const svg = (content: string) => `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">${content}</svg>`;
  add('SVG', 'with script', form(photoPart(svg('<script>alert(1)</script>'), 'image/svg+xml')));
  add(
    'SVG',
    'with an image of the server',
    form(photoPart(svg('<image href="file:///etc/passwd"/>'), 'image/svg+xml')),
  );
  add(
    'SVG',
    'with a million laughs',
    form(photoPart(`<!DOCTYPE a [<!ENTITY b "${'ha'.repeat(5000)}">]>${svg('&b;')}`, 'image/svg+xml')),
  );

  const fields = (count: number): Part[] =>
    Array.from({ length: count }, (_, i) => ({ name: `field${i}`, content: 'x' }));
  const sound = photoPart(small);
  add('too many parts', '200 fields', form(...fields(200), sound));
  add('too many parts', '200 files', form(...Array.from({ length: 200 }, () => sound)));
  add('too many parts', '6 photos', form(...Array.from({ length: 6 }, () => sound)));
  add('too many parts', '10000 fields', form(...fields(10_000)));
  add('field out of bounds', 'value of 2 KB', form({ name: 'habitat', content: 'x'.repeat(2048) }, sound));
  add('field out of bounds', 'name of 500 bytes', form({ name: 'x'.repeat(500), content: 'x' }, sound));
  add('field out of bounds', 'nested deeply', form({ name: 'a[b][c][d]', content: 'x' }, sound));
  add('field out of bounds', 'array index of a million', form({ name: 'views[1000000]', content: 'cap' }, sound));
  add('field out of bounds', 'prototype', form({ name: '__proto__[a][b]', content: 'x' }, sound));
  for (const [name, content] of [
    ['month', '13'],
    ['month', '0'],
    ['month', 'May'],
    ['month', '1e9'],
    ['views', 'selfie'],
    ['views[]', ''.padEnd(20, 'x')],
    ['habitat', 'x'.repeat(101)],
    ['habitat[a]', 'x'],
  ] as const) {
    add('field with a bad value', `${name}=${content}`, form({ name, content }, sound));
  }
  add('no photo', 'no part at all', form());
  add('no photo', 'fields only', form(...fields(2)));
  add('no photo', 'photo as a field', form({ name: 'image', content: small }));
  add('photo in another field', 'photo', form(photoPart(small, 'image/jpeg', 'photo')));
  add('photo in another field', 'image[0]', form(photoPart(small, 'image/jpeg', 'image[0]')));

  const whole = multipart([sound]);
  add('broken form', 'no boundary', raw('multipart/form-data', whole));
  add('broken form', 'empty boundary', raw('multipart/form-data; boundary=', whole));
  add('broken form', 'another boundary', raw('multipart/form-data; boundary=other', whole));
  add('broken form', 'no closing boundary', raw(FORM, whole.subarray(0, -(BOUNDARY.length + 6))));
  add('broken form', 'ends in a part’s head', raw(FORM, whole.subarray(0, 60)));
  add('broken form', 'no body', raw(FORM, ''));
  add(
    'broken form',
    'part without a name',
    raw(FORM, `--${BOUNDARY}\r\nContent-Disposition: form-data\r\n\r\nx\r\n--${BOUNDARY}--\r\n`),
  );
  add('broken form', 'part without a head', raw(FORM, `--${BOUNDARY}\r\n\r\nx\r\n--${BOUNDARY}--\r\n`));
  const headers = Array.from({ length: 3000 }, (_, i) => `X-${i}: y\r\n`).join('');
  add('broken form', '3000 part headers', raw(FORM, `--${BOUNDARY}\r\n${headers}\r\nx\r\n--${BOUNDARY}--\r\n`));
  for (const type of [
    'application/json',
    'application/x-www-form-urlencoded',
    'image/jpeg',
    'multipart/mixed; boundary=x',
    null,
  ]) {
    add('not a form', String(type), raw(type, small));
  }

  add('too large', 'photo of 13 MB', form(photoPart(Buffer.concat([small, Buffer.alloc(13 * 1024 * 1024)]))));
  add('too large', 'announces 100 MB', (port) => sendRaw(port, head(FORM, 100 * 1024 * 1024)));
  add('too large', 'announces 10 EB', (port) => sendRaw(port, head(FORM, 1e19)));

  const chunked = (body: string) => (port: number) =>
    sendRaw(port, Buffer.concat([head(FORM, null, 'Transfer-Encoding: chunked\r\n'), Buffer.from(body)]));
  add('broken HTTP', 'chunk size is no number', chunked('zz\r\nabc\r\n0\r\n\r\n'));
  add('broken HTTP', 'empty chunked body', chunked('0\r\n\r\n'));
  add('broken HTTP', 'two lengths', (port) =>
    sendRaw(port, Buffer.concat([head(FORM, 10, 'Content-Length: 20\r\n'), Buffer.alloc(20)])),
  );
  add('broken HTTP', 'length and chunks', (port) =>
    sendRaw(port, Buffer.concat([head(FORM, 10, 'Transfer-Encoding: chunked\r\n'), Buffer.from('0\r\n\r\n')])),
  );

  const sent = Buffer.concat([head(FORM, whole.length), whole]);
  for (const share of [0.2, 0.4, 0.6, 0.8]) {
    const part = sent.subarray(0, Math.floor(sent.length * share));
    add('sender stops', `after ${share * 100} %`, (port) => sendRaw(port, part, 'finish'));
    add('sender hangs up', `after ${share * 100} %`, (port) => sendRaw(port, part, 'hang up'));
  }
  return uploads;
}
