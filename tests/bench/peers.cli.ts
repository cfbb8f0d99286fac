import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { graphFrom } from '@mushroom/recognition/bundle/bundle-reader';
import { onnxModelOf } from '@mushroom/recognition/bundle/onnx-model';
import type { ValuesOf } from '../documents/figures.schema.ts';
import { repository, startService, type ServiceProcess } from '../service-process.ts';
import { recordFigures } from './figures-file.ts';
import { answersUnder } from './load.ts';
import { measuringOptions } from './measuring-options.ts';
import { installNodePeer, installPythonPeer } from './peers/install.ts';
import { startPeer, type Peer } from './peers/start-peer.ts';
import { photoOfSize } from './photo-of-size.ts';
import { percentile, printTable, report, short, type Bound } from './report.ts';
import { processesOf } from './service-processes.ts';

// The service beside what else serves such a network, in turn in one run: the same photos, the same clients, the same
// processors. Times differ between machines; their ratios hardly do.

const values = measuringOptions('peers', {
  rounds: { type: 'string', default: '3', about: 'in each of which everything is measured once' },
  seconds: { type: 'string', default: '6', about: 'that each scenario goes on' },
  registry: { type: 'string', default: 'models/registry', about: 'folder of the models' },
  only: { type: 'string', multiple: true, about: 'of the servers, by their names; all of them where not given' },
});

const WARM_UP_SECONDS = 2;

/**
 * What the service answers with, as far as the registry has it. `network` is whose float32 network the peers are given;
 * `memoryMb` what the service with its workers may take.
 */
const SERVED = [
  { name: 'default, float32', network: 'default', model: 'mushroom-classifier/4', memoryMb: 460 },
  { name: 'default, int8', network: 'default', model: 'mushroom-classifier-int8/1', memoryMb: 330 },
  { name: 'student, int8', network: 'student', model: 'mushroom-student-int8/1', memoryMb: 330 },
] as const;
const READY_SECONDS = 1.5;
type Served = (typeof SERVED)[number]['name'];

const FLOAT32 = { default: 'mushroom-classifier/4', student: 'mushroom-student/2' } as const;
type Network = keyof typeof FLOAT32;

const SCENARIOS = [
  { name: '8 clients, 1 MP', clients: 8, megapixels: 1 },
  { name: '8 clients, 12 MP', clients: 8, megapixels: 12 },
  { name: '1 client, 1 MP', clients: 1, megapixels: 1 },
  { name: '1 client, 12 MP', clients: 1, megapixels: 12 },
] as const;
type ScenarioName = (typeof SCENARIOS)[number]['name'];

interface Server {
  name: string;
  start(): Promise<Peer & { service?: ServiceProcess }>;
}

const directoryOf = (model: string) => path.resolve(repository, values.registry, model);

/** The network as anybody would have it who has converted the graph: it says logits, and nothing of class maps. */
async function networkFile(network: Network): Promise<string> {
  const directory = directoryOf(FLOAT32[network]);
  const file = path.join(repository, '.build/bench/peers', `${network}.onnx`);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, onnxModelOf(await graphFrom({ directory }).load!()));
  return file;
}

async function servers(): Promise<Server[]> {
  await startBackend('wasm');
  const list: Server[] = SERVED.filter(({ model }) => existsSync(directoryOf(model))).map(({ name, model }) => ({
    name,
    start: async () => {
      const [MODEL_NAME, MODEL_VERSION] = model.split('/') as [string, string];
      const registry = { MODEL_REGISTRY: path.resolve(repository, values.registry), MODEL_NAME, MODEL_VERSION };
      const service = await startService({ ...registry, RATE_LIMIT: '0', LOG_LEVEL: 'error' });
      return { url: service.url, stop: async () => void (await service.stop()), service };
    },
  }));
  for (const network of Object.keys(FLOAT32) as Network[]) {
    const file = await networkFile(network);
    const size = String({ default: 260, student: 160 }[network]);
    for (const mode of ['plain', 'tuned']) {
      const argumentsOn = (port: number) => ['onnx-peer.js', file, size, String(port), mode];
      list.push({
        name: `${mode} peer, ${network}`,
        start: async () => startPeer(process.execPath, argumentsOn, await installNodePeer()),
      });
    }
  }
  list.push({
    name: 'FastAPI + Keras',
    start: async () => {
      const folder = await installPythonPeer();
      const argumentsOn = (port: number) => ['-m', 'uvicorn', 'keras_peer:app', '--port', String(port)];
      return startPeer(path.join(folder, 'venv/bin/python'), argumentsOn, folder);
    },
  });
  const { only } = values;
  return only ? list.filter(({ name }) => only.includes(name)) : list;
}

