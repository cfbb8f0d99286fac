import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { runProgram, type Write } from '../terminal/command.ts';
import { blendCommand } from './blend.command.ts';
import { cleanCommand } from './clean.command.ts';
import { promoteCommand, publishCommand, rollbackCommand, statusCommand } from './delivery.commands.ts';
import { evaluateCommand } from './evaluate.command.ts';
import { failuresCommand } from './failures.command.ts';
import { identifyCommand } from './identify.command.ts';
import { quantiseCommand } from './quantise.command.ts';
import { recalibrateCommand } from './recalibrate.command.ts';
import { savedModelCommand } from './saved-model.command.ts';
import { segmentCommand } from './segment.command.ts';
import { shardsCommand } from './shards.command.ts';
import { slimCommand } from './slim.command.ts';
import { trainCommand } from './train.command.ts';

const COMMANDS: (() => CommandUnknownOpts)[] = [
  identifyCommand,
  trainCommand,
  evaluateCommand,
  recalibrateCommand,
  blendCommand,
  cleanCommand,
  slimCommand,
  quantiseCommand,
  segmentCommand,
  shardsCommand,
  savedModelCommand,
  failuresCommand,
  publishCommand,
  promoteCommand,
  rollbackCommand,
  statusCommand,
];

/**
 * Runs one command of `npm run mushroom -- <command>`.
 *
 * @param args what stands behind `mushroom`.
 * @param write where help and errors go; to the terminal if it is not given.
 * @returns the exit code: 0, 1 if the command failed, 2 if the command line is wrong.
 */
export function mushroom(args: readonly string[], write?: Write): Promise<number> {
  const program = new Command('mushroom')
    .description('Makes, judges, packs and delivers the models of the mushroom identifier, and asks them about photos.')
    .helpCommand(false);
  for (const command of COMMANDS) program.addCommand(command());
  return runProgram(program, args, write);
}
