import { randomUUID } from 'node:crypto';
import pino, { type Logger, type LoggerOptions } from 'pino';
import { pinoHttp } from 'pino-http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pathOf } from './http/request-path.ts';
import { isProbe } from './operations/probes.ts';
import type { RequestTrace } from './tracing/request-trace.ts';

/** Names of pino's levels as log collectors know them (the severities of RFC 5424). */
const SEVERITIES: Record<string, string> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
};

export function logOptions(level: string): LoggerOptions {
  return {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    messageKey: 'message',
    formatters: { level: (label) => ({ severity: SEVERITIES[label] ?? 'DEFAULT' }) },
  };
}

/** Writes JSON lines to standard output. */
export function createLog(level: string): Logger {
  return pino(logOptions(level));
}

/** A request's id: the caller's, where it can be one, so that a request can be followed through several services. */
function requestId(request: IncomingMessage, response: ServerResponse): string {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
  response.setHeader('X-Request-Id', id);
  return id;
}

/** By which a request is found in the logs of other services, and in traces. */
function traceIds(response: ServerResponse): object {
  const { trace } = (response as ServerResponse & { locals: { trace?: RequestTrace } }).locals;
  return trace ? { traceId: trace.context.traceId, spanId: trace.context.spanId } : {};
}

/**
 * Logs each request's method, path, status and time. Nothing that tells about a person is logged: no address,
 * no query string, no header, no file name.
 */
export function requestLog(log: Logger) {
  return pinoHttp({
    logger: log,
    genReqId: requestId,
    autoLogging: { ignore: isProbe },
    customProps: (_request, response) => traceIds(response),
    serializers: {
      req: ({ id, method, raw }: { id: string; method: string; raw: IncomingMessage }) => ({
        id,
        method,
        path: pathOf(raw),
      }),
      res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
    },
    customLogLevel: (_request, response, error) =>
      response.statusCode >= 500 || error ? 'error' : response.statusCode >= 400 ? 'warn' : 'info',
    customSuccessMessage: () => 'request',
    customErrorMessage: () => 'request failed',
  });
}
