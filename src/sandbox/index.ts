/** The sandbox: an embedded deployment that Vigie starts for itself, to monitor it and to break it. */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import manifest from '../../package.json' with { type: 'json' };
import { type ListenFault, listenFault } from '../base/errno.ts';
import { hostPort } from '../net/host-port.ts';
import { ActiveFaults } from './active-faults.ts';
import { HOSTED } from './domains.ts';
import { MailPortError, type MailPorts, type SandboxMail, startMail } from './mail/index.ts';
import { SandboxServer } from './server.ts';

export { ActiveFaults } from './active-faults.ts';
export { SANDBOX_EVERY_MS, type SandboxCheck, sandboxChecks, sandboxConfiguration } from './checks.ts';
export { type Directory, makeDirectory } from './directory.ts';
export { FAULTS, type Fault, type FaultDescription, FaultError } from './faults.ts';

export const SANDBOX_VERSION = `vigie-sandbox ${manifest.version}`;

export interface SandboxOptions {
  /** 0, the default: any that is free. */
  readonly port?: number;
  /** Of mail and name server, on 127.0.0.1; 0, the default: any that is free. */
  readonly mailPorts?: Partial<MailPorts>;
  /** A loopback address: the sandbox is reached from nowhere else. */
  readonly host?: '127.0.0.1' | 'localhost' | '::1';
  /** Faults that are active from the start. */
  readonly breaks?: readonly string[];
}

export interface Sandbox {
  /** Of the deployment, with a slash at its end. */
  readonly url: string;
  /** Activates and fixes faults; changes take effect at once, also in a running call. */
  readonly faults: ActiveFaults;
  /** The relay and the name server. */
  readonly mail: SandboxMail;
  /** RTP packets forwarded since the start, for measurements. */
  readonly forwardedPackets: number;
  /** Its addresses and active faults: a few lines for the user. */
  describe(): string;
  /** Ends every call and leaves nothing behind: no socket, no timer. */
  close(): Promise<void>;
}

/** What went wrong before the sandbox could start; the message is for a person. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
}

/** Starts a sandbox. Throws `FaultError` for an unknown fault, `SandboxError` for a port that it cannot use. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, host = '127.0.0.1', breaks = [], mailPorts } = options;
  const faults = new ActiveFaults();
  faults.break(breaks);
  const mail = await startMail(faults, mailPorts).catch((error: unknown) => {
    throw mailObstacle(error);
  });
  const server = new SandboxServer(faults, SANDBOX_VERSION, () => mail.settled());
  try {
    server.http.listen(port, host);
    await once(server.http, 'listening');
  } catch (error) {
    await Promise.all([server.signaling.close(), mail.close()]);
    throw new SandboxError(reason(error as Error, host, port), { cause: error });
  }
  const bound = (server.http.address() as AddressInfo).port;
  const url = `http://${hostPort({ host, port: bound })}/`;
  let closing: Promise<void> | null = null;
  return {
    url,
    faults,
    mail,
    get forwardedPackets() {
      return server.signaling.forwarded;
    },
    describe: () => describe(url, mail, faults.list()),
    close: () => (closing ??= Promise.all([close(server), mail.close()]).then(() => {})),
  };
}

async function close({ http, signaling }: SandboxServer): Promise<void> {
  const closed = once(http, 'close');
  http.close();
  await signaling.close();
  http.closeAllConnections();
  await closed;
}

/** The sentence for what keeps relay and name server from starting; what is no such thing stays as it is. */
function mailObstacle(cause: unknown): unknown {
  if (cause instanceof MailPortError) {
    const text = reason(cause.cause as Error, '127.0.0.1', cause.port);
    return new SandboxError(text, { cause });
  }
  if (!(cause instanceof Error) || !('code' in cause) || !('path' in cause)) return cause;
  const text = `The sandbox's certificates cannot be written to ${tmpdir()} (${String(cause.code)}). Make it writable for this user, or set TMPDIR to a directory that is.`;
  return new SandboxError(text, { cause });
}

function reason(error: Error, host: string, port: number): string {
  const place = `The sandbox cannot listen on ${host}, port ${port}`;
  const fault = listenFault(error);
  const texts: Partial<Record<ListenFault, string>> = {
    'in-use': 'another process does. Stop it, or choose another port (0: any).',
    'not-permitted': 'this user lacks the privilege. Choose a port above 1023 (0: any).',
    'no-port': 'a port is a number from 0 to 65535.',
  };
  return `${place}: ${(fault && texts[fault]) ?? error.message}`;
}

function describe(url: string, { ports, nameServer }: SandboxMail, broken: readonly string[]): string {
  const { host } = nameServer;
  const lines = [
    `${SANDBOX_VERSION} on ${url} (this machine only)`,
    `Submission for ${HOSTED.join(', ')} on ${host}:${ports.submission} (STARTTLS) and ${host}:${ports.submissions} (TLS)`,
    `Their name server on ${host}:${nameServer.port} (UDP and TCP); mail is delivered to ${host}:${ports.mx}`,
  ];
  if (broken.length === 0) lines.push('No fault is active.');
  else lines.push('Active faults:', ...broken.map((text) => `  ${text}`));
  return lines.join('\n');
}
