/**
 * How mail gets in: whether the mail exchangers of the domains accept `postmaster` and refuse a made-up recipient. Asked seldom, at
 * a limited rate for each exchanger, a few domains in one session; until its turn comes again, a domain keeps its latest result.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { eachAtOnce } from '../../../base/lane.ts';
import { exchangesOf } from '../exchanges.ts';
import { type AskOptions, askExchanger } from './ask.ts';
import type { DomainInbound, Exchanger, InboundResult } from './result.ts';

/** Postfix slows down who had ten recipients refused in one session, and ends it at twenty. */
const DOMAINS_PER_SESSION = 5;
/** Exchangers that are asked at the same time, each in one session. */
const HOSTS_AT_ONCE = 8;
const HOSTS_PER_DOMAIN = 2;
const SHOWN_HOSTS = 50;
const MINUTE_MS = 60_000;
/** A run is never exactly a day after another. */
const EARLY_MS = 60_000;

export interface InboundOptions {
  readonly everyMs: number;
  readonly budgetMs: number;
  readonly perMinute: number;
}

export interface InboundContext extends Omit<AskOptions, 'signal'> {
  readonly check: string;
  /** What the results depend on: other settings are another test. */
  readonly about: string;
  /** Only these exchangers are asked; null: whichever the domains have. */
  readonly hosts: readonly string[] | null;
  readonly signal: AbortSignal;
}

interface Known {
  readonly about: string;
  readonly exchangers: Map<string, Exchanger>;
  /** Certificates, by host. */
  readonly chains: Map<string, readonly Buffer[]>;
  /** By domain and host, with the time of the test. */
  readonly domains: Map<string, DomainInbound & { readonly at: number }>;
}

/** The latest results of each check of this process. */
const remembered = new Map<string, Known>();

/** Forgets what was found. For tests. */
export function forgetInbound(): void {
  remembered.clear();
}

export interface Inbound {
  readonly result: InboundResult;
  /** Every exchanger's latest state. */
  readonly exchangers: readonly Exchanger[];
  /** The certificates that each of them sent (DER). */
  readonly chains: ReadonlyMap<string, readonly Buffer[]>;
  readonly domains: readonly DomainInbound[];
  /** Domains whose postmaster is accepted, each with an exchanger that does. */
  readonly served: ReadonlyMap<string, string>;
  /** How many domains each exchanger has. */
  readonly domainCounts: ReadonlyMap<string, number>;
}

interface Pair {
  readonly domain: string;
  readonly host: string;
}

const keyOf = ({ domain, host }: Pair) => `${domain} ${host}`;

/** Asks about those domains whose turn it is, as many as the budget allows. */
export async function testInbound(
  domains: readonly string[],
  { everyMs, budgetMs, perMinute }: InboundOptions,
  context: InboundContext,
): Promise<Inbound> {
  const known = knownOf(context);
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(budgetMs)]);
  const pairs = (await Promise.all(domains.map((domain) => pairsOf(domain, context)))).flat();
  const wanted = new Set(pairs.map(keyOf));
  for (const key of known.domains.keys()) if (!wanted.has(key)) known.domains.delete(key);
  const dueBefore = Date.now() - everyMs + EARLY_MS;
  const due = pairs
    .map((pair) => ({ pair, at: known.domains.get(keyOf(pair))?.at ?? 0 }))
    .filter(({ at }) => at < dueBefore)
    .sort((a, b) => a.at - b.at);
  const queues = [...Map.groupBy(due, ({ pair }) => pair.host)];
  const undecided = new Set<string>();
  await eachAtOnce(queues, HOSTS_AT_ONCE, async ([host, queue]) => {
    if (signal.aborted) return;
    const waiting = queue.map(({ pair }) => pair.domain);
    await workOff(host, waiting, perMinute, { ...context, signal }, known, undecided);
  });
  return summarise(pairs, known, undecided);
}

