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
that a file says about who took it and where.`;

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
