import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { portProblem, requireFreePort } from './port.js';

describe('the port', () => {
  it('is refused with what to do while another program listens on it, and accepted afterwards', async () => {
    const other = createServer().listen(0);
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;

    await expect(requireFreePort(port)).rejects.toThrow(`Port ${port} is taken: stop the program that listens on it`);

    other.close();
    await once(other, 'close');
    await expect(requireFreePort(port)).resolves.toBeUndefined();
  });

  it.each([Number('http'), 0, 80.5, 65_536])('%s is no port', async (port) => {
    await expect(requireFreePort(port)).rejects.toThrow('PORT must be a whole number from 1 to 65535');
  });

  it('that needs privileges is refused with another to choose', () => {
    const error = Object.assign(new Error('permission denied'), { code: 'EACCES' });
    expect(portProblem(80, error)).toBe('Your user may not listen on port 80: choose another one: PORT=8081 npm start');
  });
});
