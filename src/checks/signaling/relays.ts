/** The TURN and STUN servers: offered over XMPP, and tried. */
import { within } from '../../base/deadline.ts';
import { isPrivate } from '../../net/addresses.ts';
import { type HostPort, hostPort } from '../../net/host-port.ts';
import type { Found, Outcome } from '../check.ts';
import type { SignalingCause } from './causes.ts';
import { asExpected, explained, failureWith, findEnded } from './inspection.ts';
import type { Joining, LoggedIn } from './joining.ts';
import { protocolFault, type Reason } from './reasons.ts';
import type { PartName } from './result.ts';
import { isNoStunServer, stunServer } from './stun-servers.ts';
import { type Allocation, allocate, bind } from './turn/client.ts';
import type { ConnectOptions, IceServer } from './turn/connection.ts';
import { askServices, type OfferedServer, type RefusedServer } from './xmpp/services.ts';

/** Browsers slow down with five and more; a list of thousands would make Vigie ask them all. */
const MAX_STUN = 10;

/** Tries the STUN servers that `config.js` names. */
export async function tryNamedStun(joining: Joining): Promise<void> {
  const refused = joining.deployment.stun.filter(isNoStunServer).map((url) => url.slice(0, 200));
  if (refused.length > 0) {
    const cause = { id: 'stun-servers-invalid', servers: refused } as const;
    joining.inspection.find({ cause, outcome: 'degraded', where: 'signaling' });
  }
  await Promise.all(namedStun(joining).map((server) => tryStun(joining, server, 'config.js')));
}

function namedStun({ deployment }: Joining): HostPort[] {
  return deployment.stun
    .slice(0, MAX_STUN)
    .map(stunServer)
    .filter((server) => server !== null);
}

/** Asks for the servers that are offered to people in a room, and tries each of them. */
export async function tryRelays(joining: Joining, loggedIn: Promise<LoggedIn>): Promise<void> {
  const services = await offered(joining, await loggedIn);
  const turns = services.filter(({ type }) => type !== 'stun');
  const named = namedStun(joining);
  const stuns = services.filter(
    ({ type, host, port }) => type === 'stun' && !named.some((one) => one.host === host && one.port === port),
  );
  const [tried] = await Promise.all([
    Promise.all(turns.map((service) => tryTurn(joining, service))),
    ...stuns.map((service) => tryStun(joining, service, 'XMPP')),
  ]);
  const failures = tried.filter((one) => one !== null);
  const works = failures.length < tried.length;
  for (const failure of failures) {
    joining.inspection.find(
      works || failure.outcome !== 'degraded'
        ? failure
        : { ...failure, outcome: asExpected(joining.options.expect.turn, 'degraded') },
    );
  }
}

/** What is offered; empty, and reported, where nothing is, or it could not be asked. */
async function offered(joining: Joining, { session, nobody }: LoggedIn): Promise<OfferedServer[]> {
  const { deployment, options, context, inspection, web } = joining;
  if (!session) {
    inspection.skip('turn-credentials', nobody);
    return [];
  }
  const { turn } = options.expect;
  const target = deployment.domain;
  const start = performance.now();
  try {
    const services = await within(options.timeout, context.signal, () => askServices(session, target));
    const ms = performance.now() - start;
    const { servers, refused } = services ?? { servers: [], refused: [] };
    findRefused(joining, refused);
    const turns = servers.filter(({ type }) => type !== 'stun');
    const usable = turns.filter(({ credentials }) => credentials !== null);
    if (turns.length === 0 && refused.length === 0) {
      inspection.part('turn-credentials', {
        target,
        ms,
        remark: { kind: 'skipped', because: 'none-offered' },
      });
      inspection.find({
        cause: { id: 'turn-not-offered' },
        outcome: asExpected(turn, 'pass'),
        where: 'signaling',
      });
    } else {
      const ok = usable.length === turns.length && refused.length === 0;
      inspection.part('turn-credentials', {
        target,
        ok,
        ms,
        remark: { kind: 'credentials', usable: usable.length, of: turns.length + refused.length },
      });
      if (usable.length < turns.length)
        inspection.find(withoutCredentials(turns, usable, asExpected(turn, 'degraded')));
    }
    return servers.filter(({ type, credentials }) => type === 'stun' || credentials !== null);
  } catch (cause) {
    context.signal.throwIfAborted();
    const host = new URL(deployment.websocket ?? deployment.bosh!).host;
    const failed = failureWith(host, cause, { deadlineMs: options.timeout, lookups: web.lookups });
    inspection.broken('turn-credentials', target, failed);
    if (!failed.own && !findEnded(inspection, session, failed.why)) {
      inspection.find({
        cause: { id: 'turn-credentials-failed', ...explained(failed.why) },
        outcome: asExpected(turn, 'degraded'),
        where: 'signaling',
      });
    }
    return [];
  }
}

