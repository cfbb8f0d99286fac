import { ConfigError, readConfig } from './config.ts';
import { createLog } from './log.ts';
import { openMirror } from './open-parts.ts';

/**
 * Brings MODEL_REGISTRY to what MODEL_BUCKET has, every file checked, and ends: what a pod does before its service starts.
 * Exit code 1 where the bucket is out of reach or not to be trusted.
 */
async function fetchModel(): Promise<void> {
  const config = readConfig();
  const mirror = await openMirror(config, createLog(config.LOG_LEVEL));
  if (!mirror) throw new ConfigError('MODEL_BUCKET is not set.');
  if (mirror.status().inStepAt === null)
    throw new Error(`${config.MODEL_BUCKET} could not be followed, as said above.`);
}

fetchModel().catch((error: Error) => {
  process.stderr.write(`the model can not be fetched: ${error.message}\n`);
  process.exitCode = 1;
});
