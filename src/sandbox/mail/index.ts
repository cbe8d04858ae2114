/** The sandbox's mail: a name server with the zones, and a relay that signs and delivers, both on the loopback. */
import { createResolver, type Server } from '../../dns/resolver.ts';
import type { ActiveFaults } from '../active-faults.ts';
import { answer } from '../dns/answer.ts';
import { type DnsListener, listenDns } from '../dns/listener.ts';
import { APEXES, zoneWith } from '../dns/records.ts';
import { ADDRESS, PROBE_HOST, RELAY_HOST } from '../domains.ts';
import { type Files, makeAuthority, writeFiles } from './certificates.ts';
import { Delivery } from './delivery.ts';
import { reservePort } from './ports.ts';
import { Relay } from './relay.ts';
import { Signer } from './signer.ts';

export interface MailPorts {
  readonly dns: number;
  /** Submission with STARTTLS. */
  readonly submission: number;
  /** Submission that is encrypted from the start. */
  readonly submissions: number;
  /** Where the relay delivers to, in place of 25: the mail check listens there. */
  readonly mx: number;
}

/** A server of the sandbox cannot listen on its port. */
export class MailPortError extends Error {
  readonly port: number;
  constructor(port: number, cause: unknown) {
    super(`port ${port} cannot be used`, { cause });
    this.port = port;
  }
}

export interface SandboxMail {
  readonly ports: MailPorts;
  /** Where the names are resolved. */
  readonly nameServer: Server;
  readonly files: Omit<Files, 'remove'>;
  /** Resolves when every fault has taken effect. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Starts both. Port 0, or none: any that is free. @throws MailPortError */
export async function startMail(faults: ActiveFaults, wanted: Partial<MailPorts> = {}): Promise<SandboxMail> {
  const [signer, authority] = await Promise.all([Signer.make(), makeAuthority()]);
  const [relayIdentity, mxIdentity] = await Promise.all([
    authority.issue(RELAY_HOST),
    authority.issue(PROBE_HOST),
  ]);
  const names = await listenForNames(wanted.dns ?? 0, signer, faults);
  const nameServer = names.address;
  const resolver = createResolver({ servers: [nameServer], timeoutMs: 3000, tries: 2 });
  const closers: (() => Promise<void> | void)[] = [() => resolver.close(), () => names.close()];
  const close = async () => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  try {
    const files = await writeFiles(authority, mxIdentity);
    closers.push(() => files.remove());
    const ports: MailPorts = {
      dns: nameServer.port,
      submission: wanted.submission || (await reservePort()),
      submissions: wanted.submissions || (await reservePort()),
      mx: wanted.mx || (await reservePort()),
    };
    const delivery = new Delivery({ resolver, port: ports.mx });
    closers.push(() => delivery.close());
    const relay = new Relay({
      ports: { starttls: ports.submission, implicit: ports.submissions },
      identity: relayIdentity,
      signer,
      delivery,
      resolver,
      faults,
    });
    closers.push(() => relay.turn(false));
    let changed: Promise<void> = relay.turn(!faults.is('relay-down'));
    await changed;
    const forget = faults.onChange(() => {
      changed = relay.turn(!faults.is('relay-down'));
      // Whoever waits for it sees the failure; nobody has to.
      changed.catch(() => {});
    });
    closers.push(forget);
    return { ports, nameServer, files, settled: () => changed, close };
  } catch (error) {
    await close();
    throw portOf(error);
  }
}

async function listenForNames(port: number, signer: Signer, faults: ActiveFaults): Promise<DnsListener> {
  const at: Server = { host: ADDRESS, port };
  const records = () => zoneWith(signer.publicKey, (record, domain) => faults.recordGone(record, domain));
  let zone = records();
  const forget = faults.onChange(() => {
    zone = records();
  });
  try {
    const listener = await listenDns(at, (message, transport) => {
      if (faults.is('dns-silent')) return [];
      const said = answer(message, transport, { zone, apexes: APEXES });
      return said ? [said] : [];
    });
    return { address: listener.address, close: () => listener.close().finally(forget) };
  } catch (error) {
    forget();
    throw portOf(error);
  }
}

/** The system's error about a port, with the port. */
function portOf(error: unknown): unknown {
  const port = error instanceof Error && 'port' in error ? error.port : undefined;
  return typeof port === 'number' ? new MailPortError(port, error) : error;
}
