// @ts-check
import { createServer } from 'node:net';
import { Failure } from './failure.js';

/**
 * Finds out before the long steps whether the port can be listened on.
 *
 * @param {number} port
 * @throws {Failure} where another program has the port, or the user may not listen on it.
 */
export async function requireFreePort(port) {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Failure('PORT must be a whole number from 1 to 65535, as in: PORT=8081 npm start');
  }
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => reject(new Failure(portProblem(port, error))));
    probe.listen(port, () => probe.close(resolve));
  });
}

/**
 * @param {number} port
 * @param {NodeJS.ErrnoException} error
 */
export function portProblem(port, { code, message }) {
  const choose = `choose another one: PORT=${port === 8081 ? 8082 : 8081} npm start`;
  if (code === 'EADDRINUSE') return `Port ${port} is taken: stop the program that listens on it, or ${choose}`;
  if (code === 'EACCES') return `Your user may not listen on port ${port}: ${choose}`;
  return `Port ${port} can't be listened on (${message}): ${choose}`;
}
