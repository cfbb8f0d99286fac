import type { UnusableCode } from './worker.protocol.ts';

/** No worker can serve the model: why, in a sentence for people and a code for the program. */
export class UnusableModel extends Error {
  override name = 'UnusableModel';

  constructor(
    message: string,
    readonly code: UnusableCode,
  ) {
    super(message);
  }
}
