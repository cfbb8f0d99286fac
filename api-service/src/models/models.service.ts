import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { openBundle, versionsOf, type OpenBundle } from '@mushroom/recognition/bundle/bundle-reader';
import type { ModelList, ModelVersion } from './models.schema.ts';
import { STABLE } from './registry-labels.ts';
import type { ServedModel } from './served-model.ts';

const NAME = /^[a-z0-9][a-z0-9-]*$/;
const VERSION = /^[1-9]\d*$/;

/** The models of a registry folder, and which of them is served. */
export class ModelCatalogue {
  /** A version never changes once written, so it is read, and its checksums are computed, once. */
  private readonly opened = new Map<string, Promise<OpenBundle>>();

  constructor(
    private readonly registry: string,
    private readonly served: ServedModel,
  ) {}

  async list(): Promise<ModelList> {
    const folders = await readdir(this.registry, { withFileTypes: true });
    const names = folders.filter((entry) => entry.isDirectory() && NAME.test(entry.name)).map(({ name }) => name);
    const models = await Promise.all(
      names.sort().map(async (name) => ({
        name,
        versions: (await versionsOf(this.registry, name)).map((version) => ({
          version,
          url: `/api/v1/models/${name}/versions/${version}`,
          ...this.residence(name, version),
        })),
      })),
    );
    return { models: models.filter(({ versions }) => versions.length > 0) };
  }

  /**
   * What a version's bundle says of itself; undefined where the registry has no such version.
   * @throws BundleError where the bundle can't be trusted.
   */
  async version(name: string, version: string): Promise<ModelVersion | undefined> {
    const open = await this.open(name, version);
    if (!open) return undefined;
    const { schemaVersion: _schema, signature: _signature, ...facts } = open.bundle;
    const evaluation = await this.text(open, 'evaluation.json');
    return {
      ...facts,
      ...this.residence(name, version),
      evaluation: evaluation === null ? null : (JSON.parse(evaluation) as unknown),
      modelCard: await this.text(open, 'model-card.md'),
      plots: Object.keys(open.bundle.files)
        .filter((file) => /^plots\/[^/]+$/.test(file))
        .map((file) => ({
          name: path.posix.parse(file).name,
          url: `/api/v1/models/${name}/versions/${version}/${file}`,
        })),
    };
  }

  /** Where a file of a version lies on disk; undefined where its bundle is none or does not list the file. */
  async file(name: string, version: string, file: string): Promise<{ root: string; file: string } | undefined> {
    const open = await this.open(name, version);
    const isListed = open && (file === 'bundle.json' || Object.hasOwn(open.bundle.files, file));
    return isListed ? { root: open.directory, file } : undefined;
  }

  private residence(name: string, version: string): Pick<ModelVersion, 'served' | 'loaded' | 'versionLabels'> {
    const resident = this.loaded(name, version);
    const versionLabels = resident?.labels ?? [];
    return { served: versionLabels.includes(STABLE), loaded: resident !== undefined, versionLabels };
  }

  private loaded(name: string, version: string) {
    if (name !== this.served.bundle.name) return undefined;
    return this.served.status().loaded.find((one) => one.version === version);
  }

  private async open(name: string, version: string): Promise<OpenBundle | undefined> {
    if (!NAME.test(name) || !VERSION.test(version)) return undefined;
    const loaded = this.loaded(name, version);
    if (loaded) return loaded;
    const key = `${name}/${version}`;
    let opening = this.opened.get(key);
    if (!opening) {
      if (!(await versionsOf(this.registry, name)).includes(version)) return undefined;
      opening = openBundle(path.join(this.registry, name, version));
      this.opened.set(key, opening);
      // A broken bundle may be repaired: the next request tries again.
      opening.catch(() => this.opened.delete(key));
    }
    return opening;
  }

  private async text({ directory, bundle }: OpenBundle, file: string): Promise<string | null> {
    return Object.hasOwn(bundle.files, file) ? readFile(path.join(directory, file), 'utf8') : null;
  }
}
