#!/usr/bin/env bash
# libheif-js, with which many pages decode HEIC, gives the numbers of Display P3, in which iPhones take photos, as if they
# were sRGB: a page that puts them on a canvas, as its README shows, has paler colours than the photo, and no word of it.
# Its images don't tell the profile; only the functions of C that it exports do, which take a handle that is not documented.
#
# Seen with libheif-js 1.23.2, on a HEIC that heif-enc (Debian's libheif-examples 1.15.1) made: the colour 200, 60, 40 of
# sRGB comes out as its numbers in Display P3, 186, 71, 50. Ends with 1 if that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund libheif-js@1.23.2 sharp@0.35.5
cat >picture.mjs <<'JS'
import sharp from 'sharp';
const background = { r: 200, g: 60, b: 40 };
await sharp({ create: { width: 64, height: 64, channels: 3, background } }).withIccProfile('p3').png().toFile('p3.png');
JS
node picture.mjs
heif-enc -q 95 -o p3.heic p3.png >/dev/null
cat >finding.cjs <<'JS'
const { readFileSync } = require('node:fs');
const libheif = require('libheif-js/wasm-bundle');
const file = readFileSync('p3.heic');
const [image] = new libheif.HeifDecoder().decode(file);
const [width, height] = [image.get_width(), image.get_height()];
image.display({ data: new Uint8ClampedArray(width * height * 4), width, height }, ({ data }) => {
  const seen = [...data.slice(0, 3)];
  const told = Object.getOwnPropertyNames(libheif.HeifImage.prototype).filter((name) => /colou?r|profile|icc/i.test(name));
  console.log('libheif-js', require('libheif-js/package.json').version, { seen, profileIn: file.includes('colrprof'), told });
  const near = (wanted) => seen.every((value, i) => Math.abs(value - wanted[i]) <= 4);
  process.exitCode = file.includes('colrprof') && near([184, 71, 49]) && !near([200, 60, 40]) && told.length === 0 ? 0 : 1;
});
JS
node finding.cjs
