import type { Compared, Difference } from './comparison.ts';

interface Facts {
  day: string;
  versions: string;
  photos: number;
  small: Compared[];
  large: Compared[];
}

/** docs/encodings.md. */
export function pageOf({ day, versions, photos, small, large }: Facts): string {
  const differing = [...small, ...large].filter(({ differences }) => differences.length > 0);
  return `# Encodings that were tried

\`npm run verify:encodings\` asks the service (the file as it is), the page through the service, and the device about
${photos} licensed photos in each of these encodings, and writes this page. Last run: ${day}. ${versions}. What clients send, and
how, is on [the clients' page](clients.md).

${HOW}

## Photos of 512 pixels

"Same" counts the photos on which all three give the same decision, match and verdict, or all refuse. The page draws a
photo anew as a JPEG, which moves scores a little: the last column is the largest difference of the best score, or of
the risk.

${table(small)}

## Photos of 12 megapixels

Service and browser shrink by different filters here. The photos are enlarged, with a camera's noise.

${table(large)}

## Every difference

${
  differing.length === 0
    ? 'None.'
    : `"At a threshold": a score is within 0.02 of the threshold of its name, of "is a mushroom", or of its verdict.

| encoding | photo | service | page | device | at a threshold |
| --- | --- | --- | --- | --- | --- |
${differing.flatMap(({ encoding, differences }) => differences.map((one) => rowOf(encoding, one))).join('\n')}`
}
`;
}

const HOW = `## Who reads what

[One reader](../models/recognition/src/photo-file/photo-file.ts) decides for the service, the page and training which files
are taken, how they stand, and what their colours mean. What decoders differ in it takes out of the bytes, and with it all
that a file says about who took it and where. In Firefox and Safari the reader is the same, and the decoder another.

| what a file has | decoders by themselves | here |
| --- | --- | --- |
| orientation in a WebP | sharp turns it, Chromium doesn't | read by the reader, in JPEG, PNG and WebP, as SHORT or LONG |
| PNG: gAMA and cHRM, or cICP, in place of a profile | libvips reads neither | put as an ICC profile; the nearly sRGB that ImageMagick and ffmpeg write is sRGB; PQ and HLG are refused |
| PNG of 16 bits | of one with a profile sharp makes Display P3; Chromium keeps 8 bits of what is linear, and loses dark tones | taken; grey with other colours than sRGB's is refused |
| JPEG in CMYK | each has its own conversion | refused, \`unsupported_colours\` |
| JPEG that is lossless, arithmetic or of 12 bits | few read it | refused, \`unsupported_jpeg\` |
| JPEG without its end | both refuse it, be it two bytes | taken if at most 5 % of its rows are missing, less those; of a progressive one, if no more is missing than part of its last scan |
| animated WebP | Chromium shows its first picture | refused, \`animated_photo\` |
| animated PNG | | its first picture |
| AVIF | 4:2:0 differs by 0.4–0.8 levels, 20 at most: sharp and Chromium smooth colours differently | refused, \`unsupported_photo\` |
| JPEG XL, GIF, TIFF, … | Chromium reads some | refused, \`unsupported_photo\` |
| HEIC | Safari decodes it; sharp as it is installed doesn't, nor does Chromium | the page decodes it, by libheif-js where the browser can't; the service refuses it, \`heic_photo\` |
| WebP above the size that is needed | libwebp shrinks by a filter of its own | decoded whole, then shrunk as all others |`;

function table(compared: Compared[]): string {
  const rows = compared.map(({ encoding, photos, same, refused, largest }) => {
    const what = refused === photos ? 'refused' : refused === 0 ? 'taken' : `refused: ${refused}`;
    return `| ${encoding} | ${what} | ${same} of ${photos} | ${refused === photos ? '' : largest.toFixed(3)} |`;
  });
  return `| encoding | all sides | same | largest difference |\n| --- | --- | --- | --- |\n${rows.join('\n')}`;
}

function rowOf(encoding: string, { photo, api, page, device, atThreshold }: Difference): string {
  return `| ${encoding} | ${photo} | ${api} | ${page} | ${device} | ${atThreshold ? 'yes' : '**no**'} |`;
}