/** Finds servers that browsers refuse: they make no connection that has one in its list. */
function findRefused({ inspection }: Joining, refused: readonly RefusedServer[]): void {
  if (refused.length === 0) return;
  const needed = refused.some((one) => one.needed);
  const servers = refused.map(({ url }) => url);
  const cause = { id: 'turn-server-invalid', servers, ...(needed && { needed }) } as const;
  inspection.find({ cause, outcome: needed ? 'fail' : 'degraded', where: 'signaling' });
}

function withoutCredentials(
  turns: readonly OfferedServer[],
  usable: readonly OfferedServer[],
  outcome: Outcome,
): Found<'signaling'> {
  const lacking = turns.filter((service) => !usable.includes(service));
  const servers = lacking.map(hostPort);
  // These alone are in the list of the connection to the bridge (`strophe.jingle.js`), which browsers refuse to make with one like that.
  const needed = lacking.some(({ transport }) => transport === 'tcp' || transport === 'tls');
  const cause = { id: 'turn-credentials-missing', servers, ...(needed && { needed }) } as const;
  return { cause, outcome: needed ? 'fail' : outcome, where: 'signaling' };
}

function connecting(
  { options: { insecure }, web: { lookups } }: Joining,
  signal: AbortSignal,
): ConnectOptions {
  return { insecure, lookup: lookups.lookup, check: (host) => lookups.check(host), signal };
}

/** Tries an allocation; the finding where it fails, with `degraded`, or null. */
async function tryTurn(joining: Joining, service: OfferedServer): Promise<Found<'signaling'> | null> {
  const { options, context, inspection, web } = joining;
  const { host, port, transport, credentials } = service;
  const target = hostPort({ host, port });
  if (transport === 'dtls' || credentials === null) {
    inspection.part('turn-tls', { target, remark: { kind: 'skipped', because: 'dtls' } });
    return null;
  }
  const name: PartName = `turn-${transport}`;
  const server: IceServer = { host, port, transport };
  const start = performance.now();
  try {
    const allocation = await within(options.timeout, context.signal, (signal) =>
      allocate(server, credentials, connecting(joining, signal)),
    );
    inspection.part(name, {
      target,
      ok: true,
      ms: performance.now() - start,
      remark: { kind: 'allocation', grantedMs: Math.max(1, Math.round(allocation.roundTripMs)) },
    });
    findInAllocation(joining, target, allocation);
    return null;
  } catch (cause) {
    context.signal.throwIfAborted();
    const { own, why } = failureWith(target, cause, { deadlineMs: options.timeout, lookups: web.lookups });
    inspection.broken(name, target, { own, why });
    if (own) return null;
    const id = `turn-${transport}-failed` as const;
    return {
      // The union has more members than the compiler tries for an id that is one of three.
      cause: { id, server: target, transport, ...explained(why) } as SignalingCause,
      outcome: 'degraded',
      where: 'unknown',
    };
  }
}

/** What is odd about an allocation that was granted. */
function findInAllocation({ inspection, options }: Joining, target: string, allocation: Allocation): void {
  const { certificate, open, relayed, server } = allocation;
  if (certificate) inspection.certificate({ host: target, ...certificate }, options.expect);
  if (open) {
    inspection.find({ cause: { id: 'turn-open', server: target }, outcome: 'degraded', where: 'unknown' });
  }
  if (relayed && isPrivate(relayed.address) && !isPrivate(server)) {
    inspection.find({
      cause: { id: 'turn-relay-private', server: target, relayed: relayed.address },
      outcome: 'pass',
      where: 'unknown',
    });
  }
}

async function tryStun(joining: Joining, { host, port }: HostPort, by: 'config.js' | 'XMPP'): Promise<void> {
  const { options, context, inspection, web } = joining;
  const target = hostPort({ host, port });
  const start = performance.now();
  try {
    const { mapped } = await within(options.timeout, context.signal, (signal) =>
      bind({ host, port, transport: 'udp' }, connecting(joining, signal)),
    );
    inspection.part('stun', {
      target,
      ok: mapped !== null,
      ms: performance.now() - start,
      remark: { kind: 'stun', by, address: mapped !== null },
    });
    if (!mapped) inspection.find(stunFailed(target, by, protocolFault('no-address')));
  } catch (cause) {
    context.signal.throwIfAborted();
    const failed = failureWith(target, cause, { deadlineMs: options.timeout, lookups: web.lookups });
    inspection.broken('stun', target, failed);
    if (!failed.own) inspection.find(stunFailed(target, by, failed.why));
  }
}

function stunFailed(server: string, by: 'config.js' | 'XMPP', why: Reason): Found<'signaling'> {
  return {
    cause: { id: 'stun-failed', server, by, ...explained(why) },
    // Those of config.js serve direct connections of two alone, which fall back on the bridge.
    outcome: by === 'XMPP' ? 'degraded' : 'pass',
    where: 'unknown',
  };
}
