import type { Segment } from './jpeg-segment.ts';
import { huffmanTables, ScanReader, type Tables } from './jpeg-scan-reader.ts';

const SOF2 = 0xc2;
const SOS = 0xda;
const DRI = 0xdd;

/** How a JPEG without its end marker is made whole. */
export interface MadeWhole {
  /** Where its data ends. */
  end: number;
  /** The share of its rows that are there, 0…1. */
  rows: number;
  /** How many that are; undefined where it is all of them. */
  height: number | undefined;
}

interface Component {
  id: number;
  /** Blocks of 8 × 8 in each unit of a scan, along and down. */
  h: number;
  v: number;
}

interface Frame {
  progressive: boolean;
  width: number;
  height: number;
  components: Component[];
}

interface ScanComponent extends Component {
  dc: number;
  ac: number;
}

interface Scan {
  components: ScanComponent[];
  /** First and last coefficient. */
  from: number;
  to: number;
  /** Bits that are missing of each: before this scan, 0 where it is the first to bring them, and after it. */
  before: number;
  after: number;
  /** Where its data begins. */
  start: number;
}

/**
 * How much of a JPEG is there that has no end marker, by reading its last scan (ITU-T T.81, annexes F and G) without
 * computing a pixel.
 *
 * Of a sequential one, the whole rows of blocks are counted. A progressive one has all its rows from its first scan on:
 * each scan makes them finer. It counts as whole if the last scan that it needs had begun, and brings only last bits, or
 * detail of colours; if that brings detail of light and dark, by the share of blocks that have theirs.
 *
 * @returns undefined where that can't be told, or more than a scan is missing.
 */
export function missingEnd(file: Uint8Array, frameAt: Segment, segments: Segment[]): MadeWhole | undefined {
  const frame = frameOf(file, frameAt);
  const scans = segments.filter(({ marker }) => marker === SOS).map((segment) => scanOf(file, segment, frame));
  const last = scans.at(-1);
  if (!last || scans.some((scan) => !scan) || frame.height === 0 || frame.width === 0) return undefined;
  const tables = huffmanTables(file, segments);
  const reader = new ScanReader(file, last.start);
  if (frame.progressive) {
    if (!bringsTheLast(scans as Scan[], frame)) return undefined;
    const one = last.components[0]!;
    const bringsLight = one.id === frame.components[0]!.id && last.before === 0;
    if (!bringsLight) return { end: file.length, rows: 1, height: undefined };
    const blocksAlong = Math.ceil((frame.width * one.h) / maxOf(frame.components, 'h') / 8);
    const blocksDown = Math.ceil((frame.height * one.v) / maxOf(frame.components, 'v') / 8);
    const blocks = blocksAlong * blocksDown;
    const table = tables.get(0x10 | one.ac);
    if (last.from === 0 || !table) return undefined;
    const there = reader.countBlocks(blocks, restartInterval(file, segments), table, last.to - last.from + 1);
    return { end: file.length, rows: there / blocks, height: undefined };
  }
  if (scans.length > 1 || last.components.length !== frame.components.length) return undefined;
  const single = last.components.length === 1;
  const [h, v] = single ? [1, 1] : [maxOf(last.components, 'h'), maxOf(last.components, 'v')];
  const along = Math.ceil(frame.width / (8 * h));
  const down = Math.ceil(frame.height / (8 * v));
  const blocks = last.components.flatMap((component) => {
    const [dc, ac] = [tables.get(component.dc), tables.get(0x10 | component.ac)];
    return Array.from({ length: single ? 1 : component.h * component.v }, () => ({ dc, ac }));
  });
  if (blocks.some(({ dc, ac }) => !dc || !ac)) return undefined;
  const { rows, end } = reader.countRows(along, down, restartInterval(file, segments), blocks as Tables[]);
  const height = rows * 8 * v;
  return rows === down ? { end, rows: 1, height: undefined } : { end, rows: height / frame.height, height };
}

const maxOf = (components: Component[], side: 'h' | 'v') => Math.max(...components.map((one) => one[side]));

function frameOf(file: Uint8Array, { marker, start }: Segment): Frame {
  const at = (offset: number) => file[start + offset] ?? 0;
  const components = Array.from({ length: at(9) }, (_, i) => {
    const factors = at(11 + i * 3);
    return { id: at(10 + i * 3), h: factors >> 4 || 1, v: factors & 15 || 1 };
  });
  return { progressive: marker === SOF2, height: (at(5) << 8) | at(6), width: (at(7) << 8) | at(8), components };
}

function scanOf(file: Uint8Array, { start, end }: Segment, frame: Frame): Scan | undefined {
  const at = (offset: number) => file[start + offset] ?? 0;
  const count = at(4);
  const components: ScanComponent[] = [];
  for (let i = 0; i < count; i++) {
    const component = frame.components.find(({ id }) => id === at(5 + i * 2));
    if (!component) return undefined;
    const tables = at(6 + i * 2);
    components.push({ ...component, dc: tables >> 4, ac: tables & 15 });
  }
  const [from, to, bits] = [at(5 + count * 2), at(6 + count * 2), at(7 + count * 2)];
  return { components, from, to: Math.min(to, 63), before: bits >> 4, after: bits & 15, start: end };
}

/** Whether with its last scan, once that is complete, a progressive JPEG has all bits of all coefficients. */
function bringsTheLast(scans: Scan[], frame: Frame): boolean {
  const missing = new Map(frame.components.map(({ id }) => [id, new Uint8Array(64).fill(16)]));
  for (const { components, from, to, after } of scans) {
    for (const { id } of components) missing.get(id)!.fill(after, from, to + 1);
  }
  return [...missing.values()].every((bits) => bits.every((bit) => bit === 0));
}

function restartInterval(file: Uint8Array, segments: Segment[]): number {
  const segment = segments.findLast(({ marker }) => marker === DRI);
  return segment ? (file[segment.start + 4]! << 8) | file[segment.start + 5]! : 0;
}
