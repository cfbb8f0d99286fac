import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GenerationConflictError, NO_GENERATION, type ObjectStorage } from './object-storage.ts';
import { openStorage } from './open-storage.ts';
import { startFakeCloudStorage, type Fault, type FakeCloudStorage } from './testing/fake-cloud-storage.ts';

let fake: FakeCloudStorage;
let storage: ObjectStorage;
beforeAll(async () => {
  fake = await startFakeCloudStorage(['bucket']);
  storage = await openStorage('gs://bucket/prefix', { apiEndpoint: fake.url });
});
afterAll(() => fake.stop());
beforeEach(() => {
  fake.interfere = () => undefined;
  fake.requests.length = 0;
  fake.objects.get('bucket')!.clear();
});

/** Spoils the first requests that match, one a fault. */
function spoil(matching: RegExp, ...faults: Fault[]): void {
  fake.interfere = (request) => (matching.test(request) ? faults.shift() : undefined);
}

const asked = (matching: RegExp) => fake.requests.filter((request) => matching.test(request)).length;
const large = Buffer.alloc(9 * 2 ** 20, 'large ');

describe('a bucket', () => {
  it('keeps objects under its prefix', async () => {
    await storage.write('a/b', Buffer.from('x'));
    expect([...fake.objects.get('bucket')!.keys()]).toEqual(['prefix/a/b']);
  });

  it('lists more objects than come in one answer', async () => {
    const bucket = fake.objects.get('bucket')!;
    for (let i = 0; i < 2300; i++)
      bucket.set(`prefix/${String(i).padStart(4, '0')}`, { bytes: Buffer.of(1), generation: 1 });
    expect(await storage.list()).toHaveLength(2300);
    expect(asked(/^GET .*\/o\?/)).toBe(3);
  });

  it('lists what tells the content of each object, without reading one: MD5, or the generation if it has none', async () => {
    const bucket = fake.objects.get('bucket')!;
    bucket.set('prefix/a', { bytes: Buffer.from('abc'), generation: 7 });
    bucket.set('prefix/of-parts', { bytes: Buffer.from('abc'), generation: 8, isComposite: true });
    const fingerprints = async () => (await storage.list()).map(({ fingerprint }) => fingerprint);
    expect(await fingerprints()).toEqual(['kAFQmDzST7DWlj99KOF/cg==', 'generation 8']);
    bucket.set('prefix/a', { bytes: Buffer.from('abd'), generation: 9 });
    bucket.set('prefix/of-parts', { bytes: Buffer.from('abc'), generation: 10, isComposite: true });
    expect(await fingerprints()).toEqual(['SRHlFuWqIdMnUS4Mixl2Fg==', 'generation 10']);
    expect(asked(/alt=media/)).toBe(0);
  });

  it('sends what is small in one request, and what is large as a resumable upload', async () => {
    await storage.write('small', Buffer.from('x'));
    await storage.write('large', large);
    expect(asked(/uploadType=multipart/)).toBe(1);
    expect(asked(/^PUT .*upload_id=/)).toBe(1);
  });
});

describe('a bucket that fails for a moment', () => {
  it.each([500, 503, 429])('is asked again where it answers a read with %i', async (status) => {
    await storage.write('a', Buffer.from('x'));
    spoil(/alt=media/, { status });
    expect((await storage.read('a')).toString()).toBe('x');
    expect(asked(/alt=media/)).toBe(2);
  });

  it('is asked again where it answers an upload with 500', async () => {
    spoil(/^POST .*multipart/, { status: 500 });
    await storage.write('a', Buffer.from('x'));
    expect((await storage.read('a')).toString()).toBe('x');
  });

  it('takes a conditional write whose answer got lost for done', async () => {
    spoil(/^POST .*multipart/, { statusAfter: 503 });
    await storage.write('a', Buffer.from('x'), { ifGeneration: NO_GENERATION });
    expect(asked(/^POST .*multipart/)).toBe(2);
    expect((await storage.read('a')).toString()).toBe('x');
  });

  it('takes a conditional write for a conflict where somebody else was there first meanwhile', async () => {
    fake.interfere = (request) => {
      if (!/^POST .*multipart/.test(request) || asked(/^POST/) > 1) return undefined;
      fake.objects.get('bucket')!.set('prefix/a', { bytes: Buffer.from('theirs'), generation: 7 });
      return { status: 503 };
    };
    const writing = storage.write('a', Buffer.from('ours'), { ifGeneration: NO_GENERATION });
    await expect(writing).rejects.toThrow(GenerationConflictError);
    expect((await storage.read('a')).toString()).toBe('theirs');
  });

  it('resumes an upload whose connection broke', async () => {
    spoil(/^PUT .*upload_id=/, { breakAfter: 2 ** 20 });
    await storage.write('large', large);
    expect(large.equals(await storage.read('large'))).toBe(true);
  });
});