/** One exchanger's domains, session after session. */
async function workOff(
  host: string,
  waiting: string[],
  perMinute: number,
  context: InboundContext,
  known: Known,
  undecided: Set<string>,
): Promise<void> {
  const { signal } = context;
  while (waiting.length > 0 && !signal.aborted) {
    const batch = waiting.splice(0, DOMAINS_PER_SESSION);
    const begun = performance.now();
    const { exchanger, chain, domains } = await askExchanger(host, batch, context);
    // What was cut short by our own limits says nothing.
    if (signal.aborted && exchanger.problem !== null) return;
    known.exchangers.set(host, exchanger);
    known.chains.set(host, chain);
    for (const one of domains) {
      const decided = one.postmaster !== 'unknown' && one.madeUp !== 'unknown';
      if (decided) known.domains.set(keyOf(one), { ...one, at: Date.now() });
      else undecided.add(keyOf(one));
    }
    if (exchanger.problem !== null) {
      for (const domain of [...batch, ...waiting]) undecided.add(keyOf({ domain, host }));
      return;
    }
    if (waiting.length === 0) return;
    const share = (MINUTE_MS / perMinute) * batch.length;
    await sleep(Math.max(0, share - (performance.now() - begun)), undefined, { signal }).catch(() => {});
  }
}

function knownOf({ check, about }: InboundContext): Known {
  const before = remembered.get(check);
  if (before?.about === about) return before;
  const fresh: Known = { about, exchangers: new Map(), chains: new Map(), domains: new Map() };
  remembered.set(check, fresh);
  return fresh;
}

/** The exchangers of a domain that are asked, the preferred ones first; none where they are not known. */
async function pairsOf(domain: string, context: InboundContext): Promise<Pair[]> {
  const { hosts } = context;
  const all = await exchangesOf(domain, context);
  const asked = hosts === null ? all : all.filter((host) => hosts.includes(host));
  return asked.slice(0, HOSTS_PER_DOMAIN).map((host) => ({ domain, host }));
}

/** Whether an exchanger treats a domain as it should. */
const asExpected = ({ postmaster, madeUp }: DomainInbound) =>
  postmaster === 'accepted' && madeUp === 'refused';

function summarise(pairs: readonly Pair[], known: Known, undecided: ReadonlySet<string>): Inbound {
  const hosts = new Set(pairs.map(({ host }) => host));
  for (const host of known.exchangers.keys()) if (!hosts.has(host)) known.exchangers.delete(host);
  const counts = { asExpected: 0, refused: 0, acceptsAll: 0, unknown: 0, untested: 0 };
  const domains: DomainInbound[] = [];
  for (const [, own] of Map.groupBy(pairs, ({ domain }) => domain)) {
    const results = own.flatMap((pair) => known.domains.get(keyOf(pair)) ?? []);
    const wrong = results.filter((one) => !asExpected(one));
    domains.push(...wrong.map(({ at: _at, ...one }) => one));
    if (wrong.some(({ postmaster }) => postmaster !== 'accepted')) counts.refused += 1;
    else if (wrong.length > 0) counts.acceptsAll += 1;
    else if (results.length > 0) counts.asExpected += 1;
    else if (own.some((pair) => undecided.has(keyOf(pair)))) counts.unknown += 1;
    else counts.untested += 1;
  }
  const exchangers = [...known.exchangers.values()];
  const served = new Map(
    pairs
      .filter((pair) => known.domains.get(keyOf(pair))?.postmaster === 'accepted')
      .map(({ domain, host }) => [domain, host]),
  );
  const byHost = Map.groupBy(pairs, ({ host }) => host);
  const domainCounts = new Map([...byHost].map(([host, its]) => [host, its.length]));
  const result = { exchangers: exchangers.slice(0, SHOWN_HOSTS), domains, counts };
  return { result, exchangers, chains: known.chains, domains, served, domainCounts };
}
