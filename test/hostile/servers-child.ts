/** All hostile servers at once, in a process of their own: `node servers-child.ts KEY CERT`. Prints where they are, as JSON. */
import { readFileSync } from 'node:fs';
import { ATTACKS, attack } from './deployment.ts';
import { HOSTILE_DIRECTORIES } from './directories.ts';
import { HOSTILE_MAILBOXES, HOSTILE_RELAYS, startHostile, TOLERATED_MAILBOXES } from './mail.ts';
import { HOSTILE_NAMES, startHostileNames } from './name-servers.ts';

export interface HostileServers {
  readonly deployments: readonly string[];
  readonly relays: readonly number[];
  readonly mailboxes: readonly number[];
  readonly directories: readonly number[];
  readonly nameServers: readonly number[];
}

const portsOf = async (servers: readonly Promise<{ readonly port: number }>[]): Promise<number[]> =>
  (await Promise.all(servers)).map(({ port }) => port);

const [key = '', cert = ''] = process.argv.slice(2);
const tls = { key: readFileSync(key), cert: readFileSync(cert) };

// Whoever attacks takes it that connections break.
process.on('uncaughtException', () => {});
const all: HostileServers = {
  deployments: (await Promise.all(Object.keys(ATTACKS).map(attack))).map(({ url }) => url),
  relays: await portsOf(Object.values(HOSTILE_RELAYS).map((relay) => startHostile(relay.attack))),
  mailboxes: await portsOf(
    Object.values({ ...HOSTILE_MAILBOXES, ...TOLERATED_MAILBOXES }).map((mailbox) =>
      startHostile(mailbox, tls),
    ),
  ),
  directories: await portsOf(Object.values(HOSTILE_DIRECTORIES).map((directory) => startHostile(directory))),
  nameServers: await portsOf(Object.values(HOSTILE_NAMES).map(startHostileNames)),
};
process.stdout.write(`${JSON.stringify(all)}\n`);
