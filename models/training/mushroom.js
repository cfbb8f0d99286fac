#!/usr/bin/env node
// The command `mushroom`: its code is TypeScript, which tsx runs as it is.
import { register } from 'tsx/esm/api';

register();
await import('./src/cli/main.ts');
