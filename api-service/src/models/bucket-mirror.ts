import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BundleError } from '@mushroom/recognition/bundle/bundle-reader';
import { labelsOf, readStoredBundle, readStoredLabels } from '@mushroom/recognition/registry/stored-bundle';
import { NO_GENERATION, type ObjectStorage } from '@mushroom/recognition/registry/storage/object-storage';
import type { Logger } from 'pino';
import { writeLabels } from './registry-labels.ts';

export interface BucketMirrorSettings {
  /** Local folder of `<name>/<version>/bundle.json`. */
  registry: string;
  name: string;
  /** Milliseconds between two looks at the bucket. */
  pollMs: number;
  /** Milliseconds until what was refused is fetched again, though its labels have not moved. */
  refusedForMs: number;
}

/** How often the bucket was followed, and why it was not: plain data. */
export interface BucketMirrorStatus {
  /** Labels taken over. */
  updates: number;
  /** Bundles, or labels, that could not be trusted. */
  refusals: number;
  /** Looks that failed: bucket out of reach, access denied, no space left. */
  failures: number;
  /** Milliseconds since the epoch of the last look that told that all is as in the bucket; null before the first. */
  inStepAt: number | null;
}

/**
 * Keeps a model of the local registry as it is in a bucket: the versions that have a label, then labels.json. A version
 * is checked before it gets its place, and the labels follow only when all of their versions are there, so that what is
 * served stays whole whatever happens to the bucket or the network.
 */
export class BucketMirror {
  private readonly counts = { updates: 0, refusals: 0, failures: 0 };
  private inStepAt: number | null = null;
  /** Generation of labels.json that the registry is at. */
  private applied: string | undefined;
  private refused: { generation: string; until: number } | undefined;
  private lastTrouble: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly storage: ObjectStorage,
    private readonly settings: BucketMirrorSettings,
    private readonly log: Logger,
  ) {}

  /**
   * Looks at the bucket once. Never throws: what is wrong is logged and counted, and the registry stays as it was.
   * @returns whether the registry changed.
   */
  async look(): Promise<boolean> {
    try {
      const changed = await this.update();
      if (this.lastTrouble !== undefined) this.log.info({ bucket: this.storage.uri }, 'the bucket is followed again');
      this.lastTrouble = undefined;
      return changed;
    } catch (error) {
      this.trouble(error as Error);
      return false;
    }
  }

  /** Looks again and again; `onChange` is told when the registry has changed. */
  follow(onChange: () => Promise<void>): void {
    this.timer = setTimeout(() => {
      void this.look()
        .then((changed) => (changed ? onChange() : undefined))
        .catch((error: Error) => this.log.error({ err: error }, 'the registry can not be followed'))
        .finally(() => this.stopped || this.follow(onChange));
    }, this.settings.pollMs).unref();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  status(): BucketMirrorStatus {
    return { ...this.counts, inStepAt: this.inStepAt };
  }

  private async update(): Promise<boolean> {
    const { registry, name, refusedForMs } = this.settings;
    const seen = await this.storage.generationOf(labelsOf(name));
    if (seen === this.applied) {
      this.inStepAt = Date.now();
      return false;
    }
    if (this.refused?.generation === seen && Date.now() < this.refused.until) return false;
    if (seen === NO_GENERATION) throw new Error(`${this.storage.uri} has no ${labelsOf(name)}: promote a version`);
    try {
      const { labels, generation } = await readStoredLabels(this.storage, name);
      await mkdir(path.join(registry, name), { recursive: true });
      for (const version of new Set(Object.values(labels))) await this.fetchVersion(version);
      await writeLabels(registry, name, labels);
      this.applied = generation;
      this.log.info({ audit: 'labels_followed', model: name, bucket: this.storage.uri, labels }, 'labels followed');
    } catch (error) {
      if (error instanceof BundleError) this.refused = { generation: seen, until: Date.now() + refusedForMs };
      throw error;
    }
    this.counts.updates++;
    this.inStepAt = Date.now();
    return true;
  }

  /** A version's folder appears whole: it is written beside its place, and renamed. */
  private async fetchVersion(version: string): Promise<void> {
    const { registry, name } = this.settings;
    const place = path.join(registry, name, version);
    const here = await readFile(path.join(place, 'bundle.json')).catch(() => undefined);
    if (here) {
      if (here.equals(await this.storage.read(`${name}/${version}/bundle.json`))) return;
      throw new BundleError(`${place} holds another ${name} ${version} than ${this.storage.uri}`, 'malformed');
    }
    const { files, bundleJson } = await readStoredBundle(this.storage, name, version);
    const draft = path.join(registry, name, `.${version}.download`);
    await rm(draft, { recursive: true, force: true });
    try {
      for (const [file, bytes] of [...files, ['bundle.json', bundleJson] as const]) {
        await mkdir(path.dirname(path.join(draft, file)), { recursive: true });
        await writeFile(path.join(draft, file), bytes);
      }
      // What is there has no bundle.json: nobody reads it.
      await rm(place, { recursive: true, force: true });
      await rename(draft, place);
    } catch (error) {
      await rm(draft, { recursive: true, force: true }).catch(() => {});
      throw error;
    }
  }

  /** The same trouble is counted each time, but logged once. */
  private trouble(error: Error): void {
    const isRefusal = error instanceof BundleError;
    this.counts[isRefusal ? 'refusals' : 'failures']++;
    if (error.message === this.lastTrouble) return;
    this.lastTrouble = error.message;
    const what = isRefusal ? 'a model of the bucket is refused' : 'the bucket can not be followed';
    this.log.error({ bucket: this.storage.uri, model: this.settings.name, detail: error.message }, what);
  }
}
