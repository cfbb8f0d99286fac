import { Command, InvalidArgumentError, Option } from 'commander';
import { startBackend } from '@mushroom/recognition/bundle/backend';
import { versionSchema } from '@mushroom/recognition/registry/labels.schema';
import { serviceAccount } from '../deliver/actor.ts';
import { deliveryStatus } from '../deliver/delivery-status.ts';
import { DELIVERY_LABELS, promote, rollBack, type DeliveryLabel, type Move } from '../deliver/move-label.ts';
import { publishBundle } from '../deliver/publish.ts';
import { filePath } from '../terminal/options.ts';
import { emulatorOption, isBucket, openNamedStorage, storageUri } from './storage-uri.ts';

const BACKENDS = ['auto', 'native', 'wasm'] as const;

interface StorageOptions {
  to: string;
  emulator?: string;
}

interface PublishOptions extends StorageOptions {
  bundle: string;
  backend: (typeof BACKENDS)[number];
  actor?: string;
}

interface MoveOptions extends StorageOptions {
  name: string;
  alias: DeliveryLabel;
  actor?: string;
}

interface PromoteOptions extends MoveOptions {
  version: string;
}

/** `mushroom publish` */
export function publishCommand(): Command {
  return deliveryCommand('publish', 'Checks a bundle, and puts it into a bucket as <name>/<version>/.')
    .requiredOption('--bundle <path>', "the bundle's folder: it is checked before it is published", filePath)
    .addOption(
      new Option('--backend <name>', 'what the golden outputs are checked on').choices(BACKENDS).default('auto'),
    )
    .addOption(actorOption())
    .action((options: PublishOptions) => publish(options));
}

/** `mushroom promote` */
export function promoteCommand(): Command {
  const command = deliveryCommand('promote', 'Gives an alias to a version that is in the bucket, whole.')
    .addOption(nameOption())
    .requiredOption('--version <n>', 'that gets the alias; it must be in the bucket, whole', versionOf)
    .addOption(aliasOption().makeOptionMandatory())
    .addOption(actorOption())
    .action((options: PromoteOptions) => promoteVersion(options));
  return takingLabelForAlias(command);
}

/** `mushroom rollback` */
export function rollbackCommand(): Command {
  const command = deliveryCommand('rollback', 'Undoes the last promotion of an alias.')
    .addOption(nameOption())
    .addOption(aliasOption().default('stable'))
    .addOption(actorOption())
    .action((options: MoveOptions) => undoPromotion(options));
  return takingLabelForAlias(command);
}

/** `mushroom status` */
export function statusCommand(): Command {
  return deliveryCommand('status', 'Lists versions, their aliases and the last things that were done.').action(
    (options: StorageOptions) => showStatus(options),
  );
}

function deliveryCommand(name: string, description: string): Command {
  return new Command(name)
    .description(`${description} Services that follow the bucket need no restart.`)
    .requiredOption('--to <uri>', 'gs://bucket, gs://bucket/prefix, or a folder such as models/registry', storageUri)
    .addOption(emulatorOption());
}

const nameOption = () => new Option('--name <name>', 'of the model').default('mushroom-classifier');

const aliasOption = () =>
  new Option('--alias <alias>', 'stable answers requests, canary is tried out').choices(DELIVERY_LABELS);

const actorOption = () =>
  new Option('--actor <text>', 'who does it, for the audit (default: the service account of the credentials)').env(
    'DELIVERY_ACTOR',
  );

/** Scripts may still say --label, as the alias was called before. */
function takingLabelForAlias(command: Command): Command {
  return command
    .addOption(new Option('--label <alias>').choices(DELIVERY_LABELS).hideHelp())
    .on('option:label', (given: string) => {
      console.error(`${command.name()}: --label is called --alias now; the old name will go`);
      command.setOptionValueWithSource('alias', given, 'cli');
    });
}

function versionOf(given: string): string {
  const version = versionSchema.safeParse(given);
  if (!version.success) throw new InvalidArgumentError('It takes a whole number from 1.');
  return version.data;
}

async function actorFor(options: StorageOptions & { actor?: string }): Promise<string> {
  if (options.actor) return options.actor;
  return (isBucket(options.to) && !options.emulator ? await serviceAccount() : null) ?? 'not named';
}

const sentenceOf = ({ label, from, to }: Move) =>
  from === to ? `${label} is ${to} already` : `${label}: ${from ?? 'none'} → ${to ?? 'none'}`;

const open = ({ to, emulator }: StorageOptions) => openNamedStorage(to, emulator);

async function publish(options: PublishOptions): Promise<void> {
  const storage = await open(options);
  await startBackend(options.backend);
  const { name, version, isNew } = await publishBundle(options.bundle, storage, await actorFor(options));
  console.log(`${storage.uri}/${name}/${version} ${isNew ? 'is published' : 'was there already, the same'}`);
}

async function promoteVersion(options: PromoteOptions): Promise<void> {
  const { name, version, alias: label } = options;
  const storage = await open(options);
  const move = { version, label, actor: await actorFor(options) };
  console.log(sentenceOf(await promote(storage, name, move)));
}

async function undoPromotion(options: MoveOptions): Promise<void> {
  const { name, alias: label } = options;
  console.log(sentenceOf(await rollBack(await open(options), name, { label, actor: await actorFor(options) })));
}

async function showStatus(options: StorageOptions): Promise<void> {
  const storage = await open(options);
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
}
