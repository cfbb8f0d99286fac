import type { Compared, Difference } from './comparison.ts';

/** What came of photos of one size, when, and by which versions. */
interface OfSize {
  day: string;
  versions: string;
  compared: Compared[];
}

interface Facts {
  photos: number;
  small: OfSize;
  large: OfSize;
}

/** docs/encodings.md. */
export function pageOf({ photos, small, large }: Facts): string {
  const differing = [...small.compared, ...large.compared].filter(({ differences }) => differences.length > 0);
  return `# Encodings that were tried

\`npm run verify:encodings\` asks the service (the file as it is), the page through the service, and the device about
${photos} licensed photos in each of these encodings, and writes this page. What clients send, and how, is on
[the clients' page](clients.md).

${HOW}

## Photos of 512 pixels

Last run: ${small.day}. ${small.versions}.

"Same" counts the photos on which all three give the same decision, match and verdict, or all refuse. The last columns
are the largest differences: of a pixel's colour, of 255, between what the service decodes and what the page sends; and
of the best score or the risk, between the three answers. The device's sums differ from the service's in their last
digits.

${table(small.compared, ['levels', 'largest'])}

## Photos of 12 megapixels

Last run: ${large.day}. ${large.versions}.

Service and browser shrink by different filters here, and the page sends a JPEG of 1024 pixels. The photos are enlarged,
with a camera's noise. A PNG of so many pixels is a coarse one, as finer ones are larger than may be sent. The command fails if a verdict
is milder on one side and no score is at a threshold; of photos of 512 pixels, if anything else differs so.

${table(large.compared, ['largest'])}

## Every difference

${
  differing.length === 0
    ? 'None.'
    : `"At a threshold": the threshold of a name or of "is a mushroom" lies between scores that are all within 0.02 of it; or the
risk is near where a verdict changes (0.0025–0.0075; 0.313–0.353). "Milder": one side gives a less dangerous verdict than
another.

| encoding | photo | service | page | device | at a threshold | milder |
| --- | --- | --- | --- | --- | --- | --- |
${differing.flatMap(({ encoding, differences }) => differences.map((one) => rowOf(encoding, one))).join('\n')}`
}
`;
}

/** docs/on-device.md with its section of this name written again. */
export function withSummary(page: string, { photos, small, large }: Facts): string {
  const title = '## The same answer in every encoding';
  const start = page.indexOf(title);
  const end = page.indexOf('\n## ', start + 1);
  if (start < 0 || end < 0) throw new Error(`docs/on-device.md has no section "${title}"`);
  const isRefused = ({ refused, photos }: Compared) => refused === photos;
  const rows = [
    ['512 pixels', 'taken', small.compared.filter((one) => !isRefused(one))],
    ['512 pixels', 'refused', small.compared.filter(isRefused)],
    ['12 megapixels', 'taken', large.compared],
  ] as const;
  const section = `${title}

${photos} licensed photos in each encoding, by \`npm run verify:encodings\`, which writes this section; last run: ${small.day} for
those of 512 pixels, ${large.day} for those of 12 megapixels. "Same" counts the questions to which service, page and device give the same decision, match and
verdict, or all refuse. [All encodings, and every difference](encodings.md).

| photos of | by all | encodings | asked about | same | different, at a threshold | different otherwise | of those milder |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
${rows.map(([size, what, compared]) => summaryRow(size, what, compared)).join('\n')}
`;
  return page.slice(0, start) + section + page.slice(end);
}

function summaryRow(size: string, what: string, compared: Compared[]): string {
  const differences = compared.flatMap((one) => one.differences);
  const others = differences.filter((one) => !one.atThreshold);
  const milder = others.filter((one) => one.milder);
  const sum = (of: 'photos' | 'same') => compared.reduce((total, one) => total + one[of], 0);
  const counts = [differences.length - others.length, others.length, milder.length];
  const cells = [compared.length, sum('photos'), sum('same'), ...counts];
  return `| ${[size, what, ...cells.map((cell) => cell.toLocaleString('en'))].join(' | ')} |`;
}

const HOW = `## Who reads what

[One reader](../models/recognition/src/photo-file/photo-file.ts) decides for the service, the page and training which files
are taken, how they stand, and what their colours mean. What decoders differ in it takes out of the bytes, and with it all
that a file says about who took it and where. A decoder is told nothing of colours: they become sRGB after it, by
[one function](../models/recognition/src/photo-file/colours.ts) on all sides, as decoders round each in its own way. In
Firefox and Safari the reader is the same, and the decoder another.

| what a file has | decoders by themselves | here |
| --- | --- | --- |
| orientation in a WebP | sharp turns it, Chromium doesn't | read by the reader, in JPEG, PNG and WebP, as SHORT or LONG |
| ICC profile of primaries and curves, such as Display P3 | Little CMS and Skia differ by a level in 3 of 100 numbers | read by the reader, converted after the decoder |
| ICC profile with tables | likewise | left to the decoder; refused in PNGs of 16 bits |
| PNG: gAMA and cHRM, or cICP, in place of a profile | libvips reads neither | read by the reader; the nearly sRGB that ImageMagick and ffmpeg write is sRGB; PQ and HLG are refused |
| PNG of 16 bits | of one with a profile sharp makes Display P3; Chromium keeps 8 bits before it looks anything up | the upper 8 bits; linear ones are refused, of which 8 bits lose the dark tones |
| JPEG in CMYK | each has its own conversion | refused, \`unsupported_colours\` |
| JPEG that is lossless, arithmetic or of 12 bits | few read it | refused, \`unsupported_jpeg\` |
| JPEG without its end | both refuse it, be it two bytes | taken if at most 5 % of its rows are missing, less those, and the answer says so (\`photos[].missingRows\`, on the page a sentence); of a progressive one, if no more is missing than part of its last scan |
| half see-through pixels | of PNG Chromium rounds, sharp cuts off | laid on white by the decoder: a level apart |
| animated WebP | Chromium shows its first picture | refused, \`animated_photo\` |
| animated PNG | | its first picture |
| AVIF | 4:2:0 differs by 0.4–0.8 levels, 20 at most: sharp and Chromium smooth colours differently | refused, \`unsupported_photo\` |
| JPEG XL, GIF, TIFF, … | Chromium reads some | refused, \`unsupported_photo\` |
| HEIC | Safari decodes it; sharp as it is installed doesn't, nor does Chromium | the page decodes it, by libheif-js where the browser can't; the service refuses it, \`heic_photo\` |
| WebP above the size that is needed | libwebp shrinks by a filter of its own | decoded whole, then shrunk as all others |`;

function table(compared: Compared[], columns: ('levels' | 'largest')[]): string {
  const title = { levels: 'pixels', largest: 'scores' };
  const rows = compared.map((one) => {
    const { encoding, photos, same, refused } = one;
    const what = refused === photos ? 'refused' : refused === 0 ? 'taken' : `refused: ${refused}`;
    const value = { levels: String(one.levels), largest: scoreOf(one.largest) };
    return [
      encoding,
      what,
      `${same} of ${photos}`,
      ...columns.map((column) => (refused === photos ? '' : value[column])),
    ];
  });
  const heads = ['encoding', 'all sides', 'same', ...columns.map((column) => title[column])];
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

const scoreOf = (difference: number) => (difference < 0.0005 ? 'under 0.0005' : difference.toFixed(3));

function rowOf(encoding: string, { photo, api, page, device, atThreshold, milder }: Difference): string {
  const cells = [encoding, photo, api, page, device, atThreshold ? 'yes' : '**no**', milder ? 'yes' : 'no'];
  return `| ${cells.join(' | ')} |`;
}
