/** The TURN and STUN servers: offered over XMPP, and tried. */
import { within } from '../../base/deadline.ts';
import { isPrivate } from '../../net/addresses.ts';
import { type HostPort, hostPort } from '../../net/host-port.ts';
import type { Finding } from '../check.ts';
import { asExpected, type Trouble, troubleWith } from './report.ts';
import type { PartName } from './result.ts';
import type { LoggedIn, Scene } from './signaling.ts';
import { stunServer } from './stun-servers.ts';
import { type Allocation, allocate, bind } from './turn/client.ts';
import type { IceServer } from './turn/connection.ts';
import { askServices, type Service } from './xmpp/services.ts';

const TRANSPORT_NAMES = { udp: 'UDP', tcp: 'TCP', tls: 'TLS' } as const;

/** Tries the STUN servers that `config.js` names. */
export async function tryNamedStun(scene: Scene): Promise<void> {
  await Promise.all(namedStun(scene).map((server) => tryStun(scene, server, 'config.js')));
}

function namedStun({ deployment }: Scene): HostPort[] {
  return deployment.stun.map(stunServer).filter((server) => server !== null);
}

/** Asks for the servers that are offered to people in a room, and tries each of them. */
export async function tryRelays(scene: Scene, loggedIn: Promise<LoggedIn>): Promise<void> {
  const services = await offered(scene, await loggedIn);
  const turns = services.filter(({ type }) => type !== 'stun');
  const named = namedStun(scene);
  const stuns = services.filter(
    ({ type, host, port }) => type === 'stun' && !named.some((one) => one.host === host && one.port === port),
  );
  const [tried] = await Promise.all([
    Promise.all(turns.map((service) => tryTurn(scene, service))),
    ...stuns.map((service) => tryStun(scene, service, 'XMPP')),
  ]);
  const failures = tried.filter((one) => one !== null);
  const works = failures.length < tried.length;
  for (const failure of failures) {
    scene.report.find(
      works || failure.outcome !== 'degraded'
        ? failure
        : { ...failure, outcome: asExpected(scene.options.expect.turn, 'degraded') },
    );
  }
}

/** What is offered; empty, and told, where nothing is, or it could not be asked. */
async function offered(scene: Scene, { session, why }: LoggedIn): Promise<Service[]> {
  const { deployment, options, context, report, web } = scene;
  if (!session) {
    report.skip('turn-credentials', why);
    return [];
  }
  const { turn } = options.expect;
  const target = deployment.domain;
  const start = performance.now();
  try {
    const services = await within(options.timeout, context.signal, () => askServices(session, target));
    const ms = performance.now() - start;
    const turns = (services ?? []).filter(({ type }) => type !== 'stun');
    const usable = turns.filter(({ credentials }) => credentials !== null);
    if (turns.length === 0) {
      report.part('turn-credentials', { target, ms, detail: 'none offered' });
      report.find({
        id: 'turn-not-offered',
        outcome: asExpected(turn, 'pass'),
        text: 'The deployment offers no TURN server: whoever is behind a firewall that lets no UDP through cannot take part.',
        where: 'signaling',
      });
    } else {
      const ok = usable.length === turns.length;
      report.part('turn-credentials', {
        target,
        ok,
        ms,
        detail: `for ${usable.length} of ${turns.length} servers`,
      });
      if (!ok) report.find(withoutCredentials(turns, usable, asExpected(turn, 'degraded')));
    }
    return (services ?? []).filter(({ type, credentials }) => type === 'stun' || credentials !== null);
  } catch (cause) {
    context.signal.throwIfAborted();
    const host = new URL(deployment.websocket ?? deployment.bosh!).host;
    const trouble = troubleWith(host, cause, { deadlineMs: options.timeout, lookups: web.lookups });
    report.broken('turn-credentials', target, trouble);
    if (!trouble.own) {
      report.find({
        id: 'turn-credentials-failed',
        outcome: asExpected(turn, 'degraded'),
        text: `The XMPP server does not tell which TURN servers there are (XEP-0215): ${trouble.reason}.`,
        where: 'signaling',
        evidence: { reason: trouble.reason },
      });
    }
    return [];
  }
}

function withoutCredentials(
  turns: readonly Service[],
  usable: readonly Service[],
  outcome: Finding['outcome'],
): Finding {
  const lacking = turns.filter((service) => !usable.includes(service));
  const named = lacking.map(hostPort);
  return {
    id: 'turn-credentials-missing',
    outcome,
    text: `The XMPP server offers ${named.join(', ')} without user name and password: browsers cannot use a TURN server like that.`,
    where: 'signaling',
    evidence: { servers: named },
  };
}

