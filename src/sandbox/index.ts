/** The sandbox: an embedded deployment that Vigie starts for itself, to watch it and to break it. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import manifest from '../../package.json' with { type: 'json' };
import { SandboxServer } from './server.ts';
import { SwitchBoard } from './switches.ts';

export { type Switch, SwitchBoard, SwitchError, WORDINGS, type Wording } from './switches.ts';

export const SANDBOX_VERSION = `vigie-sandbox ${manifest.version}`;

export interface SandboxOptions {
  /** 0, the default: any that is free. */
  readonly port?: number;
  /** A loopback address: the sandbox is reached from nowhere else. */
  readonly host?: '127.0.0.1' | 'localhost' | '::1';
  /** What is broken from the start, in words. */
  readonly breaks?: readonly string[];
}

export interface Sandbox {
  /** Of the deployment, with a slash at its end. */
  readonly url: string;
  /** To break and mend; changes take effect at once, also in a running call. */
  readonly switches: SwitchBoard;
  /** RTP packets forwarded since the start, for measurements. */
  readonly forwardedPackets: number;
  /** Where it is and what is broken: a few lines for a person. */
  describe(): string;
  /** Ends every call and leaves nothing behind: no socket, no timer. */
  close(): Promise<void>;
}

/** What went wrong before the sandbox could start; the message is for a person. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
}

/** Starts a sandbox. Throws `SwitchError` for words it does not know, `SandboxError` for a port it cannot have. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, host = '127.0.0.1', breaks = [] } = options;
  const switches = new SwitchBoard();
  switches.break(breaks);
  const server = new SandboxServer(switches, SANDBOX_VERSION);
  try {
    server.http.listen(port, host);
    await once(server.http, 'listening');
  } catch (error) {
    await server.signaling.close();
    throw new SandboxError(reason(error as NodeJS.ErrnoException, host, port), { cause: error });
  }
  const bound = (server.http.address() as AddressInfo).port;
  const url = `http://${host === '::1' ? '[::1]' : host}:${bound}/`;
  let closing: Promise<void> | null = null;
  return {
    url,
    switches,
    get forwardedPackets() {
      return server.signaling.forwarded;
    },
    describe: () => describe(url, switches.list()),
    close: () => (closing ??= close(server)),
  };
}

async function close({ http, signaling }: SandboxServer): Promise<void> {
  const closed = once(http, 'close');
  http.close();
  await signaling.close();
  http.closeAllConnections();
  await closed;
}

function reason({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  const place = `The sandbox cannot listen on ${host}, port ${port}`;
  if (code === 'EADDRINUSE')
    return `${place}: something else does. Stop that, or choose another port (0: any).`;
  if (code === 'EACCES') return `${place}: this user may not. Choose a port above 1023 (0: any).`;
  if (code === 'ERR_SOCKET_BAD_PORT') return `${place}: a port is a number from 0 to 65535.`;
  return `${place}: ${message}`;
}

function describe(url: string, broken: readonly string[]): string {
  const lines = [`${SANDBOX_VERSION} on ${url} (this machine only)`];
  if (broken.length === 0) lines.push('Nothing is broken.');
  else lines.push('Broken:', ...broken.map((text) => `  ${text}`));
  return lines.join('\n');
}
