/** A chunk of a PNG as it stands in the file. */
export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(data.length + 12);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) chunk[4 + i] = type.charCodeAt(i);
  chunk.set(data, 8);
  view.setUint32(data.length + 8, crc32(chunk.subarray(4, data.length + 8)));
  return chunk;
}

/** A PNG's chunk of an ICC profile. The profile is stored as it is: it is short, and browsers can't deflate at once. */
export function iccChunk(profile: Uint8Array): Uint8Array {
  const header = [0x69, 0x63, 0x63, 0, 0, 0x78, 0x01, 1];
  const { length } = profile;
  const data = new Uint8Array(header.length + 4 + length + 4);
  const view = new DataView(data.buffer);
  data.set(header);
  view.setUint16(header.length, length, true);
  view.setUint16(header.length + 2, ~length & 0xffff, true);
  data.set(profile, header.length + 4);
  view.setUint32(header.length + 4 + length, adler32(profile));
  return pngChunk('iCCP', data);
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return b * 65_536 + a;
}
