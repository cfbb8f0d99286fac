#!/usr/bin/env bash
# sharp ignores the ICC profile of a grey PNG of 16 bits, and uses that of the same picture in 8 bits: a scan whose profile
# says that its numbers are linear comes out dark in one, and right in the other.
#
# Seen with sharp 0.35.5 (libvips 8.18.7): half of full light is 128 from 16 bits, and 188 from 8. Ends with 1 if that
# changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund sharp@0.35.5
cat >finding.mjs <<'JS'
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

/** A profile of linear grey (ICC.1:2010): a curve of no entries is a straight line. */
function linearGrey() {
  const text = (value) => Buffer.from(`mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS\0\0\0\x02\0\0\0\x1c\0${value}\0\0`, 'latin1');
  const tags = [
    ['desc', text('g')],
    ['cprt', text('c')],
    ['wtpt', Buffer.from('58595a20000000000000f6d6000100000000d32d', 'hex')],
    ['kTRC', Buffer.from('637572760000000000000000', 'hex')],
  ];
  const table = Buffer.alloc(4 + tags.length * 12);
  table.writeUInt32BE(tags.length);
  let at = 128 + table.length;
  tags.forEach(([name, data], i) => {
    table.write(name, 4 + i * 12, 'latin1');
    table.writeUInt32BE(at, 8 + i * 12);
    table.writeUInt32BE(data.length, 12 + i * 12);
    at += data.length;
  });
  const header = Buffer.alloc(128);
  header.writeUInt32BE(at);
  header.writeUInt32BE(0x04300000, 8);
  header.write('mntrGRAYXYZ ', 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  Buffer.from('0000f6d6000100000000d32d', 'hex').copy(header, 68);
  return Buffer.concat([header, table, ...tags.map(([, data]) => data)]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** One grey pixel, half of full light. */
function png(bits) {
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, bits, 0, 0, 0, 0]);
  const profile = Buffer.concat([Buffer.from('g\0\0', 'latin1'), deflateSync(linearGrey())]);
  const pixel = bits === 16 ? [0, 0x80, 0] : [0, 0x80];
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('iCCP', profile),
    chunk('IDAT', deflateSync(Buffer.from(pixel))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const read = async (bits) => (await sharp(png(bits)).toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer())[0];
const [narrow, wide] = [await read(8), await read(16)];
console.log(sharp.versions.sharp, sharp.versions.vips, { '8 bits': narrow, '16 bits': wide });
process.exitCode = Math.abs(narrow - 188) <= 2 && wide === 128 ? 0 : 1;
JS
node finding.mjs
