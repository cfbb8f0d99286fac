import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { IdentificationResponse } from '../identifications/identifications.schema.ts';
import type { EngineStatus } from '../inference/engine.ts';
import { isProbe } from '../log.ts';
import type { Problem } from '../problems.ts';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What the service measures about itself, for Prometheus. */
export class Metrics {
  readonly registry = new Registry();
  private readonly requests: Counter;
  private readonly duration: Histogram;
  private readonly outcomes: Counter;
  private readonly stages: Histogram;
  private readonly photos: Counter;

  constructor(
    model: { name: string; version: string },
    private readonly engineStatus: () => EngineStatus,
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
    this.outcomes = new Counter({
      name: 'mushroom_identifications_total',
      help: 'Identifications by outcome: a decision, or the code of a problem.',
      labelNames: ['outcome', 'backend'],
      registers,
    });
    this.photos = new Counter({ name: 'mushroom_photos_total', help: 'Photos classified.', registers });
    this.stages = new Histogram({
      name: 'mushroom_stage_seconds',
      help: 'Time of an identification by stage: decode, queue, infer.',
      labelNames: ['stage', 'backend'],
      buckets: SECONDS,
      registers,
    });
    new Gauge({
      name: 'mushroom_model_info',
      help: '1 for the model and the backend that serve; backend is "none" until a worker is ready.',
      labelNames: ['name', 'version', 'backend'],
      registers,
      collect() {
        this.reset();
        this.set({ ...model, backend: engineStatus().backend ?? 'none' }, 1);
      },
    });
    new Gauge({
      name: 'mushroom_inference_workers',
      help: 'Inference workers by state.',
      labelNames: ['state', 'backend'],
      registers,
      collect() {
        const { ready, workers, backend } = engineStatus();
        this.reset();
        this.set({ state: 'ready', backend: backend ?? 'none' }, ready.length);
        this.set({ state: 'not_ready', backend: backend ?? 'none' }, workers - ready.length);
      },
    });
    new Gauge({
      name: 'mushroom_inference_queue_depth',
      help: 'Requests that wait for a worker.',
      registers,
      collect() {
        this.set(engineStatus().queueDepth);
      },
    });
    new Gauge({
      name: 'mushroom_inference_worker_restarts',
      help: 'Workers replaced since the service started.',
      registers,
      collect() {
        this.set(engineStatus().restarts);
      },
    });
  }

  private get backend(): string {
    return this.engineStatus().backend ?? 'none';
  }

  identified({ decision, timings }: IdentificationResponse, photos: number): void {
    const { backend } = this;
    this.outcomes.inc({ outcome: decision, backend });
    this.photos.inc(photos);
    this.stages.observe({ stage: 'decode', backend }, timings.decodeMs / 1000);
    this.stages.observe({ stage: 'queue', backend }, timings.queueMs / 1000);
    this.stages.observe({ stage: 'infer', backend }, timings.inferMs / 1000);
  }

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
        this.outcomes.inc({ outcome: problem.code, backend: this.backend });
      }
    });
    next();
  };
}
