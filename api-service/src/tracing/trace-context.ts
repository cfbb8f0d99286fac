import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** The place of a request in a trace that may span several services (W3C Trace Context, level 1). */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  traceId: string;
  /** 16 hexadecimal digits. */
  spanId: string;
  /** Whether the caller may have recorded its part of the trace. */
  sampled: boolean;
  /** What tracing systems on the way have noted for themselves; passed on as it came. */
  tracestate: string | undefined;
}

const TRACEPARENT =
  /^(?<version>[0-9a-f]{2})-(?<traceId>[0-9a-f]{32})-(?<spanId>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<rest>-.*)?$/;
const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);
const SAMPLED = 1;

const MEMBERS = 32;
const KEY = String.raw`(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})`;
const VALUE = String.raw`[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]`;
const MEMBER = new RegExp(`^(?<key>${KEY})=${VALUE}$`);

/** As it came, where it keeps the grammar of the specification, §3.3; else nothing: a broken list is dropped whole. */
function validTracestate(header: string | undefined): string | undefined {
  const members = (header ?? '').split(',').flatMap((member) => member.trim() || []);
  if (members.length === 0 || members.length > MEMBERS) return undefined;
  const keys = members.map((member) => MEMBER.exec(member)?.groups?.key);
  if (keys.includes(undefined) || new Set(keys).size < keys.length) return undefined;
  return members.join(',');
}

const single = (header: string | string[] | undefined) => (Array.isArray(header) ? header.join(',') : header);

/**
 * The context that a caller has sent; undefined where it sent none, or one that the specification calls invalid
 * (§3.2): then its `tracestate` counts for nothing either, and a new trace begins.
 */
export function callersContext(headers: IncomingHttpHeaders): TraceContext | undefined {
  const parts = TRACEPARENT.exec(single(headers.traceparent) ?? '')?.groups;
  if (!parts) return undefined;
  const { version, traceId, spanId, flags, rest } = parts as Record<string, string>;
  if (version === 'ff' || traceId === NO_TRACE || spanId === NO_SPAN) return undefined;
  // Later versions may add parts at the end; version 00 has none.
  if (version === '00' && rest !== undefined) return undefined;
  return {
    traceId: traceId!,
    spanId: spanId!,
    sampled: (Number.parseInt(flags!, 16) & SAMPLED) !== 0,
    tracestate: validTracestate(single(headers.tracestate)),
  };
}

/** This service's own place in the caller's trace, or in a new one. */
export function contextBelow(caller: TraceContext | undefined): TraceContext {
  return {
    traceId: caller?.traceId ?? randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    sampled: caller?.sampled ?? false,
    tracestate: caller?.tracestate,
  };
}

/** The `traceparent` header for a context. */
export function traceparentOf({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}
