// Calls the built service with Python's clients and curl, each as it comes, holds what they are answered against the
// service's own answers, and writes docs/clients.md. `npm run verify:clients`; needs Python 3.11 with venv, PyPI and curl.
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';
import prettier from 'prettier';
import { licensedPhoto } from '../licensed-photo.ts';
import { pythonWith } from '../python-environment.ts';
import { repository, startService } from '../service-process.ts';

const run = promisify(execFile);

const PAGE = path.join(repository, 'docs/clients.md');
const PHOTO = licensedPhoto('amanita-muscaria-2.jpg');
const INFER = '/v2/models/mushroom-classifier/infer';
/** Of floats that came as text. */
const TOLERANCE = 1e-6;

type Tensors = Record<'logits' | 'probabilities', number[]>;
type Identification = Pick<IdentificationResponse, 'match' | 'candidates'>;

/** What a client called, and was answered: as call.py prints it. */
interface Call {
  client: string;
  version: string;
  call: string;
  kind: 'identification' | 'photo' | 'pixels' | 'classes' | 'refused' | 'true' | 'metadata';
  answer: unknown;
}

interface Expected {
  identification: Identification;
  photo: Tensors;
  pixels: Tensors;
  labels: { kind: string; taxon?: string }[];
}

/** Asks as the page and the tests do, with types declared. */
async function answerOf<T>(address: string, init?: RequestInit): Promise<T> {
  const answer = await fetch(address, init);
  if (!answer.ok) throw new Error(`${address}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

async function inferred(url: string, input: object): Promise<Tensors> {
  const { outputs } = await answerOf<{ outputs: { name: keyof Tensors; data: number[] }[] }>(url + INFER, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: [input] }),
  });
  return Object.fromEntries(outputs.map(({ name, data }) => [name, data])) as Tensors;
}

async function expectedOf(url: string): Promise<Expected> {
  const photo = await readFile(PHOTO);
  const form = new FormData();
  form.append('image', new Blob([photo], { type: 'image/jpeg' }), 'photo.jpg');
  const { model, ...identification } = await answerOf<IdentificationResponse>(`${url}/api/v1/identifications`, {
    method: 'POST',
    body: form,
  });
  const { input, labels } = await answerOf<{ input: { size: number }; labels: Expected['labels'] }>(
    `${url}/api/v1/models/${model.name}/versions/${model.version}`,
  );
  const shape = [1, input.size, input.size, 3];
  const ramp = Array.from({ length: shape.reduce((a, b) => a * b) }, (_, index) => index % 256);
  return {
    identification,
    labels,
    photo: await inferred(url, { name: 'image', datatype: 'BYTES', shape: [1], data: [photo.toString('base64')] }),
    pixels: await inferred(url, { name: 'pixels', datatype: 'UINT8', shape, data: ramp }),
  };
}

const near = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((value, index) => Math.abs(value - b[index]!) <= TOLERANCE);

function sameTensors(answer: unknown, expected: Tensors): boolean {
  const { logits, probabilities } = answer as Tensors;
  return near(logits, expected.logits) && near(probabilities, expected.probabilities);
}

function sameIdentification(answer: unknown, { match, candidates }: Identification): boolean {
  const { match: theirs, candidates: others = [] } = answer as Partial<Identification>;
  const names = (list: Identification['candidates']) => list.map(({ taxon }) => taxon).join();
  return (
    theirs?.taxon === match?.taxon &&
    names(others) === names(candidates) &&
    near(
      others.map(({ score }) => score),
      candidates.map(({ score }) => score),
    )
  );
}

function bestClasses({ photo: { probabilities }, labels }: Expected): string[] {
  const best = [...probabilities.keys()].toSorted((a, b) => probabilities[b]! - probabilities[a]!).slice(0, 3);
  return best.map((index) => `${probabilities[index]!.toFixed(6)}:${index}:${labels[index]!.taxon}`);
}

function isRight({ kind, answer }: Call, expected: Expected): boolean {
  switch (kind) {
    case 'identification':
      return sameIdentification(answer, expected.identification);
    case 'photo':
    case 'pixels':
      return sameTensors(answer, expected[kind]);
    case 'classes':
      return String(answer) === String(bestClasses(expected));
    case 'refused':
      return /A file is not an accepted kind of photo: The file is not /.test(String(answer));
    case 'true':
      return answer === true;
    case 'metadata':
      return String((answer as { extensions: string[] }).extensions) === 'binary_tensor_data,classification';
  }
}

async function pythonCalls(url: string): Promise<Call[]> {
  const python = await pythonWith('clients', path.join(import.meta.dirname, 'requirements.txt'));
  const printed = await python(path.join(import.meta.dirname, 'call.py'), url, PHOTO);
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Call);
}

async function curlCalls(url: string): Promise<Call[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'curl-'));
  try {
    await copyFile(PHOTO, path.join(folder, 'photo'));
    const data = [(await readFile(PHOTO)).toString('base64')];
    const request = { inputs: [{ name: 'image', datatype: 'BYTES', shape: [1], data }] };
    await writeFile(path.join(folder, 'request.json'), JSON.stringify(request));
    const version = /^curl (\S+)/.exec((await run('curl', ['--version'])).stdout)![1]!;
    const call = async (kind: Call['kind'], address: string, ...options: string[]): Promise<Call> => {
      const { stdout } = await run('curl', ['--silent', ...options, url + address], { cwd: folder });
      const shown = options.map((option) => (/[ :;*]/.test(option) ? `'${option}'` : option)).join(' ');
      return { client: 'curl', version, call: `curl ${shown}`, kind, answer: JSON.parse(stdout) };
    };
    const tensorsOf = ({ answer, ...rest }: Call): Call => {
      const { outputs = [] } = answer as { outputs?: { name: string; data: number[] }[] };
      return { ...rest, answer: Object.fromEntries(outputs.map((output) => [output.name, output.data])) };
    };
    return [
      await call('identification', '/api/v1/identifications', '-F', 'image=@photo'),
      await call('identification', '/api/v1/identifications', '-F', 'image=@photo;type=*/*'),
      tensorsOf(await call('photo', INFER, '-d', '@request.json')),
      tensorsOf(await call('photo', INFER, '-H', 'Content-Type:', '--data-binary', '@request.json')),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** How a call is worded on the page. */
const KINDS: Record<Call['kind'], string> = {
  identification: 'the identification of a photo',
  photo: 'logits and probabilities of a photo',
  pixels: 'logits and probabilities of pixels',
  classes: 'the three best classes of a photo',
  refused: 'the sentence that says why not',
  true: 'yes',
  metadata: 'the extensions',
};

function pageOf(rows: (Call & { right: boolean })[]): string {
  const inTable = (text: string) => `\`${text}\``.replaceAll('|', '\\|');
  return [
    '# Clients that were tried',
    '',
    '`npm run verify:clients` starts the built service, calls it with each client as it comes from PyPI, with its defaults',
    'where none are named, and writes this page. An answer is right where it equals the one that the service gives to a',
    `request with everything declared. Last run: ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, on \`amanita-muscaria-2.jpg\`.`,
    '',
    'What they differ in: Python’s requests declares no type of a photo, httpx and aiohttp declare one that says nothing where',
    'the file’s name has no ending. Triton’s client declares no type at all and sends tensors as bytes; its asyncio client says',
    'that it takes Brotli, and does not, so it is sent none. KServe’s reads what an error says only where JSON has no charset.',
    'Parts of other clients, written by hand, are in [declared-types.spec.ts](../api-service/src/photos/declared-types.spec.ts).',
    'What photos may be is on [the page of encodings](encodings.md).',
    '',
    '| client | version | call | what is wanted | answered rightly |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map(
      ({ client, version, call, kind, right }) =>
        `| ${client} | ${version} | ${inTable(call)} | ${KINDS[kind]} | ${right ? 'yes' : '**no**'} |`,
    ),
    '',
  ].join('\n');
}

const service = await startService({ RATE_LIMIT: '0', LOG_LEVEL: 'error' });
try {
  const expected = await expectedOf(service.url);
  const calls = [...(await pythonCalls(service.url)), ...(await curlCalls(service.url))];
  const rows = calls.map((call) => ({ ...call, right: isRight(call, expected) }));
  const options = await prettier.resolveConfig(PAGE);
  await writeFile(PAGE, await prettier.format(pageOf(rows), { ...options, parser: 'markdown' }));
  const wrong = rows.filter(({ right }) => !right);
  for (const { client, call, answer } of wrong)
    console.log(`${client} ${call}: ${JSON.stringify(answer).slice(0, 300)}`);
  console.log(`${rows.length - wrong.length} of ${rows.length} calls were answered rightly: ${PAGE}`);
  if (wrong.length > 0) process.exitCode = 1;
} finally {
  await service.stop();
}
