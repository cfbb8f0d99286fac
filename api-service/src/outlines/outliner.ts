import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import { BundleError } from '@mushroom/recognition/bundle/bundle-reader';
import { openOutlineBundle, type OpenOutlineBundle } from '@mushroom/recognition/outline/outline-bundle-reader';
import { outlineOf, type Outline } from '@mushroom/recognition/outline/outline';
import type { Logger } from 'pino';
import { unlessAborted } from '../http/unless-aborted.ts';
import type { Engine } from '../inference/engine.ts';
import type { DecodedPhoto } from '../photos/decode-photo.ts';
import { Problem } from '../problems.ts';

type Decode = (spec: InputSpec) => Promise<Pick<DecodedPhoto, 'input'>[]>;

interface Running {
  open: OpenOutlineBundle;
  engine: Engine;
}

/**
 * Draws outlines around specimens, by a model of its own. It runs in a process of its own, which starts when the first
 * outline is asked for: most requests ask for none, and should not pay for it.
 */
export class Outliner {
  /** Opened at the first need; a model that is not there or broken may have been repaired by the next. */
  private opened: Promise<OpenOutlineBundle> | undefined;
  private running: Promise<Running> | undefined;

  /** @param directory of the model's `outline.json`. */
  constructor(
    private readonly directory: string,
    private readonly engineFor: (open: OpenOutlineBundle) => Engine,
    private readonly log: Logger,
  ) {}

  /**
   * Looks whether there is a model; starts nothing.
   * @throws Problem outline_model_not_found; not_ready where there is one that can't be trusted.
   */
  async check(): Promise<void> {
    await this.open();
  }

  /**
   * @param decode gives what a model is shown of each photo.
   * @param signal gives the request up; a start that is under way goes on, for the next.
   * @returns an outline a photo, null where none was found.
   * @throws Problem as `check`, and as `Engine.classify`; the signal's reason.
   */
  async outlines(decode: Decode, signal: AbortSignal, deadline: number): Promise<(Outline | null)[]> {
    const { open, engine } = await unlessAborted(this.start(), signal);
    const { input, threshold } = open.bundle;
    const photos = await decode(input);
    const inputs = photos.map((photo) => photo.input);
    const { logits } = await engine.classify(inputs, signal, deadline);
    return logits.map((mask) => outlineOf(mask, threshold));
  }

  /** Ends the process, where there is one. */
  async stop(): Promise<void> {
    const running = await this.running?.catch(() => undefined);
    await running?.engine.stop({ drainMs: 0 });
  }

  private open(): Promise<OpenOutlineBundle> {
    this.opened ??= openOutlineBundle(this.directory).catch((error: Error) => {
      this.opened = undefined;
      throw this.problemOf(error);
    });
    return this.opened;
  }

  private start(): Promise<Running> {
    this.running ??= this.startEngine().catch((error: Error) => {
      this.running = undefined;
      throw this.problemOf(error);
    });
    return this.running;
  }

  private async startEngine(): Promise<Running> {
    const open = await this.open();
    const engine = this.engineFor(open);
    try {
      await engine.start();
    } catch (error) {
      await engine.stop({ drainMs: 0 });
      throw error;
    }
    return { open, engine };
  }

  private problemOf(error: Error): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof BundleError && error.fault === 'missing') {
      return new Problem('outline_model_not_found', {
        detail: 'Ask again without `outline`, or train the model: npm run mushroom -- segment train.',
      });
    }
    this.log.error({ err: error }, 'the model that draws outlines can not be served');
    return new Problem('not_ready', {
      detail: 'The model that draws outlines can not be served. Ask again without `outline`.',
      retryAfter: 60,
    });
  }
}
