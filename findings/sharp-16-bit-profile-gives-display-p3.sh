#!/usr/bin/env bash
# sharp gives numbers of Display P3, and calls them sRGB, for a PNG of 16 bits that has an ICC profile: saturated colours come
# out paler. A PNG of 8 bits with the same profile and colour comes out right, and so does one of 16 bits without a profile.
# Way out: withIccProfile('srgb'), which converts once more.
#
# Seen with sharp 0.35.5 (libvips 8.18.7): the colour 100, 76, 4 with sRGB's own profile comes out as 96, 77, 22. Ends with 1
# if that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund sharp@0.35.5
cat >finding.mjs <<'JS'
import sharp from 'sharp';

const colour = [100, 76, 4];
const raw = { width: 1, height: 1, channels: 3 };
const narrow = sharp(Uint8Array.from(colour), { raw });
const wide = () => sharp(Uint16Array.from(colour, (value) => value * 257), { raw }).toColourspace('rgb16');
// sRGB's profile as sharp writes it, put by hand into a PNG of 16 bits.
const withProfile = await narrow.clone().withIccProfile('srgb').png().toBuffer();
const [at, length] = [withProfile.indexOf('iCCP') - 4, withProfile.readUInt32BE(withProfile.indexOf('iCCP') - 4) + 12];
const profile = withProfile.subarray(at, at + length);
const plain = await wide().png().toBuffer();
const wideWithProfile = Buffer.concat([plain.subarray(0, 33), profile, plain.subarray(33)]);

const read = async (file) => [...(await file.raw({ depth: 'uchar' }).toBuffer())].join(', ');
const seen = {
  '8 bits, profile': await read(sharp(withProfile).toColourspace('srgb')),
  '16 bits, no profile': await read(sharp(plain).toColourspace('srgb')),
  '16 bits, profile': await read(sharp(wideWithProfile).toColourspace('srgb')),
  '16 bits, profile, withIccProfile': await read(sharp(wideWithProfile).toColourspace('srgb').withIccProfile('srgb')),
};
console.log(sharp.versions.sharp, sharp.versions.vips, seen);
const far = (text) => Math.max(...text.split(', ').map((value, i) => Math.abs(value - colour[i])));
const [a, b, wrong, mended] = Object.values(seen).map(far);
process.exitCode = a <= 1 && b <= 1 && wrong > 10 && mended <= 1 ? 0 : 1;
JS
node finding.mjs