interface Measured {
  server: string;
  round: number;
  scenario: ScenarioName;
  perSecond: number;
  p50Ms: number;
}

type ServiceMeasured = ValuesOf<'peers'>['services'][number];
const services: ServiceMeasured[] = [];

async function measure(server: Server, round: number, photos: ReadonlyMap<number, Buffer<ArrayBuffer>>) {
  const started = performance.now();
  const peer = await server.start();
  const readySeconds = (performance.now() - started) / 1000;
  try {
    const rows: Measured[] = [];
    for (const { name: scenario, clients, megapixels } of SCENARIOS) {
      process.stderr.write(`round ${round}: ${server.name}, ${scenario} …\n`);
      const load = { url: peer.url, photo: photos.get(megapixels)!, clients };
      await answersUnder({ ...load, until: { seconds: WARM_UP_SECONDS } });
      const { answers, seconds, unanswered } = await answersUnder({
        ...load,
        until: { seconds: Number(values.seconds) },
      });
      if (unanswered > 0 || answers.some(({ status }) => status !== 200)) {
        throw new Error(`${server.name}: not every request succeeded`);
      }
      const p50Ms = percentile(
        answers.map(({ ms }) => ms),
        0.5,
      );
      rows.push({ server: server.name, round, scenario, perSecond: answers.length / seconds, p50Ms });
    }
    if (peer.service) {
      const { parent, workers } = await processesOf(peer.service);
      const memoryMb = Math.round([parent, ...workers].reduce((sum, { megabytes }) => sum + megabytes, 0));
      services.push({ served: server.name, readySeconds: Number(readySeconds.toFixed(2)), memoryMb });
    }
    return rows;
  } finally {
    await peer.stop();
  }
}

const photos = new Map<number, Buffer<ArrayBuffer>>();
for (const megapixels of [1, 12]) photos.set(megapixels, await photoOfSize(megapixels));
const measured: Measured[] = [];
const all = await servers();
for (let round = 1; round <= Number(values.rounds); round++) {
  // In another order each time: who comes first finds the machine cooler.
  const turned = [...all.slice(round % all.length), ...all.slice(0, round % all.length)];
  for (const server of turned) measured.push(...(await measure(server, round, photos)));
}

const exact = (ratio: number) => Number(ratio.toFixed(2));
const median = (numbers: readonly number[]) => percentile(numbers, 0.5);
const valuesOf = (server: string, scenario: ScenarioName, figure: 'perSecond' | 'p50Ms') =>
  measured.filter((row) => row.server === server && row.scenario === scenario).map((row) => row[figure]);

printTable(
  ['server', ...SCENARIOS.map(({ name, clients }) => `${name}, ${clients === 1 ? 'p50 ms' : 'a second'}`)],
  all.map(({ name }) => [
    name,
    ...SCENARIOS.map(({ name: scenario, clients }) =>
      short(median(valuesOf(name, scenario, clients === 1 ? 'p50Ms' : 'perSecond'))),
    ),
  ]),
);

/** What the service has to reach beside a peer: at least so many times its requests, or at most so much of its time. */
interface Claim {
  served: Served;
  peer: 'plain' | 'tuned' | 'keras';
  scenario: ScenarioName;
  bound: number;
}

