import { describe, expect, it } from 'vitest';
import { readDocument } from './markdown.ts';
import { pages } from './pages.ts';

/** The scripts of a package, by name. */
function scriptsOf(file: string): string[] {
  return Object.keys((JSON.parse(readDocument(file)) as { scripts: Record<string, string> }).scripts);
}

interface Named {
  script: string;
  workspace: string | undefined;
}

/** The scripts that a text names: `npm start`, `npm test`, `npm run build`, `npm run dev -w frontend`. */
function scriptsNamedIn(text: string): Named[] {
  return [...text.matchAll(/\bnpm (?:(start|test)\b|run ([a-z][\w:-]*)(?: -w ([\w-]+))?)/g)].map(
    ([, short, script, workspace]) => ({ script: (short ?? script)!, workspace }),
  );
}

describe('CONTRIBUTING.md', () => {
  it('names every script of package.json, and none that is not there', () => {
    const named = scriptsNamedIn(readDocument('CONTRIBUTING.md')).filter(({ workspace }) => !workspace);
    expect([...new Set(named.map(({ script }) => script))].sort()).toEqual(scriptsOf('package.json').sort());
  });
});

describe('a page', () => {
  it.each(pages)('%s names no script that is not there', (page) => {
    for (const { script, workspace } of scriptsNamedIn(readDocument(page))) {
      expect(scriptsOf(workspace ? `${workspace}/package.json` : 'package.json'), page).toContain(script);
    }
  });
});
