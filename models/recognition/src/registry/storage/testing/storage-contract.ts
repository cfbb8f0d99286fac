import { beforeEach, describe, expect, it } from 'vitest';
import { GenerationConflictError, NO_GENERATION, ObjectNotFoundError, type ObjectStorage } from '../object-storage.ts';

const bytes = (text: string) => Buffer.from(text);
/** Above the size from which uploads are resumable. */
const large = Buffer.alloc(9 * 2 ** 20, 'large ');

/**
 * What every object storage promises, as specs.
 * @param open gives a new empty one for every spec.
 */
export function describeObjectsIn(kind: string, open: () => Promise<ObjectStorage>): void {
  describe(`objects in ${kind}`, () => {
    let storage: ObjectStorage;
    beforeEach(async () => {
      storage = await open();
    });

    it('are read as they were written', async () => {
      await storage.write('a/b.json', bytes('{}'));
      await storage.write('empty', bytes(''));
      await storage.write('large.bin', large);
      expect((await storage.read('a/b.json')).toString()).toBe('{}');
      expect(await storage.read('empty')).toHaveLength(0);
      expect(large.equals(await storage.read('large.bin'))).toBe(true);
    });

    it('are written whole even where they are a view of a larger buffer', async () => {
      await storage.write('view', bytes('0123456789').subarray(3, 6));
      expect((await storage.read('view')).toString()).toBe('345');
    });

    it('are replaced by a later write', async () => {
      await storage.write('a', bytes('one'));
      await storage.write('a', bytes('two'));
      expect((await storage.read('a')).toString()).toBe('two');
    });

    it('are not there before they are written', async () => {
      await expect(storage.read('nothing')).rejects.toThrow(ObjectNotFoundError);
      await expect(storage.read('nothing')).rejects.toThrow(`${storage.uri}: there is no nothing`);
      expect(await storage.generationOf('nothing')).toBe(NO_GENERATION);
      expect(await storage.list()).toEqual([]);
    });

    it('are listed by name, with their sizes, below any prefix', async () => {
      for (const name of ['b/2', 'b/1', 'bc', 'a']) await storage.write(name, bytes(name));
      expect((await storage.list()).map(({ name, bytes }) => ({ name, bytes }))).toEqual([
        { name: 'a', bytes: 1 },
        { name: 'b/1', bytes: 3 },
        { name: 'b/2', bytes: 3 },
        { name: 'bc', bytes: 2 },
      ]);
      const names = async (prefix: string) => (await storage.list(prefix)).map(({ name }) => name);
      expect(await names('b')).toEqual(['b/1', 'b/2', 'bc']);
      expect(await names('b/')).toEqual(['b/1', 'b/2']);
      expect(await names('nothing/')).toEqual([]);
    });

    it('get another generation with another content', async () => {
      await storage.write('a', bytes('one'));
      const first = await storage.generationOf('a');
      expect(first).not.toBe(NO_GENERATION);
      expect(await storage.generationOf('a')).toBe(first);
      await storage.write('a', bytes('two'));
      expect(await storage.generationOf('a')).not.toBe(first);
    });

    it('are replaced only as they were seen, where that is asked for', async () => {
      await storage.write('a', bytes('one'), { ifGeneration: NO_GENERATION });
      const seen = await storage.generationOf('a');
      await storage.write('a', bytes('two'), { ifGeneration: seen });
      await expect(storage.write('a', bytes('three'), { ifGeneration: seen })).rejects.toThrow(GenerationConflictError);
      await expect(storage.write('a', bytes('three'), { ifGeneration: NO_GENERATION })).rejects.toThrow(
        GenerationConflictError,
      );
      expect((await storage.read('a')).toString()).toBe('two');
    });

    it('conflict when resumable uploads meet, too', async () => {
      await storage.write('a', bytes('one'));
      await expect(storage.write('a', large, { ifGeneration: NO_GENERATION })).rejects.toThrow(GenerationConflictError);
      expect((await storage.read('a')).toString()).toBe('one');
    });

    it('do not conflict with their own content', async () => {
      await storage.write('a', bytes('one'), { ifGeneration: NO_GENERATION });
      await storage.write('a', bytes('one'), { ifGeneration: NO_GENERATION });
      expect((await storage.read('a')).toString()).toBe('one');
    });

    it('let one of many writers win who all saw the same', async () => {
      await storage.write('count', bytes('none'));
      const seen = await storage.generationOf('count');
      const results = await Promise.allSettled(
        Array.from({ length: 8 }, (_, i) => storage.write('count', bytes(`writer ${i}`), { ifGeneration: seen })),
      );
      const winners = results.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []));
      expect(winners).toHaveLength(1);
      expect((await storage.read('count')).toString()).toBe(`writer ${winners[0]}`);
    });

    it.each(['', '/etc/passwd', '../outside', 'a/../../outside', 'a//b', '.hidden', 'a/.part', 'a\\..\\b'])(
      'are not to be had under the name "%s"',
      async (name) => {
        await expect(storage.read(name)).rejects.toThrow(/is no name of an object/);
        await expect(storage.write(name, bytes('x'))).rejects.toThrow(/is no name of an object/);
      },
    );
  });
}
