import { readFileSync } from 'node:fs';
import path from 'node:path';

export const repository = path.resolve(import.meta.dirname, '../..');

export const readDocument = (file: string) => readFileSync(path.join(repository, file), 'utf8');

/** A fenced block: its info string, such as "sh test", its content, and the line that it begins at. */
export interface FencedBlock {
  info: string;
  content: string;
  line: number;
}

export function fencedBlocksOf(text: string): FencedBlock[] {
  return [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(({ 1: info = '', 2: content = '', index }) => ({
    info,
    content,
    line: text.slice(0, index).split('\n').length,
  }));
}

/** A Markdown text without its fenced blocks, in which neither headings nor links are meant. */
export const withoutFences = (text: string) => text.replaceAll(/^```.*\n[\s\S]*?^```$/gm, '');

/** The anchors that headings of a Markdown text get on GitHub. */
export function anchorsOf(text: string): string[] {
  return [...withoutFences(text).matchAll(/^#+ (.*)$/gm)].map(({ 1: heading = '' }) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The rows of every table of a Markdown text, header rows left out; cells without the blanks around them. */
export function tableRowsOf(text: string): string[][] {
  const lines = text.split('\n');
  return lines
    .filter(
      (line, index) =>
        line.startsWith('|') && !/^\|[ :|-]+\|$/.test(line) && !/^\|[ :|-]+\|$/.test(lines[index + 1] ?? ''),
    )
    .map((line) =>
      line
        .slice(1, line.lastIndexOf('|'))
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}
