import { parseArgs } from 'node:util';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { versionSchema } from '@mushroom/recognition/registry/labels.schema';
import { invocationPath } from '../terminal/invocation-path.ts';
import { openStorage } from '@mushroom/recognition/registry/storage/open-storage';
import type { ObjectStorage } from '@mushroom/recognition/registry/storage/object-storage';
import { serviceAccount } from './actor.ts';
import { deliveryStatus } from './delivery-status.ts';
import { DELIVERY_LABELS, promote, rollBack, type DeliveryLabel, type Move } from './move-label.ts';
import { publishBundle } from './publish.ts';
import { runCommand } from '../terminal/command.ts';

const HELP = `Delivers models: into a bucket, and from version to version. Services that follow the bucket need no restart.

  npm run publish  -w models -- --bundle PATH --to URI
  npm run promote  -w models -- --to URI --version N --label stable|canary
  npm run rollback -w models -- --to URI --label stable|canary
  npm run status   -w models -- --to URI

  --to URI           gs://bucket, gs://bucket/prefix, or a folder such as models/registry
  --bundle PATH      a bundle's folder: it is checked, then published as <name>/<version>/
  --name NAME        of the model (default: mushroom-classifier)
  --version N        that gets the label; it must be in the bucket, whole
  --label LABEL      stable answers requests, canary is tried out (default of rollback: stable)
  --backend NAME     auto, native or wasm: what the golden outputs are checked on (default: auto)
  --actor TEXT       who does it, for the audit (default: DELIVERY_ACTOR, else the service account of the credentials)

STORAGE_EMULATOR_HOST, such as http://127.0.0.1:4443, is asked in place of Google.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    to: { type: 'string' },
    bundle: { type: 'string' },
    name: { type: 'string', default: 'mushroom-classifier' },
    version: { type: 'string' },
    label: { type: 'string' },
    backend: { type: 'string', default: 'auto' },
    actor: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const { STORAGE_EMULATOR_HOST: emulator, DELIVERY_ACTOR: actorOfEnvironment } = process.env;

function given(flag: 'to' | 'bundle' | 'version' | 'label'): string {
  const value = values[flag];
  if (!value) throw new Error(`--${flag} is needed; --help tells more`);
  return value;
}

function labelOf(value: string): DeliveryLabel {
  const label = DELIVERY_LABELS.find((known) => known === value);
  if (!label) throw new Error(`--label is ${DELIVERY_LABELS.join(' or ')}, not "${value}"`);
  return label;
}

async function actorFor({ uri }: ObjectStorage): Promise<string> {
  const named = values.actor ?? actorOfEnvironment;
  if (named) return named;
  return (uri.startsWith('gs://') && !emulator ? await serviceAccount() : null) ?? 'not named';
}

async function open(): Promise<ObjectStorage> {
  const to = given('to');
  const uri = /^\w+:\/\//.test(to) ? to : invocationPath(to);
  return openStorage(uri, emulator ? { apiEndpoint: emulator } : {});
}

const sentenceOf = ({ label, from, to }: Move) =>
  from === to ? `${label} is ${to} already` : `${label}: ${from ?? 'none'} → ${to ?? 'none'}`;

const COMMANDS: Record<string, () => Promise<void>> = {
  async publish() {
    if (!['auto', 'native', 'wasm'].includes(values.backend)) throw new Error('--backend is auto, native or wasm');
    const directory = invocationPath(given('bundle'));
    const storage = await open();
    await startBackend(values.backend as 'auto');
    const { name, version, isNew } = await publishBundle(directory, storage, await actorFor(storage));
    console.log(`${storage.uri}/${name}/${version} ${isNew ? 'is published' : 'was there already, the same'}`);
  },
  async promote() {
    const label = labelOf(given('label'));
    const version = versionSchema.safeParse(given('version'));
    if (!version.success) throw new Error(`--version takes a whole number from 1, not "${values.version}"`);
    const storage = await open();
    const move = { version: version.data, label, actor: await actorFor(storage) };
    console.log(sentenceOf(await promote(storage, values.name, move)));
  },
  async rollback() {
    const label = labelOf(values.label ?? 'stable');
    const storage = await open();
    console.log(sentenceOf(await rollBack(storage, values.name, { label, actor: await actorFor(storage) })));
  },
  async status() {
    const storage = await open();
    const models = await deliveryStatus(storage);
    if (models.length === 0) console.log(`${storage.uri} holds no model`);
    for (const { name, versions, audit } of models) {
      console.log(name);
      for (const { version, bytes, labels } of versions) {
        console.log(`  ${version.padStart(4)}  ${(bytes / 1e6).toFixed(1)} MB  ${labels.join(', ')}`);
      }
      for (const { at, action, label, from, to, actor } of audit.slice(-5)) {
        console.log(`  ${at}  ${action} ${label ?? ''} ${from ?? '–'} → ${to ?? '–'}  by ${actor}`);
      }
    }
  },
};

const command = COMMANDS[positionals[0] ?? ''];
if (values.help || !command) {
  console.log(HELP);
  if (!values.help) process.exitCode = 1;
} else {
  await runCommand(positionals[0]!, command);
}
