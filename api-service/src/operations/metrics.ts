import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { IdentificationResponse } from '../identifications/identifications.schema.ts';
import type { InferenceMetrics } from '../inference/inference.metrics.ts';
import type { ModelLabels } from '../inference/model-labels.ts';
import type { Problem } from '../problems.ts';
import { isProbe } from './probes.ts';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];

/** What an identification spends its time on, in this order; `explain` only where it was asked for. */
export type Stage = 'upload' | 'decode' | 'queue' | 'infer' | 'decide' | 'explain' | 'outline';

/** How an identification ended, by whom it is to be looked at: 4xx is the client's to mend, 5xx the operator's. */
function outcomeOf({ code, status }: Problem): string {
  if (code === 'client_closed') return 'given_up';
  if (code === 'overloaded' || code === 'rate_limited' || code === 'not_ready') return 'refused';
  return status < 500 ? 'rejected' : 'failed';
}

/** What the service measures about itself, for Prometheus. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly requests: Counter;
  private readonly duration: Histogram;
  private readonly identifications: Counter;
  /** Identifications that have begun and are not answered, uploads included. */
  identificationsInFlight = 0;
  private readonly stages: Histogram;
  private readonly photos: Counter;
  private readonly answers: Counter;
  private readonly scores: Histogram;
  private readonly risks: Histogram;

  /** @param models what the served model's versions do. */
  constructor(
    private readonly inference: InferenceMetrics,
    private readonly models: Registry,
  ) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.requests = new Counter({
      name: 'http_requests_total',
      help: 'Requests answered; probes are not counted.',
      labelNames: ['method', 'route', 'status'],
      registers,
    });
    this.duration = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'From the first byte of a request to the last of its answer.',
      labelNames: ['method', 'route'],
      buckets: SECONDS,
      registers,
    });
    this.identifications = new Counter({
      name: 'mushroom_identifications_total',
      help: 'Identifications by outcome (answered, rejected, refused, failed, given_up) and the decision or problem.',
      labelNames: ['outcome', 'reason'],
      registers,
    });
    const inFlight = () => this.identificationsInFlight;
    new Gauge({
      name: 'mushroom_identifications_in_flight',
      help: 'Identifications that have begun and are not answered, uploads included.',
      registers,
      collect() {
        this.set(inFlight());
      },
    });
    this.stages = new Histogram({
      name: 'mushroom_stage_seconds',
      help: 'Time of an identification by stage: upload, decode, queue, infer, decide.',
      labelNames: ['stage', 'model', 'version'],
      buckets: SECONDS,
      registers,
    });
    this.photos = new Counter({
      name: 'mushroom_photos_total',
      help: 'Photos identified.',
      labelNames: ['model', 'version'],
      registers,
    });
    // Photos change with the season, and with who sends them: these three show when they leave what was trained for.
    this.answers = new Counter({
      name: 'mushroom_answers_total',
      help: 'Answers by decision and verdict.',
      labelNames: ['decision', 'verdict', 'model', 'version'],
      registers,
    });
    this.scores = new Histogram({
      name: 'mushroom_best_score',
      help: 'Calibrated score of the best candidate.',
      labelNames: ['model', 'version'],
      buckets: SHARES,
      registers,
    });
    this.risks = new Histogram({
      name: 'mushroom_risk',
      help: 'Probability given to poisonous or deadlier taxa.',
      labelNames: ['model', 'version'],
      buckets: SHARES,
      registers,
    });
  }

  /** All metrics, those of the engines included, in Prometheus' text format. */
  text(): Promise<string> {
    return Registry.merge([this.registry, this.inference.registry, this.models]).metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  stage(stage: Stage, ms: number, model: ModelLabels): void {
    this.stages.observe({ stage, ...model }, ms / 1000);
  }

  identified({ decision, model, candidates, toxicity }: IdentificationResponse, photos: number): void {
    const labels = { model: model.name, version: model.version };
    this.identifications.inc({ outcome: 'answered', reason: decision });
    this.photos.inc(labels, photos);
    this.answers.inc({ decision, verdict: toxicity.verdict, ...labels });
    this.scores.observe(labels, candidates[0]?.score ?? 0);
    this.risks.observe(labels, toxicity.risk);
  }

  readonly countInFlight: RequestHandler = (_request, response, next) => {
    this.identificationsInFlight++;
    response.once('close', () => this.identificationsInFlight--);
    next();
  };

  /** Counts requests by route pattern, never by address: addresses are without number. */
  readonly countRequests: RequestHandler = (request, response, next) => {
    if (isProbe(request)) return next();
    const started = performance.now();
    response.once('close', () => {
      const pattern = (request.route as { path?: unknown } | undefined)?.path;
      const route = typeof pattern === 'string' ? pattern : 'other';
      const problem = response.locals.problem as Problem | undefined;
      const status = String(problem?.status ?? response.statusCode);
      this.requests.inc({ method: request.method, route, status });
      this.duration.observe({ method: request.method, route }, (performance.now() - started) / 1000);
      if (problem && /\/(identifications|predict)$/.test(route)) {
        this.identifications.inc({ outcome: outcomeOf(problem), reason: problem.code });
      }
    });
    next();
  };
}
