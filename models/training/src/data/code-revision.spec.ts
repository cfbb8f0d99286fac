import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeRevisionOf } from './code-revision.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'code-revision-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the revision of the code', () => {
  it('changes with a source, its bytes and its name, and not with a spec or a note', async () => {
    const revisions: string[] = [];
    const save = async (name: string, text: string) => {
      await writeFile(path.join(folder, name), text);
      revisions.push(await codeRevisionOf(folder));
    };
    await save('a.ts', 'one');
    await save('a.ts', 'two');
    await save('b.ts', 'two');
    expect(new Set(revisions).size).toBe(3);
    await save('a.spec.ts', 'a spec');
    await save('notes.md', 'notes');
    expect(new Set(revisions).size).toBe(3);
    expect(revisions[0]).toMatch(/^[0-9a-f]{12}$/);
  });
});
