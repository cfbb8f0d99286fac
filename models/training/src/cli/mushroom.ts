import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { runProgram, type Write } from '../terminal/command.ts';

/** Each is loaded only when it is asked for: most bring TensorFlow.js along, which takes seconds to start. */
const COMMANDS: Record<string, () => Promise<CommandUnknownOpts>> = {
  identify: async () => (await import('./identify.command.ts')).identifyCommand(),
  train: async () => (await import('./train.command.ts')).trainCommand(),
  evaluate: async () => (await import('./evaluate.command.ts')).evaluateCommand(),
  recalibrate: async () => (await import('./recalibrate.command.ts')).recalibrateCommand(),
  blend: async () => (await import('./blend.command.ts')).blendCommand(),
  clean: async () => (await import('./clean.command.ts')).cleanCommand(),
  slim: async () => (await import('./slim.command.ts')).slimCommand(),
  quantise: async () => (await import('./quantise.command.ts')).quantiseCommand(),
  repack: async () => (await import('./repack.command.ts')).repackCommand(),
  segment: async () => (await import('./segment.command.ts')).segmentCommand(),
  shards: async () => (await import('./shards.command.ts')).shardsCommand(),
  'saved-model': async () => (await import('./saved-model.command.ts')).savedModelCommand(),
  failures: async () => (await import('./failures.command.ts')).failuresCommand(),
  publish: async () => (await import('./delivery.commands.ts')).publishCommand(),
  promote: async () => (await import('./delivery.commands.ts')).promoteCommand(),
  rollback: async () => (await import('./delivery.commands.ts')).rollbackCommand(),
  status: async () => (await import('./delivery.commands.ts')).statusCommand(),
};

/**
 * Runs one command of `npm run mushroom -- <command>`.
 *
 * @param args what stands behind `mushroom`.
 * @param write where help and errors go; to the terminal if it is not given.
 * @returns the exit code: 0, 1 if the command failed, 2 if the command line is wrong.
 */
export async function mushroom(args: readonly string[], write?: Write): Promise<number> {
  const program = new Command('mushroom')
    .description('Makes, judges, packs and delivers the models of the mushroom identifier, and asks them about photos.')
    .helpCommand(false);
  // Whatever names none of them, such as --help, gets an answer that tells of all.
  const [name = ''] = args;
  const asked = Object.hasOwn(COMMANDS, name) ? [COMMANDS[name]!] : Object.values(COMMANDS);
  for (const load of asked) program.addCommand(await load());
  return runProgram(program, args, write);
}
