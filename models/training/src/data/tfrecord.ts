import { crc32c } from '@node-rs/crc32';
import protobuf from 'protobufjs';

/**
 * The TFRecord container and its tf.train.Example payload.
 * Framing: https://www.tensorflow.org/tutorials/load_data/tfrecord ("TFRecords format details"); messages:
 * tensorflow/core/example/{example,feature}.proto. Protocol Buffers and CRC-32C come from libraries.
 */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message BytesList { repeated bytes value = 1; }
  message FloatList { repeated float value = 1 [packed = true]; }
  message Int64List { repeated int64 value = 1 [packed = true]; }
  message Feature { oneof kind { BytesList bytes_list = 1; FloatList float_list = 2; Int64List int64_list = 3; } }
  message Features { map<string, Feature> feature = 1; }
  message Example { Features features = 1; }
`);
const exampleType = root.lookupType('Example');

/** The features of an Example that are bytes, by name. Text is UTF-8. */
export type ByteFeatures = Record<string, Uint8Array>;

export class TfRecordError extends Error {
  override name = 'TfRecordError';
}

/** CRC-32C, rotated and offset so that the checksum of data that holds checksums stays sound. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return ((((crc >>> 15) | (crc << 17)) >>> 0) + 0xa282ead8) >>> 0;
}

/** One framed record: length, checksum of the length, the Example, checksum of the Example. */
export function encodeRecord(features: ByteFeatures): Buffer {
  const feature = Object.fromEntries(
    Object.entries(features).map(([name, value]) => [name, { bytesList: { value: [value] } }]),
  );
  const example = exampleType.encode(exampleType.create({ features: { feature } })).finish();
  const record = Buffer.alloc(12 + example.length + 4);
  record.writeBigUInt64LE(BigInt(example.length), 0);
  record.writeUInt32LE(maskedCrc(record.subarray(0, 8)), 8);
  record.set(example, 12);
  record.writeUInt32LE(maskedCrc(example), 12 + example.length);
  return record;
}

/**
 * The records of a shard, in order.
 * @throws TfRecordError where the shard is cut off, a checksum differs or a record is no Example.
 */
export function* decodeRecords(shard: Uint8Array, name: string): Generator<ByteFeatures> {
  const bytes = Buffer.from(shard.buffer, shard.byteOffset, shard.byteLength);
  let offset = 0;
  while (offset < bytes.length) {
    if (offset + 12 > bytes.length) throw new TfRecordError(`${name}: cut off at byte ${offset}`);
    if (bytes.readUInt32LE(offset + 8) !== maskedCrc(bytes.subarray(offset, offset + 8))) {
      throw new TfRecordError(`${name}: the length at byte ${offset} is damaged`);
    }
    const length = Number(bytes.readBigUInt64LE(offset));
    const start = offset + 12;
    if (start + length + 4 > bytes.length) throw new TfRecordError(`${name}: cut off at byte ${offset}`);
    const example = bytes.subarray(start, start + length);
    if (bytes.readUInt32LE(start + length) !== maskedCrc(example)) {
      throw new TfRecordError(`${name}: the record at byte ${offset} is damaged`);
    }
    yield featuresOf(example, `${name}: the record at byte ${offset}`);
    offset = start + length + 4;
  }
}

function featuresOf(example: Buffer, place: string): ByteFeatures {
  let message: { features: { feature: Record<string, { bytesList?: { value: Uint8Array[] } }> } | null };
  try {
    message = exampleType.decode(example) as unknown as typeof message;
  } catch {
    throw new TfRecordError(`${place} is no tf.train.Example`);
  }
  if (!message.features) throw new TfRecordError(`${place} is no tf.train.Example`);
  return Object.fromEntries(
    Object.entries(message.features.feature).map(([key, { bytesList }]) => [
      key,
      bytesList?.value[0] ?? new Uint8Array(),
    ]),
  );
}
