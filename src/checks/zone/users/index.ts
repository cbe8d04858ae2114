/**
 * Whether the addresses that the directory has of users are accepted by the mail exchangers of their domains: RCPT commands, no
 * message. Each address is asked about seldom, at a limited rate; until its turn comes again, it keeps its latest answer.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { eachAtOnce } from '../../../base/lane.ts';
import { exchangesOf } from '../exchanges.ts';
import { type AskOptions, askRecipients } from '../inbound/ask.ts';
import { domainOfAddress } from './address.ts';
import type { DomainUsers, UsersResult } from './result.ts';

/** Postfix slows down who had ten recipients refused in one session. */
const PER_SESSION = 10;
/** Exchangers that are asked at the same time, each in one session. */
const HOSTS_AT_ONCE = 8;
const MINUTE_MS = 60_000;
/** A run is never exactly a week after another. */
const EARLY_MS = 60_000;
const CODES_SHOWN = 5;

export interface UsersContext extends AskOptions {
  readonly check: string;
  /** What the answers depend on: other settings are another test. */
  readonly about: string;
  /** Only these exchangers are asked; null: whichever the domains have. */
  readonly hosts: readonly string[] | null;
  readonly everyMs: number;
  readonly budgetMs: number;
  /** Addresses that one exchanger is asked about. */
  readonly perMinute: number;
}

/** The latest answer about an address. */
export interface Asked {
  readonly address: string;
  readonly host: string;
  readonly at: number;
  readonly accepted: boolean;
  /** In the server's words: they may hold the address. */
  readonly response: string;
}

interface Known {
  readonly about: string;
  readonly asked: Map<string, Asked>;
}

/** The latest answers of each check of this process. */
const remembered = new Map<string, Known>();

/** Forgets what was answered. For tests. */
export function forgetUsers(): void {
  remembered.clear();
}

export interface Users {
  readonly result: Omit<UsersResult, 'unreadable' | 'more'>;
  /** For the operator alone. */
  readonly refused: readonly Asked[];
}

/** Asks about those addresses whose turn it is, as many as the budget allows. */
export async function testUsers(
  addresses: readonly string[],
  domains: readonly string[],
  context: UsersContext,
): Promise<Users> {
  const { asked } = knownOf(context);
  const hosts = await hostsOf(domains, addresses, context);
  const ours = addresses.filter((address) => hosts.has(domainOfAddress(address)));
  const listed = new Set(ours);
  for (const address of asked.keys()) if (!listed.has(address)) asked.delete(address);
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(context.budgetMs)]);
  const unknown = new Set<string>();
  const queues = [...Map.groupBy(due(ours, asked, context), (one) => hosts.get(domainOfAddress(one))!)];
  await eachAtOnce(queues, HOSTS_AT_ONCE, async ([host, queue]) => {
    if (!signal.aborted) await workOff(host, queue, { ...context, signal }, asked, unknown);
  });
  return summarise(ours, addresses.length - ours.length, asked, unknown);
}

function knownOf({ check, about }: UsersContext): Known {
  const before = remembered.get(check);
  if (before?.about === about) return before;
  const fresh: Known = { about, asked: new Map() };
  remembered.set(check, fresh);
  return fresh;
}

/** The preferred exchanger of each domain that is checked and that users have addresses in. */
async function hostsOf(
  domains: readonly string[],
  addresses: readonly string[],
  context: UsersContext,
): Promise<Map<string, string>> {
  const used = new Set(addresses.map(domainOfAddress));
  const found = new Map<string, string>();
  await Promise.all(
    domains
      .filter((domain) => used.has(domain))
      .map(async (domain) => {
        const all = await exchangesOf(domain, context);
        const host = all.find((one) => context.hosts === null || context.hosts.includes(one));
        if (host !== undefined) found.set(domain, host);
      }),
  );
  return found;
}

/** Those asked about longest ago first; of those never asked about any, so that a restart does not begin with the same ones. */
function due(
  addresses: readonly string[],
  asked: ReadonlyMap<string, Asked>,
  { everyMs }: UsersContext,
): string[] {
  const before = Date.now() - everyMs + EARLY_MS;
  return addresses
    .map((address) => ({ address, at: asked.get(address)?.at ?? 0, chance: Math.random() }))
    .filter(({ at }) => at < before)
    .sort((one, other) => one.at - other.at || one.chance - other.chance)
    .map(({ address }) => address);
}

/** One exchanger's addresses, session after session. */
async function workOff(
  host: string,
  waiting: string[],
  context: UsersContext,
  asked: Map<string, Asked>,
  unknown: Set<string>,
): Promise<void> {
  const { signal, perMinute } = context;
  while (waiting.length > 0 && !signal.aborted) {
    const batch = waiting.splice(0, PER_SESSION);
    const begun = performance.now();
    const { problem, answers } = await askRecipients(host, batch, context);
    for (const { address, answer, response } of answers) {
      if (answer === 'unknown') unknown.add(address);
      else asked.set(address, { address, host, at: Date.now(), accepted: answer === 'accepted', response });
    }
    // What was cut short by our own limits says nothing.
    if (problem !== null) {
      if (!signal.aborted) for (const address of [...batch, ...waiting]) unknown.add(address);
      return;
    }
    if (waiting.length === 0) return;
    const share = (MINUTE_MS / perMinute) * batch.length;
    await sleep(Math.max(0, share - (performance.now() - begun)), undefined, { signal }).catch(() => {});
  }
}

function summarise(
  addresses: readonly string[],
  elsewhere: number,
  asked: ReadonlyMap<string, Asked>,
  unknown: ReadonlySet<string>,
): Users {
  const known = addresses.flatMap((address) => asked.get(address) ?? []);
  const refused = known.filter(({ accepted }) => !accepted);
  const open = addresses.filter((address) => !asked.has(address));
  const undecided = open.filter((address) => unknown.has(address)).length;
  const tested = Map.groupBy(known, ({ address }) => domainOfAddress(address));
  const domains = [...Map.groupBy(refused, ({ address }) => domainOfAddress(address))].map(
    ([domain, its]): DomainUsers => ({
      domain,
      host: its[0]!.host,
      refused: its.length,
      tested: tested.get(domain)!.length,
      codes: [...new Set(its.map(({ response }) => codeOf(response)))].slice(0, CODES_SHOWN),
    }),
  );
  const counts = {
    accepted: known.length - refused.length,
    refused: refused.length,
    unknown: undecided,
    untested: open.length - undecided,
  };
  return { result: { counts, elsewhere, domains }, refused };
}

/** `550 5.1.1`: of an answer what holds no name. */
function codeOf(response: string): string {
  return /^\d{3}(?: \d\.\d{1,3}\.\d{1,3}\b)?/.exec(response)?.[0] ?? '';
}
