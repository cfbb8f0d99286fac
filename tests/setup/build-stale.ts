// Runs once, before the first test that starts the built service, one of its processes, or the built page.
import path from 'node:path';
import { buildStale } from '../../scripts/build.js';

export default () => buildStale(path.resolve(import.meta.dirname, '../..'));
