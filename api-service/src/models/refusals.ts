import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { BundleError, type BundleFault } from '@mushroom/recognition/bundle/bundle-reader';
import type { Logger } from 'pino';
import { UnusableModel } from '../inference/unusable-model.ts';
import type { UnusableCode } from '../inference/worker.protocol.ts';

/** What is wrong with the bundle, or why no worker can serve it. */
export type RefusalReason = BundleFault | UnusableCode;
export const REFUSAL_REASONS: readonly RefusalReason[] = ['missing', 'malformed', 'checksum', 'golden', 'engine'];

/** Why a version of the registry, or its labels.json, is not followed. */
export interface Refusal {
  /** A version, or labels.json. */
  subject: string;
  reason: RefusalReason;
  message: string;
  /** When it was first refused. */
  since: string;
}

function reasonFor(error: Error): RefusalReason {
  if (error instanceof BundleError) return error.fault;
  return error instanceof UnusableModel ? error.code : 'engine';
}

/** Changes when the file does, or any file of the folder. */
async function fingerprintOf(place: string): Promise<string> {
  const inside = await readdir(place, { recursive: true }).catch(() => []);
  const facts = await Promise.all(
    ['', ...inside.sort()].map(async (file) => {
      const found = await stat(path.join(place, file)).catch(() => undefined);
      return `${file}:${found?.size}:${found?.mtimeMs}`;
    }),
  );
  return facts.join('\n');
}

/** What of a model's registry was refused: each thing once, until it changes. */
export class Refusals {
  private readonly standing = new Map<string, Refusal & { fingerprint: string }>();
  private readonly counts = new Map<RefusalReason, number>(REFUSAL_REASONS.map((reason) => [reason, 0]));

  /** @param folder of the model's versions and labels.json. */
  constructor(
    private readonly folder: string,
    private readonly log: Logger,
  ) {}

  has(subject: string): boolean {
    return this.standing.has(subject);
  }

  /** The refusal of something that has not changed since; undefined where it deserves a look. */
  async unchanged(subject: string): Promise<Refusal | undefined> {
    const known = this.standing.get(subject);
    return known && known.fingerprint === (await this.fingerprint(subject)) ? known : undefined;
  }

  /** Notes, counts and logs why something is not followed; not again while it stays the same. */
  async add(subject: string, error: Error): Promise<Refusal> {
    const known = await this.unchanged(subject);
    if (known) return known;
    const reason = reasonFor(error);
    const refusal = { subject, reason, message: error.message, since: new Date().toISOString() };
    this.standing.set(subject, { ...refusal, fingerprint: await this.fingerprint(subject) });
    this.counts.set(reason, this.counts.get(reason)! + 1);
    this.log.error({ model: path.basename(this.folder), subject, reason, detail: error.message }, 'refused');
    return refusal;
  }

  /** Lets something, or everything, be tried again. */
  forget(subject?: string): void {
    if (subject === undefined) this.standing.clear();
    else this.standing.delete(subject);
  }

  list(): Refusal[] {
    return [...this.standing.values()].map(({ fingerprint: _fingerprint, ...refusal }) => refusal);
  }

  /** How often anything was refused, for each reason. */
  countsByReason(): ReadonlyMap<RefusalReason, number> {
    return this.counts;
  }

  private fingerprint(subject: string): Promise<string> {
    return fingerprintOf(path.join(this.folder, subject));
  }
}
