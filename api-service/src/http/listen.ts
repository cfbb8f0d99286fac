import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';

/** What binding to an address of IPv6 fails with where the kernel has none, or has it turned off. */
const WITHOUT_IPV6 = ['EAFNOSUPPORT', 'EADDRNOTAVAIL'];

/**
 * Listens. On :: that is every interface of both families, for a socket of IPv6 takes IPv4 as well; where the kernel has
 * no IPv6, every interface of IPv4.
 * @returns what it listens on.
 * @throws Error as the kernel gives it, such as EADDRINUSE.
 */
export async function listenOn(server: Server, port: number, host: string): Promise<AddressInfo> {
  try {
    await once(server.listen(port, host), 'listening');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (host !== '::' || !WITHOUT_IPV6.includes(code)) throw error;
    await once(server.listen(port, '0.0.0.0'), 'listening');
  }
  return server.address() as AddressInfo;
}
