import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderStorage } from './folder-storage.ts';
import { NO_GENERATION, StorageError } from './object-storage.ts';

let folder: string;
let storage: FolderStorage;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'folder-storage-'));
  storage = new FolderStorage(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const bytes = (text: string) => Buffer.from(text);

describe('a folder of objects', () => {
  it('does not show what is being written', async () => {
    await storage.write('a/b', bytes('x'));
    await writeFile(path.join(folder, 'a', '.c.draft'), 'half');
    expect(await storage.list()).toEqual([{ name: 'a/b', bytes: 1 }]);
  });

  it('keeps nothing but the objects themselves', async () => {
    await storage.write('a', bytes('one'), { ifGeneration: NO_GENERATION });
    await storage.write('a', bytes('two'), { ifGeneration: await storage.generationOf('a') });
    expect(await readdir(folder)).toEqual(['a']);
  });

  it('can be written to after a writer was killed while it held the lock', async () => {
    await mkdir(path.join(folder, '.a.lock'));
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(path.join(folder, '.a.lock'), longAgo, longAgo);
    await storage.write('a', bytes('x'), { ifGeneration: NO_GENERATION });
    expect((await storage.read('a')).toString()).toBe('x');
  });

  it('says which file is none', async () => {
    await mkdir(path.join(folder, 'a'));
    await expect(storage.read('a')).rejects.toThrow(StorageError);
    await expect(storage.read('a')).rejects.toThrow(path.join(folder, 'a'));
    await expect(storage.write('a', bytes('x'))).rejects.toThrow(path.join(folder, 'a'));
    expect(await readdir(folder)).toEqual(['a']);
  });

  it('says so where the disk takes no more, and leaves the object as it was', async () => {
    await storage.write('a', bytes('before'));
    await chmod(folder, 0o777);
    const output = await run(`write('a', Buffer.alloc(100_000))`, { before: 'ulimit -f 64;' });
    expect(output).toMatch(/^StorageError: .*EFBIG/);
    expect((await storage.read('a')).toString()).toBe('before');
    expect(await readdir(folder)).toEqual(['a']);
  });

  it('says so where it may not be written to', async () => {
    await chmod(folder, 0o555);
    const output = await run(`write('a', Buffer.from('x'))`);
    await chmod(folder, 0o755);
    expect(output).toMatch(/^StorageError: .*EACCES/);
  });
});

/** Does something to the folder in a process of its own, never as root; gives what it says. */
async function run(action: string, { before = '' } = {}): Promise<string> {
  const program = `
    import { FolderStorage } from ${JSON.stringify(new URL('folder-storage.ts', import.meta.url).href)};
    if (process.getuid() === 0) process.setuid(65534);
    process.on('SIGXFSZ', () => {}); // else the limit ends the process, where a full disk would fail the write
    await new FolderStorage(${JSON.stringify(folder)}).${action}
      .then(() => console.log('done'), (error) => console.log(error.name + ': ' + error.message));`;
  const node = [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)('bash', ['-c', `${before} exec "$@"`, 'bash', ...node]);
  return stdout;
}
