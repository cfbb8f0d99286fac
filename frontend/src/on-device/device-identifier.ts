import { Classifier } from '@mushroom/recognition/bundle/classifier';
import type { Bundle } from '@mushroom/recognition/bundle/bundle.schema';
import { checkGolden } from '@mushroom/recognition/bundle/golden-check';
import { decide, type Context } from '@mushroom/recognition/decision/decide';
import { photoToInput } from '@mushroom/recognition/preprocess/photo-to-input';
import { parseSpeciesTable, type SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';
import { randomId } from '../api/random-id.ts';
import speciesCsv from '../../../models/data/species.csv?url';
import { fetchBundle, openCachedBundle, servedModel, type OnBytes } from './bundle-files.ts';
import { startDeviceBackend } from './device-backend.ts';
import { DeviceError } from './device-problem.ts';
import { fetchFile } from './fetch-file.ts';
import { cachedModel, forgetModels, type ModelName } from './model-cache.ts';
import { photoExplanation } from './photo-explanation.ts';
import { photoPixels } from './photo-pixels.ts';

interface Loaded {
  bundle: Bundle;
  classifier: Classifier;
  table: SpeciesTable;
}

const tenths = (ms: number) => Math.round(ms * 10) / 10;

/** What the service does with photos, done on the device. Lives in a worker: the page stays responsive. */
export class DeviceIdentifier {
  private backend: Promise<void> | undefined;
  private loaded: Promise<Loaded> | undefined;

  /**
   * Fetches the model that the service serves, unless it is here, and checks that it works; older ones are removed.
   * @throws DeviceError.
   */
  async prepare(onBytes: OnBytes): Promise<ModelName> {
    const served = await servedModel();
    const cached = await cachedModel();
    if (cached?.name !== served.name || cached.version !== served.version) {
      await fetchBundle(served, onBytes);
      await this.unload();
    }
    const { name, version } = (await this.load(onBytes)).bundle;
    await forgetModels({ name, version });
    return { name, version };
  }

  /**
   * Photos of one specimen → what it most likely is, by the cached model.
   * @param explain has each photo tell where in it the model looked.
   * @throws DeviceError.
   */
  async identify(photos: readonly Blob[], context: Context, explain = false): Promise<IdentificationResponse> {
    const { bundle, classifier, table } = await this.load(() => {});
    const started = performance.now();
    const inputs: Uint8Array[] = [];
    const sizes: { width: number; height: number }[] = [];
    for (const photo of photos) {
      const pixels = await photoPixels(photo, bundle.input);
      inputs.push(photoToInput(pixels, bundle.input));
      sizes.push({ width: pixels.width, height: pixels.height });
    }
    const decoded = performance.now();
    const seen = explain ? await classifier.explained(inputs) : undefined;
    const logits = seen?.map((photo) => photo.logits) ?? (await classifier.logits(inputs));
    const inferMs = tenths(performance.now() - decoded);
    const decision = decide(logits, bundle, table, context);
    const explained = decision.photos.map(async (photo, index) =>
      seen ? { ...photo, explanation: await photoExplanation(decision, seen[index]!, sizes[index]!, bundle) } : photo,
    );
    return {
      id: randomId(),
      model: { name: bundle.name, version: bundle.version },
      ...decision,
      photos: await Promise.all(explained),
      timings: { decodeMs: tenths(decoded - started), queueMs: 0, inferMs },
    };
  }

  private async load(onBytes: OnBytes): Promise<Loaded> {
    this.loaded ??= this.loadOrRecover(onBytes);
    try {
      return await this.loaded;
    } catch (error) {
      this.loaded = undefined;
      throw error;
    }
  }

  private async unload(): Promise<void> {
    const loaded = await this.loaded?.catch(() => undefined);
    loaded?.classifier.dispose();
    this.loaded = undefined;
  }

  /** A damaged model is thrown away and fetched again, once. */
  private async loadOrRecover(onBytes: OnBytes): Promise<Loaded> {
    const model = await cachedModel();
    if (!model) throw new DeviceError('model_not_here');
    try {
      return await this.loadCached(model);
    } catch (error) {
      if (!(error instanceof DeviceError && error.code === 'model_damaged')) throw error;
    }
    try {
      await forgetModels();
      await fetchBundle(model, onBytes);
      return await this.loadCached(model);
    } catch (error) {
      throw error instanceof DeviceError ? new DeviceError('model_damaged', { cause: error }) : error;
    }
  }

  /** Once; again only where it failed, as without a connection. */
  private async startBackend(): Promise<void> {
    try {
      await startDeviceBackend();
    } catch (error) {
      this.backend = undefined;
      throw error;
    }
  }

  private async loadCached(model: ModelName): Promise<Loaded> {
    const { bundle, golden, graph } = await openCachedBundle(model);
    const table = parseSpeciesTable(new TextDecoder().decode(await fetchFile(speciesCsv)));
    await (this.backend ??= this.startBackend());
    const classifier = await Classifier.load(graph, bundle);
    try {
      // Also warms the model up: the first run of a graph is several times slower than the next.
      await checkGolden(classifier, golden);
    } catch (error) {
      classifier.dispose();
      throw new DeviceError('model_damaged', { cause: error });
    }
    return { bundle, classifier, table };
  }
}
