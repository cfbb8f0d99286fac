import { AsyncLocalStorage } from 'node:async_hooks';
import {
  createTraceState,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import type { Request, RequestHandler, Response } from 'express';
import { isProbe } from '../operations/probes.ts';
import type { Problem } from '../problems.ts';
import { callersContext, contextBelow, traceparentOf, type TraceContext } from './trace-context.ts';

const running = new AsyncLocalStorage<TraceContext>();

/** The trace of the request that the running code works for; undefined outside of `RequestTrace.run`. */
export const currentTrace = (): TraceContext | undefined => running.getStore();

/** A request's part of a trace, and of that the stages. */
export class RequestTrace {
  constructor(
    readonly context: TraceContext,
    private readonly recording?: { tracer: Tracer; span: Span },
  ) {}

  /** Runs `work` so that `currentTrace` knows whose it is: parsers of request bodies lose their caller's context. */
  run<T>(work: () => T): T {
    return running.run(this.context, work);
  }

  /**
   * Records a stage that is over.
   * @param from @param to as `performance.now()` gives them.
   */
  stage(name: string, from: number, to: number): void {
    if (!this.recording) return;
    const { tracer, span } = this.recording;
    const { timeOrigin } = performance;
    tracer.startSpan(name, { startTime: timeOrigin + from }, trace.setSpan(ROOT_CONTEXT, span)).end(timeOrigin + to);
  }

  /** Ends the request's span with what became of it. */
  end(request: Request, response: Response): void {
    if (!this.recording) return;
    const { span } = this.recording;
    const pattern = (request.route as { path?: unknown } | undefined)?.path;
    const problem = response.locals.problem as Problem | undefined;
    const status = problem?.status ?? response.statusCode;
    if (typeof pattern === 'string') {
      span.updateName(`${request.method} ${pattern}`);
      span.setAttribute('http.route', pattern);
    }
    span.setAttribute('http.response.status_code', status);
    if (problem) span.setAttribute('error.type', problem.code);
    if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  }
}

function recorded(tracer: Tracer, request: Request, caller: TraceContext | undefined): RequestTrace {
  const above = caller
    ? trace.setSpanContext(ROOT_CONTEXT, {
        traceId: caller.traceId,
        spanId: caller.spanId,
        traceFlags: caller.sampled ? 1 : 0,
        traceState: caller.tracestate ? createTraceState(caller.tracestate) : undefined,
        isRemote: true,
      })
    : ROOT_CONTEXT;
  const { method } = request;
  const attributes = { 'http.request.method': method };
  const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, above);
  const { traceId, spanId, traceFlags } = span.spanContext();
  const sampled = (traceFlags & 1) !== 0;
  return new RequestTrace({ traceId, spanId, sampled, tracestate: caller?.tracestate }, { tracer, span });
}

/**
 * Gives every request its place in a trace: the caller's, where it sent a valid one. The answer's headers tell it.
 * @param tracer records spans; without one there are ids only, for the log and for whoever asks.
 */
export function traceRequests(tracer?: Tracer): RequestHandler {
  return (request, response, next) => {
    const caller = callersContext(request.headers);
    const requestTrace =
      tracer && !isProbe(request) ? recorded(tracer, request, caller) : new RequestTrace(contextBelow(caller));
    const { context } = requestTrace;
    response.locals.trace = requestTrace;
    response.set('traceparent', traceparentOf(context));
    if (context.tracestate) response.set('tracestate', context.tracestate);
    response.once('close', () => requestTrace.end(request, response));
    next();
  };
}

/** The trace of the request that `response` answers. */
export const traceOf = (response: Response): RequestTrace => response.locals.trace as RequestTrace;