describe('a bucket that fails', () => {
  it('is told apart as refusing', async () => {
    fake.interfere = () => ({ status: 403 });
    const refused = 'gs://bucket/prefix/a: access is denied (403)';
    await expect(storage.read('a')).rejects.toThrow(refused);
    await expect(storage.generationOf('a')).rejects.toThrow(refused);
    await expect(storage.list('a')).rejects.toThrow(refused);
    await expect(storage.write('a', Buffer.from('x'))).rejects.toThrow(refused);
    await expect(storage.write('a', large)).rejects.toThrow(refused);
  });

  it('is told to be no such bucket', async () => {
    const none = await openStorage('gs://no-such-bucket', { apiEndpoint: fake.url });
    await expect(none.write('a', Buffer.from('x'))).rejects.toThrow(/gs:\/\/no-such-bucket/);
    await expect(none.list()).rejects.toThrow(/gs:\/\/no-such-bucket/);
  });

  it('gives up in the end where it goes on failing', async () => {
    const impatient = await openStorage('gs://bucket', { apiEndpoint: fake.url, maxRetries: 1 });
    fake.interfere = () => ({ status: 503 });
    await expect(impatient.generationOf('a')).rejects.toThrow(/can not be used \(503\)/);
    expect(asked(/./)).toBe(2);
  });

  it('is told to be out of reach', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    const unreachable = await openStorage('gs://bucket', { apiEndpoint: `http://127.0.0.1:${port}`, maxRetries: 1 });
    await expect(unreachable.read('a')).rejects.toThrow(
      /gs:\/\/bucket\/a: Cloud Storage can not be used.*ECONNREFUSED/s,
    );
    await expect(unreachable.write('a', Buffer.from('x'))).rejects.toThrow(/ECONNREFUSED/);
  });

  it.each([
    ['in one request', /^POST .*multipart/, Buffer.alloc(2 ** 20)],
    ['resumably', /^PUT .*upload_id=/, large],
  ])('leaves nothing to read of what was being sent %s', async (_, uploads, content) => {
    fake.interfere = (request) => (uploads.test(request) ? { breakAfter: 1000 } : undefined);
    // The one who sends it dies: nothing goes on trying.
    const writing = storage.write('a', content).catch(() => 'failed');
    await expect.poll(() => asked(uploads)).toBeGreaterThan(0);
    expect(await storage.generationOf('a')).toBe(NO_GENERATION);
    expect(await storage.list()).toEqual([]);
    fake.interfere = (request) => (/upload/.test(request) ? { status: 403 } : undefined);
    expect(await writing).toBe('failed');
    expect(await storage.generationOf('a')).toBe(NO_GENERATION);
  });

  it('gives no half of an object out as the whole', async () => {
    await storage.write('a', large);
    const impatient = await openStorage('gs://bucket/prefix', { apiEndpoint: fake.url, timeoutMs: 200 });
    spoil(/alt=media/, { breakAnswerAfter: 1000 });
    await expect(impatient.read('a')).rejects.toThrow(/gs:\/\/bucket\/prefix\/a: .*the download broke off/);
    expect(large.equals(await storage.read('a'))).toBe(true);
  });
});
