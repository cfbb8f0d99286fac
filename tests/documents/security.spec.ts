import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocument, repository, tableRowsOf } from './markdown.ts';

const security = readDocument('SECURITY.md');
const threats = tableRowsOf(security.split('## Threat model')[1]!.split('## What is left')[0]!);

describe('the threat model', () => {
  it('says of each threat what stops it and which test shows it', () => {
    expect(threats.length).toBeGreaterThan(25);
    for (const row of threats) {
      expect(row).toHaveLength(3);
      expect(
        row.every((cell) => cell.length > 5),
        row.join(' | '),
      ).toBe(true);
    }
  });

  it.each(threats.map(([threat, , shown]) => [threat, shown] as const))('%s: the test is there', (_, shown) => {
    const [, file, name] = /^`([^`]+)`(?: "(.*)")?$/.exec(shown!) ?? [];
    expect(file, shown).toBeDefined();
    expect(existsSync(path.join(repository, file!)), file).toBe(true);
    expect(readDocument(file!)).toContain(name?.replaceAll('\\"', '"') ?? '');
  });
});

describe('SECURITY.md', () => {
  it('has an address to report to, or a placeholder that no one can take for one', () => {
    const [, contact] = /^> .*`(\S+@\S+)`$/m.exec(security) ?? [];
    expect(contact).toBeDefined();
    if (contact!.endsWith('.invalid')) expect(security).toContain('TO BE FILLED IN BY WHO OPERATES THIS');
  });

  it('says which versions get fixes', () => {
    expect(security).toContain('## Supported versions');
  });
});
