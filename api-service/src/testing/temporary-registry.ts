import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { versionsOf } from '@mushroom/recognition/bundle/bundle-reader';
import type { Labels } from '@mushroom/recognition/registry/labels.schema';
import { readConfig } from '../config.ts';
import { writeLabels } from '../models/registry-labels.ts';

/** What a test may do to a version that it adds. */
export const BREAKAGES = {
  truncated: async (directory: string) => truncate(path.join(directory, WEIGHTS), 10),
  corrupted: async (directory: string) => {
    const bytes = await readFile(path.join(directory, WEIGHTS));
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(path.join(directory, WEIGHTS), bytes);
  },
  'wrong checksum': (directory: string) =>
    changeBundle(directory, ({ files }) => (files[WEIGHTS]!.sha256 = '0'.repeat(64))),
  'wrong golden outputs': async (directory: string) => {
    const file = path.join(directory, 'golden.json');
    const golden = JSON.parse(await readFile(file, 'utf8'));
    golden.cases[0].scores.reverse();
    const text = JSON.stringify(golden);
    await writeFile(file, text);
    const sha256 = createHash('sha256').update(text).digest('hex');
    await changeBundle(directory, ({ files }) => (files['golden.json'] = { bytes: text.length, sha256 }));
  },
  'without its weights': (directory: string) => rm(path.join(directory, WEIGHTS)),
  'half a bundle.json': (directory: string) => truncate(path.join(directory, 'bundle.json'), 100),
  'the bundle.json of another version': (directory: string) =>
    changeBundle(directory, (bundle) => (bundle.version = '77')),
} as const;
export type Breakage = keyof typeof BREAKAGES;

const WEIGHTS = 'graph/weights.bin';

interface BundleFacts {
  version: string;
  files: Record<string, { bytes: number; sha256: string }>;
}

async function changeBundle(directory: string, change: (bundle: BundleFacts) => void): Promise<void> {
  const file = path.join(directory, 'bundle.json');
  const bundle = JSON.parse(await readFile(file, 'utf8')) as BundleFacts;
  change(bundle);
  await writeFile(file, JSON.stringify(bundle));
}

/** The smaller one of the shipped models. */
async function shippedBundle(): Promise<string> {
  const folder = path.join(readConfig({}).MODEL_REGISTRY, 'mushroom-student');
  return path.join(folder, (await versionsOf(path.dirname(folder), path.basename(folder))).at(-1)!);
}

/** A registry that a test may change: versions of one bundle, under other numbers. */
export class TemporaryRegistry {
  private constructor(
    readonly directory: string,
    readonly name: string,
    private readonly bundle: string,
  ) {}

  /**
   * @param versions that it has from the beginning.
   * @param bundle the folder of a bundle; a shipped one, which answers photos, where not given.
   */
  static async create(versions: readonly string[], bundle?: string): Promise<TemporaryRegistry> {
    const original = bundle ?? (await shippedBundle());
    const directory = await mkdtemp(path.join(tmpdir(), 'registry-'));
    const registry = new TemporaryRegistry(directory, path.basename(path.dirname(original)), original);
    for (const version of versions) await registry.add(version);
    return registry;
  }

  get folder(): string {
    return path.join(this.directory, this.name);
  }

  /** Adds a version at once, or writes it again; what is read meanwhile is whole. */
  async add(version: string, breakage?: Breakage): Promise<void> {
    const draft = path.join(this.directory, `draft-${version}`);
    await cp(this.bundle, draft, { recursive: true });
    await changeBundle(draft, (bundle) => (bundle.version = version));
    if (breakage) await BREAKAGES[breakage](draft);
    const place = path.join(this.folder, version);
    await rm(place, { recursive: true, force: true });
    await cp(draft, place, { recursive: true, filter: (file) => path.basename(file) !== 'bundle.json' });
    await rename(path.join(draft, 'bundle.json'), path.join(place, 'bundle.json'));
    await rm(draft, { recursive: true });
  }

  label(labels: Labels): Promise<void> {
    return writeLabels(this.directory, this.name, labels);
  }

  remove(): Promise<void> {
    return rm(this.directory, { recursive: true });
  }
}
