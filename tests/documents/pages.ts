import { readdirSync } from 'node:fs';
import path from 'node:path';
import { repository } from './markdown.ts';

/** Every page of `docs/`, by its path from the root of the repository. */
export const docs = readdirSync(path.join(repository, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .map((file) => path.posix.join('docs', file.split(path.sep).join('/')))
  .sort();

/** The pages that a newcomer reads: those of the root, and of `docs/`. */
export const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...docs];
