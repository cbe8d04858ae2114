/** Ports that are free now and that no connection of this machine takes by chance later. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { ADDRESS } from '../domains.ts';

/** Below the range that Linux assigns automatically (32768 to 60999) and above what services are assigned. */
const FIRST = 20_000;
const LAST = 32_000;
const ATTEMPTS = 50;

/**
 * A port for a server that listens later, or that stops and comes back. One that the system assigns could be
 * given to any connection meanwhile.
 */
export async function reservePort(): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = randomInt(FIRST, LAST);
    const server = createServer();
    try {
      server.listen(port, ADDRESS);
      await once(server, 'listening');
      const closed = once(server, 'close');
      server.close();
      await closed;
      return port;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}
