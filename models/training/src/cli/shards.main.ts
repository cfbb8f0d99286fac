// The data job's image holds this one command, bundled into one file without the packages of the others. A Job gives an
// index up at exit code 2, and tries again at 1.
import { runProgram, runToExit } from '../terminal/command.ts';
import { shardsCommand } from './shards.command.ts';

await runToExit(() => runProgram(shardsCommand(), process.argv.slice(2)));