/** Tries an allocation; the finding where it fails, with `degraded`, or null. */
async function tryTurn(scene: Scene, service: Service): Promise<Finding | null> {
  const { options, context, report, web } = scene;
  const { host, port, transport, credentials } = service;
  const target = hostPort({ host, port });
  if (transport === 'dtls' || credentials === null) {
    report.part('turn-tls', { target, detail: 'offered over DTLS, which Vigie does not speak: not tried' });
    return null;
  }
  const name: PartName = `turn-${transport}`;
  const server: IceServer = { host, port, transport };
  const start = performance.now();
  try {
    const allocation = await within(options.timeout, context.signal, (signal) =>
      allocate(server, credentials, { insecure: options.insecure, lookup: web.lookups.lookup, signal }),
    );
    report.part(name, {
      target,
      ok: true,
      ms: performance.now() - start,
      detail: `an allocation; the request that was granted took ${Math.max(1, Math.round(allocation.roundTripMs))} ms`,
    });
    tellAllocation(scene, target, allocation);
    return null;
  } catch (cause) {
    context.signal.throwIfAborted();
    const trouble = troubleWith(target, cause, { deadlineMs: options.timeout, lookups: web.lookups });
    report.broken(name, target, trouble);
    return trouble.own ? null : turnFailed(transport, target, trouble);
  }
}

function turnFailed(transport: 'udp' | 'tcp' | 'tls', target: string, { reason, silent }: Trouble): Finding {
  // Nobody can tell from here who swallows a datagram.
  const doubt =
    silent && transport === 'udp' ? ' (or UDP does not get out of the network that Vigie is in)' : '';
  return {
    id: `turn-${transport}-failed`,
    outcome: 'degraded',
    text: `The TURN server ${target} gives no relay over ${TRANSPORT_NAMES[transport]}: ${reason}${doubt}. Whoever needs it cannot take part.`,
    where: 'unknown',
    evidence: { server: target, transport, reason },
  };
}

/** What is odd about an allocation that was granted. */
function tellAllocation({ report, options }: Scene, target: string, allocation: Allocation): void {
  const { certificate, open, relayed, server } = allocation;
  if (certificate) report.certificate({ host: target, ...certificate }, options.expect);
  if (open) {
    report.find({
      id: 'turn-open',
      outcome: 'degraded',
      text: `The TURN server ${target} relays for anybody, without a password: strangers can use it, and reach what it reaches.`,
      where: 'unknown',
      evidence: { server: target },
    });
  }
  if (relayed && isPrivate(relayed.address) && !isPrivate(server)) {
    report.find({
      id: 'turn-relay-private',
      outcome: 'pass',
      text: `The TURN server ${target} relays from the private address ${relayed.address}, which only a bridge in its own network can reach; is its external address configured?`,
      where: 'unknown',
      evidence: { server: target, relayed: relayed.address },
    });
  }
}

async function tryStun(scene: Scene, { host, port }: HostPort, by: 'config.js' | 'XMPP'): Promise<void> {
  const { options, context, report, web } = scene;
  const target = hostPort({ host, port });
  const start = performance.now();
  try {
    const { mapped } = await within(options.timeout, context.signal, (signal) =>
      bind(
        { host, port, transport: 'udp' },
        { insecure: options.insecure, lookup: web.lookups.lookup, signal },
      ),
    );
    report.part('stun', {
      target,
      ok: mapped !== null,
      ms: performance.now() - start,
      detail: mapped ? `named by ${by}` : `named by ${by}; it answers without an address`,
    });
    if (!mapped) report.find(stunFailed(target, by, 'it answers without an address'));
  } catch (cause) {
    context.signal.throwIfAborted();
    const trouble = troubleWith(target, cause, { deadlineMs: options.timeout, lookups: web.lookups });
    report.broken('stun', target, trouble);
    if (!trouble.own) report.find(stunFailed(target, by, trouble.reason));
  }
}

function stunFailed(target: string, by: 'config.js' | 'XMPP', reason: string): Finding {
  return {
    id: 'stun-failed',
    // Those of config.js serve direct connections of two alone, which fall back on the bridge.
    outcome: by === 'XMPP' ? 'degraded' : 'pass',
    text: `The STUN server ${target}, which ${by} names, does not tell browsers their address: ${reason}.`,
    where: 'unknown',
    evidence: { server: target, reason },
  };
}
