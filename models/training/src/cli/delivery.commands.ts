import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { openStorage } from '@mushroom/recognition/registry/storage/open-storage';
import { serviceAccount } from '../deliver/actor.ts';
import { deliveryStatus } from '../deliver/delivery-status.ts';
import { DELIVERY_LABELS, promote, rollBack, type DeliveryLabel, type Move } from '../deliver/move-label.ts';
import { backendOption, bundleVersion, filePath } from '../terminal/options.ts';
import { emulatorOption, isBucket, storageUri } from './storage-uri.ts';

const deliveryCommand = (name: string, description: string) =>
  new Command(name)
    .description(`${description} Services that follow the bucket need no restart.`)
    .requiredOption('--to <uri>', 'gs://bucket, gs://bucket/prefix, or a folder such as models/registry', storageUri)
    .addOption(emulatorOption());

const nameOption = () => new Option('--name <name>', 'of the model').default('mushroom-classifier');

const aliasOption = () =>
  new Option('--alias <alias>', 'stable answers requests, canary is tried out').choices(DELIVERY_LABELS);

const actorOption = () =>
  new Option('--actor <text>', 'who does it, for the audit (default: the service account of the credentials)').env(
    'DELIVERY_ACTOR',
  );

type StorageOptions = { to: string; emulator?: string | undefined };

const open = ({ to, emulator }: StorageOptions) => openStorage(to, { apiEndpoint: emulator });

/** Scripts may still say --label, as the alias was called before. */
function takingLabelForAlias(command: CommandUnknownOpts): CommandUnknownOpts {
  return command
    .addOption(new Option('--label <alias>').choices(DELIVERY_LABELS).hideHelp())
    .on('option:label', (given: string) => {
      console.error(`${command.name()}: --label is called --alias now; the old name will go`);
      command.setOptionValueWithSource('alias', given, 'cli');
    });
}

async function actorFor(options: StorageOptions & { actor?: string | undefined }): Promise<string> {
  if (options.actor) return options.actor;
  return (isBucket(options.to) && !options.emulator ? await serviceAccount() : null) ?? 'not named';
}

const sentenceOf = ({ label, from, to }: Move) =>
  from === to ? `${label} is ${to} already` : `${label}: ${from ?? 'none'} → ${to ?? 'none'}`;

/** `mushroom publish` */
export const publishCommand = () =>
  deliveryCommand('publish', 'Checks a bundle, and puts it into a bucket as <name>/<version>/.')
    .requiredOption('--bundle <path>', "the bundle's folder: it is checked before it is published", filePath)
    .addOption(backendOption('what the golden outputs are checked on'))
    .addOption(actorOption())
    .action(async (options) => {
      const storage = await open(options);
      // Only this one runs a model, and TensorFlow.js takes seconds to load.
      const { startBackend } = await import('@mushroom/recognition/bundle/backend');
      const { publishBundle } = await import('../deliver/publish.ts');
      await startBackend(options.backend);
      const { name, version, isNew } = await publishBundle(options.bundle, storage, await actorFor(options));
      console.log(`${storage.uri}/${name}/${version} ${isNew ? 'is published' : 'was there already, the same'}`);
    });

/** `mushroom promote` */
export const promoteCommand = () =>
  takingLabelForAlias(
    deliveryCommand('promote', 'Gives an alias to a version that is in the bucket, whole.')
      .addOption(nameOption())
      .requiredOption('--version <n>', 'that gets the alias; it must be in the bucket, whole', bundleVersion)
      .addOption(aliasOption().makeOptionMandatory())
      .addOption(actorOption())
      .action(async (options) => {
        const { name, version, alias: label } = options;
        const storage = await open(options);
        const move = { version, label, actor: await actorFor(options) };
        console.log(sentenceOf(await promote(storage, name, move)));
      }),
  );

/** `mushroom rollback` */
export const rollbackCommand = () =>
  takingLabelForAlias(
    deliveryCommand('rollback', 'Undoes the last promotion of an alias.')
      .addOption(nameOption())
      .addOption(aliasOption().default<DeliveryLabel>('stable'))
      .addOption(actorOption())
      .action(async (options) => {
        const { name, alias: label } = options;
        console.log(sentenceOf(await rollBack(await open(options), name, { label, actor: await actorFor(options) })));
      }),
  );

/** `mushroom status` */
export const statusCommand = () =>
  deliveryCommand('status', 'Lists versions, their aliases and the last things that were done.').action(
    async (options) => {
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
    },
  );
