import type { Segment } from './jpeg-segment.ts';

const DHT = 0xc4;

/** For each 16 bits that a code may begin: its length in bits, times 256, and its value; 0 where there is no such code. */
export type HuffmanTable = Uint16Array;

/** Of a block's first coefficient, and of the others. */
export interface Tables {
  dc: HuffmanTable;
  ac: HuffmanTable;
}

/** As they are at the last scan: by class, times 16, and number. */
export function huffmanTables(file: Uint8Array, segments: Segment[]): Map<number, HuffmanTable> {
  const tables = new Map<number, HuffmanTable>();
  for (const { marker, start, end } of segments) {
    if (marker !== DHT) continue;
    for (let at = start + 4; at + 17 <= end;) {
      const counts = file.subarray(at + 1, at + 17);
      const values = file.subarray(at + 17, end);
      tables.set(file[at]!, huffmanTable(counts, values));
      at += 17 + counts.reduce((sum, count) => sum + count, 0);
    }
  }
  return tables;
}

function huffmanTable(counts: Uint8Array, values: Uint8Array): HuffmanTable {
  const table = new Uint16Array(65_536);
  let from = 0;
  let next = 0;
  for (let length = 1; length <= 16; length++) {
    for (let i = 0; i < counts[length - 1]!; i++) {
      const to = from + (1 << (16 - length));
      table.fill((length << 8) | (values[next++] ?? 0), from, to);
      from = to;
    }
  }
  return table;
}

/** Walks through the codes of a scan, up to where its data ends or is damaged. */
export class ScanReader {
  /** The next bits, and how many of them there are. */
  private held = 0;
  private bits = 0;

  constructor(
    private readonly file: Uint8Array,
    private at: number,
  ) {}

  /**
   * Of a sequential scan: its whole rows of units, and where the last of them ends, within three bytes.
   * @param blocks of a unit.
   */
  countRows(along: number, down: number, interval: number, blocks: Tables[]): { rows: number; end: number } {
    let end = this.at;
    for (let unit = 0; unit < along * down; unit++) {
      if (interval && unit > 0 && unit % interval === 0 && !this.restart())
        return { rows: Math.floor(unit / along), end };
      for (const tables of blocks) {
        if (!this.skipBlock(tables)) return { rows: Math.floor(unit / along), end };
      }
      if ((unit + 1) % along === 0) end = this.at;
    }
    return { rows: down, end };
  }

  /** Of a progressive scan that brings coefficients of one component: how many of its blocks are there. */
  countBlocks(blocks: number, interval: number, table: HuffmanTable, coefficients: number): number {
    let block = 0;
    while (block < blocks) {
      if (interval && block > 0 && block % interval === 0 && !this.restart()) break;
      const ended = this.skipBand(table, coefficients);
      if (ended < 0) break;
      block += ended;
    }
    return Math.min(block, blocks);
  }

  private skipBlock({ dc, ac }: Tables): boolean {
    const size = this.symbol(dc);
    if (size < 0 || size > 16 || !this.skip(size)) return false;
    for (let k = 1; k < 64;) {
      const symbol = this.symbol(ac);
      if (symbol < 0 || !this.skip(symbol & 15)) return false;
      if (symbol === 0) return true;
      k += (symbol >> 4) + 1;
    }
    return true;
  }

  /** How many blocks end here: more than one where the code says that the next ones are empty. Negative at the end. */
  private skipBand(table: HuffmanTable, coefficients: number): number {
    for (let k = 0; k < coefficients;) {
      const symbol = this.symbol(table);
      if (symbol < 0) return -1;
      const [zeros, size] = [symbol >> 4, symbol & 15];
      if (size === 0 && zeros < 15) {
        if (this.fill() < zeros) return -1;
        const more = this.peek() >>> (16 - zeros);
        this.drop(zeros);
        return (1 << zeros) + more;
      }
      if (!this.skip(size)) return -1;
      k += zeros + 1;
    }
    return 1;
  }

  private symbol(table: HuffmanTable): number {
    const there = this.fill();
    const entry = table[this.peek()]!;
    const length = entry >> 8;
    if (length === 0 || length > there) return -1;
    this.drop(length);
    return entry & 0xff;
  }

  private skip(count: number): boolean {
    if (this.fill() < count) return false;
    this.drop(count);
    return true;
  }

  /** Reads on until there are 16 bits. @returns how many there are: fewer before a marker, and at the end. */
  private fill(): number {
    while (this.bits < 16) {
      const byte = this.file[this.at];
      if (byte === undefined || (byte === 0xff && this.file[this.at + 1] !== 0)) break;
      this.at += byte === 0xff ? 2 : 1;
      this.held = ((this.held << 8) | byte) & 0xffffff;
      this.bits += 8;
    }
    return this.bits;
  }

  /** The next 16 bits, with zeros for those that are not there. */
  private peek(): number {
    const shift = this.bits - 16;
    return (shift >= 0 ? this.held >>> shift : this.held << -shift) & 0xffff;
  }

  private drop(count: number): void {
    this.bits -= count;
  }

  /** Over a restart marker. */
  private restart(): boolean {
    const marker = this.file[this.at] === 0xff ? this.file[this.at + 1]! : 0;
    if (marker < 0xd0 || marker > 0xd7) return false;
    this.at += 2;
    this.bits = 0;
    return true;
  }
}
