/** What reports say that somebody has to know. */
import { DAY_MS } from '../../base/durations.ts';
import type { Found } from '../check.ts';
import type { ReportsOptions } from './options.ts';
import type { ReportedSource } from './result.ts';
import type { Presence, Unreadable } from './store.ts';
import type { SourceTally } from './tally.ts';

type Finding = Found<'reports'>;
type Expectation = ReportsOptions['expect'];

/** Fewer failing messages than this are no sign of anything. */
const MIN_FAILING = 3;
/** Fewer messages of an unknown sender are not reported. */
const MIN_SENDER = 5;
const SHOWN_SOURCES = 5;
const SHOWN_DOMAINS = 5;
/** Many findings of one id are reported in full up to this number. */
const IN_FULL = 20;
/** A domain has reports regularly if there were some on this share of the days before the silence. */
const REGULAR = 0.6;
const MIN_DAYS = 5;

/** One domain as it is judged. */
export interface Judged {
  readonly domain: string;
  readonly policy: string | null;
  /** In the time that is looked at. */
  readonly sources: readonly SourceTally[];
  /** In the latest days of it: what is fixed since then is no finding any more. */
  readonly recent: readonly SourceTally[];
}

/** Findings about who sends. @param shown how a source is published */
export function judgeSources(
  domains: readonly Judged[],
  expect: Expectation,
  shown: (source: SourceTally) => ReportedSource,
): Finding[] {
  const listed = (sources: readonly SourceTally[]) => sources.slice(0, SHOWN_SOURCES).map(shown);
  const each = domains.flatMap((domain) => [
    ...ownFailures(domain, expect, listed),
    ...otherSenders(domain, listed),
    ...strangersDelivered(domain, expect, listed),
  ]);
  return [...limited(each), ...strangersStopped(domains, expect)];
}

type Listed = (sources: readonly SourceTally[]) => ReportedSource[];

const sum = (sources: readonly SourceTally[], what: (source: SourceTally) => number) =>
  sources.reduce((total, source) => total + what(source), 0);

function ownFailures({ domain, policy, recent }: Judged, expect: Expectation, listed: Listed): Finding[] {
  const own = recent.filter(({ kind }) => kind === 'own');
  const messages = sum(own, (source) => source.messages);
  const beyond = (failing: number, percentage: number) =>
    failing >= MIN_FAILING && failing * 100 > messages * percentage;
  const failingMost = (failing: (source: SourceTally) => number) =>
    listed(own.filter((source) => failing(source) > 0).sort((a, b) => failing(b) - failing(a)));
  const fails = (source: SourceTally) => source.messages - source.pass;
  const findings: Finding[] = [];
  const failing = sum(own, fails);
  if (beyond(failing, expect.ownFailures)) {
    const sources = failingMost(fails);
    findings.push({
      cause: { id: 'reports-own-fails', domain, sources, messages, failing, policy },
      outcome: 'fail',
    });
  }
  for (const mechanism of ['dkim', 'spf'] as const) {
    // Those that fail DMARC fail both, and are reported above.
    const alone = (source: SourceTally) => source.pass - source[mechanism];
    const its = sum(own, alone);
    if (!beyond(its, expect.mechanismFailures)) continue;
    findings.push({
      cause: {
        id: 'reports-own-mechanism',
        domain,
        sources: failingMost(alone),
        messages,
        failing: its,
        mechanism,
      },
      outcome: 'degraded',
    });
  }
  return findings;
}

function otherSenders({ domain, sources }: Judged, listed: Listed): Finding[] {
  const others = sources.filter(({ kind }) => kind === 'sender');
  const messages = sum(others, (source) => source.pass);
  if (messages < MIN_SENDER) return [];
  const cause = { id: 'reports-other-sender', domain, sources: listed(others), messages } as const;
  return [{ cause, outcome: 'degraded' }];
}

function strangersDelivered(
  { domain, policy, sources }: Judged,
  expect: Expectation,
  listed: Listed,
): Finding[] {
  const strangers = sources.filter(({ kind, delivered }) => kind === 'stranger' && delivered > 0);
  const delivered = sum(strangers, (source) => source.delivered);
  if (delivered < expect.strangersDelivered) return [];
  const most = [...strangers].sort((one, other) => other.delivered - one.delivered);
  const cause = {
    id: 'reports-strangers-delivered',
    domain,
    sources: listed(most),
    messages: sum(strangers, (source) => source.messages),
    delivered,
    policy,
  } as const;
  return [{ cause, outcome: 'degraded' }];
}

/** Attempts that receivers stopped, of all domains together: nothing is to be done. */
function strangersStopped(domains: readonly Judged[], expect: Expectation): Finding[] {
  const stopped = domains
    .map(({ domain, sources }) => ({
      domain,
      messages: sum(
        sources.filter(({ kind }) => kind === 'stranger'),
        (source) => source.messages - source.delivered,
      ),
    }))
    .filter(({ messages }) => messages >= expect.strangersDelivered)
    .sort((one, other) => other.messages - one.messages);
  if (stopped.length === 0) return [];
  const cause = {
    id: 'reports-strangers-stopped',
    messages: stopped.reduce((total, { messages }) => total + messages, 0),
    domains: stopped.slice(0, SHOWN_DOMAINS),
    moreDomains: Math.max(0, stopped.length - SHOWN_DOMAINS),
  } as const;
  return [{ cause, outcome: 'pass' }];
}

/** The first findings of an id in full; one more names the other domains. */
function limited(findings: readonly Finding[]): Finding[] {
  return [...Map.groupBy(findings, ({ cause }) => cause.id).values()].flatMap((its) => {
    const rest = its.slice(IN_FULL);
    if (rest.length === 0) return its;
    const domains = rest.flatMap(({ cause }) => ('domain' in cause ? [cause.domain] : []));
    const [{ cause, outcome }] = rest as [Finding];
    return [...its.slice(0, IN_FULL), { cause: { id: cause.id, domains } as Finding['cause'], outcome }];
  });
}

/**
 * Domains about which reports came regularly and then stopped.
 * @param presence of the time before the silence and since
 * @param regularDays how many days that time has before the silence
 */
export function judgeSilence(
  presence: readonly Presence[],
  { silence }: Expectation,
  regularDays: number,
  now: number,
): Finding[] {
  const least = Math.max(MIN_DAYS, Math.ceil(regularDays * REGULAR));
  const regular = presence.filter(({ days }) => days >= least);
  const stopped = regular.filter(({ received }) => now - received >= silence);
  if (stopped.length === 0) return [];
  const latest = Math.max(...stopped.map(({ received }) => received));
  const cause = {
    id: 'reports-stopped',
    domains: stopped.map(({ domain }) => domain).sort(),
    all: stopped.length === regular.length,
    latest: new Date(latest).toISOString(),
    days: Math.floor((now - latest) / DAY_MS),
  } as const;
  return [{ cause, outcome: 'degraded' }];
}

/** Reports that could not be read: advice, unless none could. */
export function judgeUnreadable(unreadable: readonly Unreadable[], reports: number): Finding[] {
  if (unreadable.length === 0) return [];
  const examples = unreadable
    .slice(0, SHOWN_SOURCES)
    .map(({ sender, file, problem }) => ({ sender, file, problem }));
  const cause = { id: 'reports-unreadable', count: unreadable.length, examples } as const;
  return [{ cause, outcome: reports === 0 ? 'degraded' : 'pass' }];
}
