#!/usr/bin/env bash
# Firefox's createImageBitmap() tells the kind of a picture by the first piece of a blob alone. Of one whose first piece is
# shorter than what that takes (three bytes of a JPEG), it says that the image "could not be decoded", though the blob has a
# type. Such blobs come from leaving out where a photo was taken: the two bytes before it, and the rest. The same bytes in one
# piece are decoded, and an <img> decodes all of them. Way out: put the pieces together first.
#
# Seen with Debian's Firefox 153.8.0esr, by puppeteer-core 24.43.1. Needs firefox-esr. Ends with 1 if that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund puppeteer-core@24.43.1 sharp@0.35.5
cat >finding.mjs <<'JS'
import puppeteer from 'puppeteer-core';
import sharp from 'sharp';

const photo = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#c03020' } }).jpeg().toBuffer();
const browser = await puppeteer.launch({ browser: 'firefox', executablePath: '/usr/bin/firefox-esr', headless: true });
const page = await browser.newPage();
const seen = await page.evaluate(async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const type = 'image/jpeg';
  const whole = new Blob([bytes], { type });
  const pieces = (cut) => new Blob([bytes.subarray(0, cut), bytes.subarray(cut)], { type });
  const bitmap = (blob) => createImageBitmap(blob).then(({ width }) => width, ({ name }) => name);
  const image = async (blob) => {
    const element = new Image();
    element.src = URL.createObjectURL(blob);
    return element.decode().then(() => element.naturalWidth, ({ name }) => name);
  };
  const seen = { whole: await bitmap(whole) };
  for (const cut of [1, 2, 3, 100]) seen[cut] = [await bitmap(pieces(cut)), await image(pieces(cut))];
  return seen;
}, photo.toString('base64'));
console.log(await browser.version(), seen);
await browser.close();
const failing = 'InvalidStateError,300';
process.exitCode = String(Object.values(seen)) === `${failing},${failing},300,300,300,300,300` ? 0 : 1;
JS
node finding.mjs
