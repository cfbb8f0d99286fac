import path from 'node:path';
import type { Bundle } from '@mushroom/recognition/bundle/bundle.schema';
import type { Labels } from '@mushroom/recognition/registry/labels.schema';
import { BundleError, openBundle, versionsOf, type OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import type { Engine } from '../inference/engine.ts';
import { Problem } from '../problems.ts';
import { Refusals, type Refusal, type RefusalReason } from './refusals.ts';
import { readLabels, STABLE, writeLabels } from './registry-labels.ts';

export interface ServedModelSettings {
  /** Folder of `<name>/<version>/bundle.json`. */
  registry: string;
  name: string;
  /** The version that is stable whatever labels.json says; null follows labels.json. */
  pinned: string | null;
  /** Labels, beside `stable`, whose versions are kept loaded. */
  labels: readonly string[];
  /** Whether the version that was stable before stays loaded, so that going back takes no time; `auto`: if there is room. */
  keepPrevious: 'auto' | 'yes' | 'no';
  /** What this process and its children may take. */
  memoryBytes: number;
  /** Bucket that the registry is a mirror of, where it is one: labels are moved there. */
  mirrorOf: string | null;
  /** Milliseconds between two looks at the registry; 0 looks only when told to. */
  pollMs: number;
}

/** A version that can answer requests. */
export interface LoadedVersion {
  version: string;
  bundle: Bundle;
  directory: string;
  engine: Engine;
}

/** Labels as they are followed, what was refused, and how often: plain data. */
export interface ServedModelStatus {
  name: string;
  pinned: boolean;
  labels: Labels;
  previous: string | null;
  /** Oldest first. */
  loaded: (LoadedVersion & { labels: string[]; requests: number })[];
  refused: Refusal[];
  refusals: ReadonlyMap<RefusalReason, number>;
  /** How often a label has moved from one version to another. */
  moves: number;
}

/** Of the memory that there is, what versions may take before the previous one has to go: photos need the rest. */
const MEMORY_SHARE = 0.7;

interface Resident extends LoadedVersion {
  /** Requests that it is answering. */
  requests: number;
  /** Called when the last of them is answered, once no new ones come. */
  idle?: () => void;
}

class RefusedError extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

/**
 * The versions of one model that answer requests, and the labels they go by. Follows the registry: a version that
 * a label moves to is checked (schema, checksums, golden outputs in processes of its own) before a request reaches it;
 * one that fails is refused, and the version before goes on. Requests in flight are answered by the version that
 * they began with.
 */
export class ServedModel {
  private readonly folder: string;
  /** By version. */
  private readonly residents = new Map<string, Resident>();
  private readonly labelled = new Map<string, Resident>();
  private previous: Resident | undefined;
  private readonly refusals: Refusals;
  private readonly retiring = new Map<Resident, Promise<void>>();
  /** Of a version that is being loaded. */
  private loading: Engine | undefined;
  private readonly oneAtATime = pLimit(1);
  private moves = 0;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  private constructor(
    private readonly settings: ServedModelSettings,
    private readonly engineFor: (open: OpenBundle) => Engine,
    private readonly log: Logger,
  ) {
    this.folder = path.join(settings.registry, settings.name);
    this.refusals = new Refusals(this.folder, log);
  }

  /**
   * Opens the stable version, and makes its engine, which does not run yet. Where the version can't be trusted, the
   * newest of the older ones that can is taken; not in place of a pinned one.
   * @throws BundleError where no version of the model can be served.
   */
  static async open(
    settings: ServedModelSettings,
    engineFor: (open: OpenBundle) => Engine,
    log: Logger,
  ): Promise<ServedModel> {
    const model = new ServedModel(settings, engineFor, log);
    await model.openStable();
    return model;
  }

  /** The version that answers where a request asks for none. */
  get stable(): LoadedVersion {
    return this.labelled.get(STABLE)!;
  }

  /** Of the stable version. */
  get bundle(): Bundle {
    return this.stable.bundle;
  }

  /**
   * Starts the engines, and begins to follow the registry. Resolves when the stable version can answer.
   * @throws Error where no version of the model can be served.
   */
  async start(): Promise<void> {
    for (;;) {
      const { version, engine } = this.stable;
      try {
        await engine.start();
        break;
      } catch (error) {
        await engine.stop({ drainMs: 0 });
        if (this.stopped) return;
        await this.refusals.add(version, error as Error);
        this.residents.delete(version);
        await this.openStable(error as Error);
      }
    }
    void this.follow();
  }

  /** Ends all engines; whoever calls this has waited for the requests in flight. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    for (const { idle } of this.retiring.keys()) idle?.();
    await Promise.all([
      ...[...this.residents.values()].map(({ engine }) => engine.stop({ drainMs: 0 })),
      ...this.retiring.values(),
      this.loading?.stop({ drainMs: 0 }),
    ]);
  }

  /**
   * The version that a request asks for.
   * @param selector a label or a version.
   * @throws Problem model_not_loaded.
   */
  find(selector: string = STABLE): LoadedVersion {
    return this.resident(selector);
  }

  /**
   * Works with the version that a request asks for; the version stays loaded until the work is done.
   * @throws Problem model_not_loaded; whatever `work` throws.
   */
  async use<T>(selector: string | undefined, work: (version: LoadedVersion) => Promise<T>): Promise<T> {
    const resident = this.resident(selector);
    resident.requests++;
    try {
      return await work(resident);
    } finally {
      resident.requests--;
      if (resident.requests === 0) resident.idle?.();
    }
  }

  /**
   * Looks at the registry, and follows its labels as far as their versions can be trusted.
   * @param again also tries versions that were refused and have not changed since.
   */
  async reload({ again = false } = {}): Promise<void> {
    await this.oneAtATime(async () => {
      if (again) this.refusals.forget();
      await this.followLabels();
    });
  }

  /**
   * Gives a label to a version, and writes labels.json so that it stays.
   * @param version null takes the label away.
   * @param by who asked, for the log.
   * @throws Problem model_not_found, label_not_served, version_refused, registry_read_only.
   */
  async setLabel(label: string, version: string | null, by: string): Promise<void> {
    this.checkMayMove(label, version);
    await this.oneAtATime(async () => {
      const next = version === null ? undefined : await this.loadAgain(version, label);
      try {
        await this.writeLabel(label, version);
      } catch (error) {
        this.retire();
        const { code, message } = error as NodeJS.ErrnoException;
        throw new Problem('registry_read_only', { detail: `labels.json was not written: ${code ?? message}.` });
      }
      if (next) this.move(label, next, by);
      else this.unlabel(label, by);
      this.retire();
    });
  }

  status(): ServedModelStatus {
    return {
      name: this.settings.name,
      pinned: this.settings.pinned !== null,
      labels: Object.fromEntries([...this.labelled].map(([label, { version }]) => [label, version])),
      previous: this.previous?.version ?? null,
      loaded: [...this.residents.values()]
        .sort((a, b) => Number(a.version) - Number(b.version))
        .map((resident) => ({ ...resident, labels: this.labelsOf(resident) })),
      refused: this.refusals.list(),
      refusals: this.refusals.countsByReason(),
      moves: this.moves,
    };
  }

  private resident(selector: string = STABLE): Resident {
    const resident = this.labelled.get(selector) ?? this.residents.get(selector);
    if (resident) return resident;
    const known = this.status().loaded.map(({ version, labels }) => [version, ...labels].join(', '));
    throw new Problem('model_not_loaded', { detail: `Loaded versions, with their labels: ${known.join('; ')}.` });
  }

  private labelsOf(resident: Resident): string[] {
    return [...this.labelled].flatMap(([label, one]) => (one === resident ? [label] : []));
  }

  private async follow(): Promise<void> {
    await this.reload().catch((error: Error) => this.log.error({ err: error }, 'the registry can not be followed'));
    if (this.stopped || this.settings.pollMs === 0) return;
    this.timer = setTimeout(() => void this.follow(), this.settings.pollMs).unref();
  }

  /** What the registry holds, and what its labels want; `stable` is the newest version where no label says otherwise. */
  private async readRegistry(): Promise<{ versions: string[]; labels: Labels }> {
    const { registry, name, pinned } = this.settings;
    const versions = await versionsOf(registry, name);
    const labels = await readLabels(registry, name);
    const others = Object.entries(labels).flatMap(([label, version]) => (label === STABLE ? [] : [version]));
    const newest = versions.findLast((version) => !others.includes(version)) ?? versions.at(-1);
    const stable = pinned ?? labels[STABLE] ?? newest;
    return { versions, labels: stable === undefined ? labels : { ...labels, [STABLE]: stable } };
  }

  /** Opens the version that stable should be, or the next older one that has not been refused. */
  private async openStable(because?: Error): Promise<void> {
    const { pinned } = this.settings;
    const { versions, labels } = await this.readRegistry();
    const wanted = labels[STABLE];
    if (wanted === undefined || (pinned !== null && !versions.includes(pinned))) {
      const none = pinned === null ? 'no version' : `no version ${pinned}`;
      throw new BundleError(`${this.folder} has ${none} of the model`, 'missing');
    }
    const older = versions.filter((version) => Number(version) < Number(wanted)).reverse();
    let fault = because;
    for (const version of pinned === null ? [wanted, ...older] : [wanted]) {
      if (this.refusals.has(version)) continue;
      try {
        const resident = await this.openVersion(version);
        this.residents.set(version, resident);
        this.labelled.set(STABLE, resident);
        return;
      } catch (error) {
        fault ??= error as Error;
        await this.refusals.add(version, error as Error);
      }
    }
    throw fault!;
  }

  private async openVersion(version: string): Promise<Resident> {
    const directory = path.join(this.folder, version);
    const open = await openBundle(directory);
    const { bundle } = open;
    if (bundle.name !== this.settings.name || bundle.version !== version) {
      throw new BundleError(`${directory}: bundle.json is that of ${bundle.name}/${bundle.version}`, 'malformed');
    }
    return { version, bundle, directory, engine: this.engineFor(open), requests: 0 };
  }

  private async followLabels(): Promise<void> {
    if (this.stopped) return;
    let wanted: Labels;
    try {
      wanted = (await this.readRegistry()).labels;
    } catch (error) {
      await this.refusals.add('labels.json', error as Error);
      return;
    }
    this.refusals.forget('labels.json');
    const followed = [STABLE, ...this.settings.labels].filter((label) => wanted[label] !== undefined);
    for (const label of this.settings.labels) if (!followed.includes(label)) this.unlabel(label, 'registry');
    for (const label of followed) {
      const version = wanted[label]!;
      if (this.labelled.get(label)?.version === version) continue;
      try {
        this.move(label, await this.load(version, followed.length), 'registry');
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
      }
    }
    this.retire();
  }

  private move(label: string, next: Resident, by: string): void {
    const current = this.labelled.get(label);
    if (current === next) return;
    if (label === STABLE) this.previous = current;
    this.labelled.set(label, next);
    this.moved(label, current?.version ?? null, next.version, by);
  }

  private unlabel(label: string, by: string): void {
    const current = this.labelled.get(label);
    if (!current) return;
    this.labelled.delete(label);
    this.moved(label, current.version, null, by);
  }

  private moved(label: string, from: string | null, to: string | null, by: string): void {
    this.moves++;
    this.log.info({ audit: 'label_moved', model: this.settings.name, label, from, to, by }, 'label moved');
  }

  private checkMayMove(label: string, version: string | null): void {
    const { pinned, labels, mirrorOf } = this.settings;
    if (mirrorOf !== null) {
      throw new Problem('registry_read_only', { detail: `It follows ${mirrorOf}: move the label there.` });
    }
    const served = [STABLE, ...labels];
    const detail = !served.includes(label)
      ? `Labels that are served: ${served.join(', ')}.`
      : label !== STABLE
        ? undefined
        : pinned !== null
          ? `The configuration pins the stable version to ${pinned}.`
          : version === null
            ? 'There is always a stable version.'
            : undefined;
    if (detail) throw new Problem('label_not_served', { detail });
  }

  private async loadAgain(version: string, label: string): Promise<Resident> {
    const { registry, name } = this.settings;
    if (!(await versionsOf(registry, name)).includes(version)) {
      throw new Problem('model_not_found', { detail: `The registry has no version ${version} of ${name}.` });
    }
    this.refusals.forget(version);
    try {
      return await this.load(version, new Set([...this.labelled.keys(), label]).size);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      const { reason, message } = error.refusal;
      throw new Problem('version_refused', { detail: `${reason}: ${message}` }, { cause: error });
    }
  }

  private async writeLabel(label: string, version: string | null): Promise<void> {
    const { registry, name } = this.settings;
    // The stable version is written down too: with labels.json it is no longer the newest one.
    const labels: Labels = { [STABLE]: this.stable.version, ...(await readLabels(registry, name)) };
    if (version === null) delete labels[label];
    else labels[label] = version;
    await writeLabels(registry, name, labels);
  }

  /**
   * Loads a version, checks it and warms it up.
   * @param labels number of labels that are followed: there are never more versions in memory than that and one.
   * @throws RefusedError
   */
  private async load(version: string, labels: number): Promise<Resident> {
    const loaded = this.residents.get(version);
    if (loaded) return loaded;
    const refusal = await this.refusals.unchanged(version);
    if (refusal) throw new RefusedError(refusal);
    try {
      const resident = await this.openVersion(version);
      if (this.residents.size > labels) await this.forgetPrevious();
      await this.startEngine(resident.engine);
      this.refusals.forget(version);
      this.residents.set(version, resident);
      return resident;
    } catch (error) {
      throw new RefusedError(await this.refusals.add(version, error as Error));
    }
  }

  private async startEngine(engine: Engine): Promise<void> {
    this.loading = engine;
    try {
      await engine.start();
      if (this.stopped) throw new Error('the service stops');
    } catch (error) {
      await engine.stop({ drainMs: 0 });
      throw error;
    } finally {
      this.loading = undefined;
    }
  }

  private async forgetPrevious(): Promise<void> {
    this.previous = undefined;
    this.retire();
    await Promise.all(this.retiring.values());
  }

  /** Lets go of versions that nothing names, each when its last request is answered. */
  private retire(): void {
    const kept = new Set(this.labelled.values());
    if (!this.mayKeepPrevious()) this.previous = undefined;
    if (this.previous) kept.add(this.previous);
    for (const resident of this.residents.values()) if (!kept.has(resident)) this.letGo(resident);
  }

  private mayKeepPrevious(): boolean {
    const { keepPrevious, memoryBytes } = this.settings;
    if (keepPrevious !== 'auto') return keepPrevious === 'yes';
    const processes = [...this.residents.values()].flatMap(({ engine }) => engine.status().processes);
    const taken = processes.reduce((sum, { memory }) => sum + memory, process.memoryUsage.rss());
    return taken <= MEMORY_SHARE * memoryBytes;
  }

  private letGo(resident: Resident): void {
    this.residents.delete(resident.version);
    const answered = new Promise<void>((resolve) => {
      if (resident.requests === 0) resolve();
      else resident.idle = resolve;
    });
    const gone = answered.then(async () => {
      await resident.engine.stop({ drainMs: 0 });
      this.retiring.delete(resident);
      this.log.info({ model: this.settings.name, version: resident.version }, 'version unloaded');
    });
    this.retiring.set(resident, gone);
  }
}
