import { readFile, rename, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import { commandOf, figuresSchema, type Group, type ValuesOf } from '../documents/figures.schema.ts';
import { repository } from '../service-process.ts';

/** What figures were measured on, without the machine's name: "2 cores (AMD EPYC), Node 20.20.2". */
export const machine = `${availableParallelism()} cores (${cpus()[0]!.model.trim()}), Node ${process.versions.node}`;

/**
 * Replaces one group of `docs/figures.json` by what was measured today on this machine; the others stay as they are.
 * @throws Error where a figure is missing or none; nothing is written then.
 */
export async function recordFigures<Name extends Group>(
  group: Name,
  values: ValuesOf<Name>,
  file = path.join(repository, 'docs/figures.json'),
): Promise<void> {
  const date = new Date().toISOString().slice(0, 10);
  const recorded = figuresSchema.shape[group].safeParse({ measuredBy: commandOf(group), date, machine, ...values });
  if (!recorded.success) throw new Error(`${group} is not recorded:\n${z.prettifyError(recorded.error)}`);
  const figures = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  const groups: Record<string, unknown> = { ...figures, [group]: recorded.data };
  // In the order of the schema, a new group as well.
  const text = JSON.stringify(Object.fromEntries(Object.keys(figuresSchema.shape).map((name) => [name, groups[name]])));
  const formatted = await format(text, { ...(await resolveConfig(file)), parser: 'json' });
  const beside = `${file}.${process.pid}.part`;
  await writeFile(beside, formatted);
  await rename(beside, file);
}
