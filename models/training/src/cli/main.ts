import { runToExit } from '../terminal/command.ts';
import { mushroom } from './mushroom.ts';

await runToExit(() => mushroom(process.argv.slice(2)));
