import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { parseSpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { readManifest } from './manifest.ts';

const data = new URL('../../../data/', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, data), 'utf8');

interface Row {
  path: string;
  label: string;
  source_page: string;
  author: string;
  licence: string;
}
const rows: Row[] = parse(read('licensed.csv'), { columns: true });
const table = parseSpeciesTable(read('species.csv'));

const pathsOf = (some: Row[]) => some.map((row) => row.path);
const needsNoAuthor = ({ licence }: Row) => licence === 'Public domain' || licence.startsWith('CC0');

describe('the licensed photos', () => {
  it('are all listed, each once, and what is listed is there', () => {
    const files = readdirSync(new URL('licensed/', data)).map((name) => `licensed/${name}`);
    expect(rows.length).toBeGreaterThan(200);
    expect(pathsOf(rows).sort()).toEqual(files.sort());
  });

  it('may be shared: a Creative Commons licence that allows changes, or the public domain', () => {
    const free = /^(CC BY(-SA)? [234]\.\d( [a-z]{2})?|CC0( 1\.0)?|Public domain)$/i;
    expect(rows.filter(({ licence }) => !free.test(licence))).toEqual([]);
  });

  it('come with the page they are from', () => {
    const page = /^https:\/\/commons\.wikimedia\.org\/wiki\/File:./;
    expect(pathsOf(rows.filter(({ source_page }) => !page.test(source_page)))).toEqual([]);
  });

  it('name their author, or the page that does, wherever the licence asks for it', () => {
    expect(pathsOf(rows.filter((row) => !row.author && !needsNoAuthor(row)))).toEqual([]);
  });

  it('are of species and genera that the table knows', () => {
    expect(rows.filter(({ label }) => !table.find(label))).toEqual([]);
  });

  it('make a manifest to train on', async () => {
    const { photos } = await readManifest(fileURLToPath(new URL('licensed.csv', data)));
    expect(photos).toHaveLength(rows.length);
  });

  it('are JPEGs that decode, without a place, a camera or any other metadata', async () => {
    const wrong: string[] = [];
    for (const { path } of rows) {
      const { format, exif, iptc, xmp, comments, width, height } = await sharp(
        fileURLToPath(new URL(path, data)),
      ).metadata();
      if (format !== 'jpeg' || exif || iptc || xmp || comments || Math.max(width, height) > 512) wrong.push(path);
    }
    expect(wrong).toEqual([]);
  });
});
