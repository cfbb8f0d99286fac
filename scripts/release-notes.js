// @ts-check
// `npm run release-notes -- v1.2.3`: prints what CHANGELOG.md says of that version.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, reportingFailures } from './failure.js';

/**
 * What is new in a version, as Markdown.
 *
 * @param {string} tag such as v1.2.3
 * @param {string} packageVersion the version that package.json says
 * @param {string} changelog the text of CHANGELOG.md
 * @throws {Failure} where the tag is no version, or the three disagree.
 */
export function releaseNotes(tag, packageVersion, changelog) {
  const version = /^v(\d+\.\d+\.\d+)$/.exec(tag)?.[1];
  if (!version) throw new Failure(`"${tag}" is no version: a tag is like v1.2.3.`);
  if (version !== packageVersion) throw new Failure(`The tag says ${version}, package.json ${packageVersion}.`);
  const section = changelog.split(/^## /m).find((text) => text.split('\n')[0]?.split(' ')[0] === version);
  const notes = section?.split('\n').slice(1).join('\n').trim();
  if (!notes) throw new Failure(`CHANGELOG.md says nothing of ${version}: move what is under "Unreleased" there.`);
  return notes;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await reportingFailures(async () => {
    const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
    const read = (/** @type {string} */ file) => readFileSync(path.join(root, file), 'utf8');
    console.log(releaseNotes(process.argv[2] ?? '', JSON.parse(read('package.json')).version, read('CHANGELOG.md')));
  });
}
