import { crc32c } from '@node-rs/crc32';
import { describe, expect, it } from 'vitest';
import { decodeRecords, encodeRecord, TfRecordError, type ByteFeatures } from './tfrecord.ts';

const text = (value: string) => new TextEncoder().encode(value);
const decode = (bytes: Uint8Array) => [...decodeRecords(bytes, 'x.tfrecord')];
const plain = (features: ByteFeatures) =>
  Object.fromEntries(Object.entries(features).map(([name, value]) => [name, [...value]]));

/** A record as TensorFlow itself wrote it (24 bytes of a tf.Event), from the tests of its event file loader. */
const BY_TENSORFLOW = Buffer.from(
  '\x18\x00\x00\x00\x00\x00\x00\x00\xa3\x7fK"\t\x00\x00\xc0%\xddu\xd5A\x1a\rbrain.Event:1\xec\xf32\x8d',
  'latin1',
);

describe('a TFRecord', () => {
  it('comes back as it was written: photo bytes, text beyond ASCII, empty values', () => {
    const photo = Uint8Array.from({ length: 1000 }, (_, index) => (index * 7) % 256);
    const records: ByteFeatures[] = [
      { 'image/encoded': photo, 'image/class/text': text('Amanita muscaria') },
      { 'image/encoded': new Uint8Array(), 'image/class/text': text('Žampión 🍄') },
      {},
    ];
    const shard = Buffer.concat(records.map(encodeRecord));
    expect(decode(shard).map(plain)).toEqual(records.map(plain));
  });

  it('is read from the middle of a larger buffer too', () => {
    const record = encodeRecord({ a: text('b') });
    const larger = Buffer.concat([Buffer.alloc(13), record, Buffer.alloc(5)]);
    expect(decode(new Uint8Array(larger.buffer, larger.byteOffset + 13, record.length)).map(plain)).toEqual([
      { a: [98] },
    ]);
  });

  it('may be missing: an empty shard has no records', () => {
    expect(decode(new Uint8Array())).toEqual([]);
  });

  it('is laid out byte by byte as tf.train.Example in TensorFlow’s framing', () => {
    // Example { features { feature { key: "abcdefg" value { bytes_list { value: "hi" } } } } }
    const example =
      '0a160a140a07' +
      Buffer.from('abcdefg').toString('hex') +
      '1209' +
      '0a07' +
      '0a05' +
      Buffer.from('hello').toString('hex');
    const record = encodeRecord({ abcdefg: text('hello') });
    expect(record.subarray(12, -4).toString('hex')).toBe(example);
  });

  it('has the checksum that TensorFlow writes for the same length', () => {
    const record = encodeRecord({ abcdefg: text('hello') });
    expect(record.readBigUInt64LE(0)).toBe(24n);
    expect(record.subarray(0, 12)).toEqual(BY_TENSORFLOW.subarray(0, 12));
  });

  it('has CRC-32C for its checksum: the check value of the algorithm', () => {
    expect(crc32c('123456789')).toBe(0xe3069283);
  });
});

describe('a record that TensorFlow wrote', () => {
  it('passes both checksums, and is refused only because it is no Example', () => {
    expect(() => decode(BY_TENSORFLOW)).toThrow(TfRecordError);
    expect(() => decode(BY_TENSORFLOW)).toThrow(/x\.tfrecord: the record at byte 0 is no tf\.train\.Example/);
  });

  it('is refused for its checksum once a byte of it differs', () => {
    const damaged = Buffer.from(BY_TENSORFLOW);
    damaged[30]! ^= 1;
    expect(() => decode(damaged)).toThrow(/x\.tfrecord: the record at byte 0 is damaged/);
  });
});

describe('a damaged shard', () => {
  const first = encodeRecord({ name: text('first'), data: new Uint8Array(200) });
  const second = encodeRecord({ name: text('second') });
  const shard = Buffer.concat([first, second]);

  it('gives the records before the damage, then an error that names shard and place', () => {
    const damaged = Buffer.from(shard);
    damaged[first.length + 14]! ^= 0xff;
    const records = decodeRecords(damaged, 'x.tfrecord');
    expect(Buffer.from(records.next().value!.name!).toString()).toBe('first');
    expect(() => records.next()).toThrow(
      new TfRecordError(`x.tfrecord: the record at byte ${first.length} is damaged`),
    );
  });

  it.each([
    ['the length', 0, /length at byte 0 is damaged/],
    ["the length's checksum", 9, /length at byte 0 is damaged/],
    ['the example', 20, /record at byte 0 is damaged/],
    ["the example's checksum", first.length - 1, /record at byte 0 is damaged/],
  ])('is noticed by a flipped bit in %s', (_, byte, message) => {
    for (let bit = 0; bit < 8; bit++) {
      const damaged = Buffer.from(shard);
      damaged[byte]! ^= 1 << bit;
      expect(() => decode(damaged)).toThrow(TfRecordError);
      expect(() => decode(damaged)).toThrow(message);
    }
  });

  it('is noticed wherever it is cut off', () => {
    for (let end = 1; end < shard.length; end++) {
      if (end === first.length) continue;
      expect(() => decode(shard.subarray(0, end)), `cut at ${end}`).toThrow(/x\.tfrecord: cut off at byte/);
    }
    expect(decode(shard.subarray(0, first.length))).toHaveLength(1);
  });

  it('is noticed where something else follows, or stands in its place', () => {
    expect(() => decode(Buffer.concat([shard, Buffer.from('more of something else')]))).toThrow(TfRecordError);
    expect(() => decode(Buffer.from('<html>404 Not Found</html>'))).toThrow(TfRecordError);
    expect(() => decode(Buffer.alloc(64))).toThrow(TfRecordError);
  });
});
