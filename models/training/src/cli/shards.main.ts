// The data job's image holds this one command, bundled into one file without the packages of the others.
import { CommanderError } from 'commander';
import { runToExit, UsageError } from '../terminal/command.ts';
import { shardsCommand } from './shards.command.ts';

// A Job gives an index up at 2, and tries again at 1.
const [TRY_AGAIN, GIVE_UP] = [1, 2];

await runToExit(async () => {
  try {
    await shardsCommand().exitOverride().parseAsync();
    return 0;
  } catch (error) {
    // Commander has written its own message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : GIVE_UP;
    console.error(`shards: ${error instanceof Error ? error.message : String(error)}`);
    return error instanceof UsageError ? GIVE_UP : TRY_AGAIN;
  }
});
