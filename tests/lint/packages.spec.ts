import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { repository } from '../service-process.ts';

const WORKSPACES = ['models/recognition', 'models/training', 'api-service', 'frontend', 'tests'];

/** Packages that no import names: asked for by name, or wanted by one that is imported. */
const NOT_IMPORTED: Record<string, string[]> = {
  'models/training': ['commander'],
  frontend: ['happy-dom'],
  tests: ['@kubernetes-models/gke', '@lezer/highlight', '@lezer/lr'],
};

const filesIn = (workspace: string) =>
  readdirSync(path.join(repository, workspace), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(tsx?|js)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    // What the service is measured beside has packages of its own.
    .filter((file) => !/[\\/](node_modules|dist)[\\/]|[\\/]bench[\\/]peers[\\/][\w-]+\.js$/.test(file));

const packageOf = (specifier: string) => /^(@[^/]+\/)?[^/]+/.exec(specifier)![0];

/** By `import`, or by `require` and `resolve` of a literal. */
function packagesImportedIn(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const imported = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  const required = [...text.matchAll(/(?<!Promise\.)\b(?:require|resolve)\(\s*'([^']+)'/g)].map((match) => match[1]!);
  return [...imported, ...required]
    .filter((specifier) => /^(@[\w-]+\/)?[\w-]/.test(specifier) && !isBuiltin(specifier) && !specifier.includes(':'))
    .map(packageOf);
}

const isForSpecs = (file: string) => /\.spec\.|\.fixtures\.|[\\/]testing[\\/]|\bbuild\.ts$|\bvite\.config\./.test(file);

describe.each(WORKSPACES)('package.json of %s', (workspace) => {
  const {
    dependencies = {},
    devDependencies = {},
    optionalDependencies = {},
    scripts = {},
    name,
  } = JSON.parse(readFileSync(path.join(repository, workspace, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  const listed = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
  const files = filesIn(workspace);
  const imported = new Set(files.flatMap(packagesImportedIn));
  imported.delete(String(name));

  it('names what its code imports', () => {
    expect([...imported].filter((one) => !listed.includes(one)).sort()).toEqual([]);
  });

  it('names nothing else', () => {
    const wanted = new Set([...imported, ...(NOT_IMPORTED[workspace] ?? [])]);
    const started = Object.values(scripts).flatMap((script) => script.split(' '));
    const others = listed.filter((one) => !wanted.has(one) && !started.includes(one) && !one.startsWith('@types/'));
    expect(others).toEqual([]);
  });

  it('does not ship what only specs and builds import', () => {
    const served = new Set(files.filter((file) => !isForSpecs(file)).flatMap(packagesImportedIn));
    expect(Object.keys(dependencies).filter((one) => !served.has(one))).toEqual([]);
  });
});