const CLAIMS: Claim[] = [
  { served: 'default, float32', peer: 'plain', scenario: '8 clients, 1 MP', bound: 1.4 },
  { served: 'default, float32', peer: 'tuned', scenario: '8 clients, 1 MP', bound: 1 },
  { served: 'default, float32', peer: 'plain', scenario: '8 clients, 12 MP', bound: 1.15 },
  { served: 'default, float32', peer: 'tuned', scenario: '8 clients, 12 MP', bound: 1 },
  { served: 'default, float32', peer: 'plain', scenario: '1 client, 1 MP', bound: 1 },
  { served: 'default, float32', peer: 'plain', scenario: '1 client, 12 MP', bound: 1 },
  { served: 'default, float32', peer: 'keras', scenario: '8 clients, 1 MP', bound: 5.5 },
  { served: 'default, int8', peer: 'plain', scenario: '8 clients, 1 MP', bound: 2.2 },
  { served: 'default, int8', peer: 'tuned', scenario: '8 clients, 1 MP', bound: 1.6 },
  { served: 'default, int8', peer: 'plain', scenario: '1 client, 1 MP', bound: 0.7 },
  { served: 'default, int8', peer: 'keras', scenario: '8 clients, 1 MP', bound: 9 },
  { served: 'student, int8', peer: 'plain', scenario: '8 clients, 1 MP', bound: 1.8 },
  { served: 'student, int8', peer: 'tuned', scenario: '8 clients, 1 MP', bound: 1.2 },
  { served: 'student, int8', peer: 'plain', scenario: '8 clients, 12 MP', bound: 1.2 },
  { served: 'student, int8', peer: 'tuned', scenario: '8 clients, 12 MP', bound: 1.05 },
  { served: 'student, int8', peer: 'plain', scenario: '1 client, 1 MP', bound: 0.85 },
  { served: 'student, int8', peer: 'keras', scenario: '8 clients, 1 MP', bound: 16 },
];

function ratiosOf({ served, peer, scenario }: Claim): number[] {
  const { network } = SERVED.find(({ name }) => name === served)!;
  const figure = scenario.startsWith('1 client') ? 'p50Ms' : 'perSecond';
  const other = peer === 'keras' ? 'FastAPI + Keras' : `${peer} peer, ${network}`;
  const theirs = valuesOf(other, scenario, figure);
  // Of the same round: what slows the machine for a while slows both.
  return valuesOf(served, scenario, figure).map((ours, round) => ours / theirs[round]!);
}

const ratios = CLAIMS.map((claim) => ({ ...claim, ratios: ratiosOf(claim) })).filter(({ ratios }) => ratios.length > 0);
const bounds: Bound[] = ratios.map(({ served, peer, scenario, bound, ratios }) => {
  const isTime = scenario.startsWith('1 client');
  const ratio = median(ratios);
  const spread = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
  return {
    what: `${served} : ${peer}, ${scenario}: ${ratio.toFixed(2)} × (${spread}; at ${isTime ? 'most' : 'least'} ${bound})`,
    holds: isTime ? ratio <= bound : ratio >= bound,
  };
});
/** The largest of the rounds. */
const largest = SERVED.flatMap(({ name, memoryMb }) => {
  const own = services.filter(({ served }) => served === name);
  if (own.length === 0) return [];
  const most = (figure: 'readySeconds' | 'memoryMb') => Math.max(...own.map((row) => row[figure]));
  const row = { served: name, readySeconds: most('readySeconds'), memoryMb: most('memoryMb') };
  bounds.push({
    what: `${name}: ${row.memoryMb} MB after 12 MP (at most ${memoryMb})`,
    holds: row.memoryMb <= memoryMb,
  });
  bounds.push({
    what: `${name}: ready after ${row.readySeconds} s (at most ${READY_SECONDS})`,
    holds: row.readySeconds <= READY_SECONDS,
  });
  return [row];
});
await report('peers', { measured, services }, bounds);
// A bound that is missed is recorded as well: the figures are of others' servers too.
if (values.record) {
  await recordFigures('peers', {
    rounds: Number(values.rounds),
    ratios: ratios.map(({ served, peer, scenario, bound, ratios }) => ({
      ...{ served, peer, scenario, bound },
      ...{ median: exact(median(ratios)), lowest: exact(Math.min(...ratios)), highest: exact(Math.max(...ratios)) },
    })),
    services: largest,
  });
  console.log('Recorded in docs/figures.json.');
}
