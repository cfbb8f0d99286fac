import { describe, expect, it } from 'vitest';
import { callersContext, contextBelow, traceparentOf } from './trace-context.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const valid = `00-${TRACE}-${SPAN}-01`;

describe('a caller’s trace context', () => {
  it('is taken from traceparent and tracestate', () => {
    expect(callersContext({ traceparent: valid, tracestate: 'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7' })).toEqual({
      traceId: TRACE,
      spanId: SPAN,
      sampled: true,
      tracestate: 'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7',
    });
  });

  it('is not sampled where the flag is not set, whatever the other flags say', () => {
    expect(callersContext({ traceparent: `00-${TRACE}-${SPAN}-02` })?.sampled).toBe(false);
    expect(callersContext({ traceparent: `00-${TRACE}-${SPAN}-03` })?.sampled).toBe(true);
  });

  it('may be of a later version, with parts that this one does not know', () => {
    expect(callersContext({ traceparent: `cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like` })?.traceId).toBe(TRACE);
    expect(callersContext({ traceparent: `cc-${TRACE}-${SPAN}-01` })?.traceId).toBe(TRACE);
  });

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['version ff', `ff-${TRACE}-${SPAN}-01`],
    ['version 00 with a part too many', `${valid}-00`],
    ['a later version without the hyphen', `cc-${TRACE}-${SPAN}-01.what`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['capitals', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['a trace that is too short', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['no flags', `00-${TRACE}-${SPAN}`],
    ['letters that are no digits', `00-${TRACE}-${SPAN}-0x`],
    ['two headers, as Node joins them', `${valid}, ${valid}`],
  ])('does not count where it is %s; nor does its tracestate', (_what, traceparent) => {
    expect(callersContext({ traceparent, tracestate: 'congo=1' })).toBeUndefined();
  });

  it.each([
    ['a key in capitals', 'Congo=1'],
    ['no value', 'congo='],
    ['no sign', 'congo'],
    ['a key twice', 'congo=1,congo=2'],
    ['a value with an equals sign', 'congo=1=2'],
    ['a key that is too long', `${'k'.repeat(257)}=1`],
    ['a value that is too long', `congo=${'v'.repeat(257)}`],
    ['more than 32 members', Array.from({ length: 33 }, (_, index) => `k${index}=1`).join()],
  ])('loses its tracestate, and nothing else, where that has %s', (_what, tracestate) => {
    expect(callersContext({ traceparent: valid, tracestate })).toMatchObject({ traceId: TRACE, tracestate: undefined });
  });

  it('may have a tracestate with empty members, with tenants, and in several headers', () => {
    const tracestate = 'congo=1,, fw529a3039@dt=FfAAAAAAAAA, rojo=2';
    expect(callersContext({ traceparent: valid, tracestate })?.tracestate).toBe(
      'congo=1,fw529a3039@dt=FfAAAAAAAAA,rojo=2',
    );
  });
});

describe('the service’s own trace context', () => {
  it('is a new span of the caller’s trace', () => {
    const caller = callersContext({ traceparent: valid, tracestate: 'congo=1' })!;
    const own = contextBelow(caller);
    expect(own).toMatchObject({ traceId: TRACE, sampled: true, tracestate: 'congo=1' });
    expect(own.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(own.spanId).not.toBe(SPAN);
  });

  it('is a new trace, that nobody records, where there is no caller’s', () => {
    const own = contextBelow(undefined);
    expect(traceparentOf(own)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(contextBelow(undefined).traceId).not.toBe(own.traceId);
    expect(callersContext({ traceparent: traceparentOf(own) })).toEqual(own);
  });
});
