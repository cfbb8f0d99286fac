import type { ModelLabels } from '../inference/model-labels.ts';
import type { RequestTrace } from '../tracing/request-trace.ts';
import type { Metrics, Stage } from './metrics.ts';

/**
 * Notes what a stage of a request took.
 * @param ended `performance.now()` at its end; now, where not given.
 */
export type NoteStage = (stage: Stage, ms: number, ended?: number) => void;

/** Notes stages in the metrics of a model and in the request's trace. */
export function noteStages(metrics: Metrics, trace: RequestTrace, model: ModelLabels): NoteStage {
  return (stage, ms, ended = performance.now()) => {
    metrics.stage(stage, ms, model);
    trace.stage(stage, ended - ms, ended);
  };
}
