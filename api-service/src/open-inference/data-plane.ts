import type { Bundle } from '@mushroom/recognition/bundle/bundle.schema';
import type { ModelInput } from '@mushroom/recognition/bundle/classifier';
import packageJson from '../../package.json' with { type: 'json' };
import type { Deadline } from '../http/deadline.ts';
import type { ModelLabels } from '../inference/model-labels.ts';
import type { LoadedVersion, ServedModel } from '../models/served-model.ts';
import type { Lifecycle } from '../operations/lifecycle.ts';
import type { NoteStage } from '../operations/stages.ts';
import type { DecodePhoto } from '../photos/decode-photo.ts';
import { Problem } from '../problems.ts';
import {
  EXTENSIONS,
  type InferRequest,
  type InferResponse,
  type ModelMetadata,
  type ModelReady,
  type ServerLive,
  type ServerMetadata,
  type ServerReady,
} from './open-inference.schema.ts';
import { inputFrom, outputTensors, tensorsOf, wantedOutputs, type InferInput } from './tensors.ts';

export interface DataPlaneParts {
  served: ServedModel;
  decodePhoto: DecodePhoto;
  lifecycle: Lifecycle;
}

/** Which model and version a request is for. */
export interface ModelAddress {
  name: string;
  /** A version or a label; the stable version where not given. */
  version?: string;
}

/**
 * What the Open Inference Protocol, version 2, asks and answers (github.com/kserve/open-inference-protocol): metadata,
 * readiness, and tensors in, tensors out. How a request comes and an answer goes is for others; KServe cuts it likewise.
 */
export class DataPlane {
  private readonly served: ServedModel;
  private readonly decodePhoto: DecodePhoto;
  private readonly lifecycle: Lifecycle;

  constructor({ served, decodePhoto, lifecycle }: DataPlaneParts) {
    this.served = served;
    this.decodePhoto = decodePhoto;
    this.lifecycle = lifecycle;
  }

  serverMetadata(): ServerMetadata {
    return { name: 'mushroom-identifier', version: packageJson.version, extensions: EXTENSIONS };
  }

  serverLive(): ServerLive {
    return { live: true };
  }

  serverReady(): ServerReady {
    return { ready: this.canAnswer(this.served.stable), live: true };
  }

  /** @throws Problem model_not_found, model_not_loaded. */
  modelMetadata(address: ModelAddress): ModelMetadata {
    const { bundle } = this.find(address);
    const versions = this.served.status().loaded.map(({ version }) => version);
    return { name: bundle.name, versions, platform: 'tensorflow_graphdef', ...tensorsOf(bundle) };
  }

  /** @throws Problem model_not_found, model_not_loaded. */
  modelReady(address: ModelAddress): ModelReady {
    const version = this.find(address);
    return { name: version.bundle.name, ready: this.canAnswer(version) };
  }

  /**
   * The version that a request is for.
   * @throws Problem model_not_found, model_not_loaded.
   */
  find({ name, version }: ModelAddress): LoadedVersion {
    this.checkName(name);
    return this.served.find(version);
  }

  /**
   * Refuses a request that could not be answered in time, before its tensors are read.
   * @param at `performance.now()` by which an answer is wanted.
   * @throws Problem model_not_found, model_not_loaded; as `Engine.admit`.
   */
  admit(address: ModelAddress, at: number): void {
    this.find(address).engine.admit(1, at);
  }

  /**
   * @param notesOf where the stages of a request to this model are noted.
   * @throws Problem model_not_found, model_not_loaded; invalid_field where a tensor is not one that the model takes or
   * gives; malformed_tensor where its elements do not fit into its bytes; where a photo can't be decoded or the engine can't answer; the deadline's reason.
   */
  async infer(
    address: ModelAddress,
    request: InferRequest,
    deadline: Deadline,
    notesOf: (model: ModelLabels) => NoteStage,
  ): Promise<InferResponse> {
    this.checkName(address.name);
    return this.served.use(address.version, async ({ bundle, engine }) => {
      const note = notesOf({ model: bundle.name, version: bundle.version });
      const wanted = wantedOutputs(request);
      const inputs = await this.modelInputs(inputFrom(request, bundle.input.size), bundle, deadline, note);
      const { logits, queueMs, inferMs } = await engine.classify(inputs, deadline.signal, deadline.at);
      const ended = performance.now();
      note('queue', queueMs, ended - inferMs);
      note('infer', inferMs, ended);
      return {
        model_name: bundle.name,
        model_version: bundle.version,
        id: request.id,
        outputs: outputTensors(logits, bundle, wanted),
      };
    });
  }

  private checkName(name: string): void {
    const served = this.served.bundle.name;
    if (name !== served) throw new Problem('model_not_found', { detail: `The model that is served is ${served}.` });
  }

  private canAnswer({ engine }: LoadedVersion): boolean {
    return !this.lifecycle.draining && engine.status().state === 'ready';
  }

  private async modelInputs(
    input: InferInput,
    { input: spec }: Pick<Bundle, 'input'>,
    { signal, at }: Deadline,
    note: NoteStage,
  ): Promise<ModelInput[]> {
    if ('pixels' in input) return input.pixels;
    const started = performance.now();
    const photos = await Promise.all(input.photos.map((photo) => this.decodePhoto(photo, spec, signal, at)));
    note('decode', performance.now() - started);
    return photos.map((photo) => photo.input);
  }
}
