/** What was added up, as it is published: bounded, the most messages first. */
import type { Counts } from './intake.ts';
import {
  type ReportedDomain,
  type ReportedSource,
  type ReportsResult,
  SOURCE_KINDS,
  type SourceKind,
} from './result.ts';
import type { Presence } from './store.ts';
import type { SourceTally } from './tally.ts';

const MAX_DOMAINS = 500;
const MAX_SOURCES = 20;
/** Sources of all domains together: beyond, a domain shows its first few. */
const MANY_DOMAINS = 50;
const FEW_SOURCES = 5;

type Names = ReadonlyMap<string, string>;

interface Facts {
  readonly presence: readonly Presence[];
  readonly tally: ReadonlyMap<string, readonly SourceTally[]>;
  /** 0: all reports are looked at. */
  readonly since: number;
  readonly counts: Counts;
  readonly reports: number;
}

/** The result as a function of the sources' names, and the addresses whose names are wanted. */
export function publish({ presence, tally, since, counts, reports }: Facts): {
  result: (names: Names) => ReportsResult;
  shown: (source: SourceTally, names: Names) => ReportedSource;
  addresses: string[];
} {
  const all = presence
    .map((one) => ({ one, sources: tally.get(one.domain) ?? [] }))
    .map(({ one, sources }) => ({ one, sources, total: total(sources, 'messages') }))
    .sort((a, b) => b.total - a.total || (a.one.domain < b.one.domain ? -1 : 1));
  const domains = all.slice(0, MAX_DOMAINS);
  const most = domains.length > MANY_DOMAINS ? FEW_SOURCES : MAX_SOURCES;
  const addresses = domains.flatMap(({ sources }) =>
    sources
      .slice(0, most)
      .filter(({ kind }) => kind !== 'own')
      .map(({ source }) => source)
      .filter((source) => /[.:]/.test(source)),
  );
  return {
    addresses,
    shown: sourceOf,
    result: (names) => ({
      from: since === 0 ? null : new Date(since).toISOString(),
      read: counts,
      reports,
      domains: domains.map(({ one, sources }) => domainOf(one, sources, most, names)),
      moreDomains: all.length - domains.length,
    }),
  };
}

function total(sources: readonly SourceTally[], what: 'messages' | 'pass' | 'dkim' | 'spf'): number {
  return sources.reduce((sum, source) => sum + source[what], 0);
}

function domainOf(
  { domain, policy, reports, reporters, ended }: Presence,
  sources: readonly SourceTally[],
  most: number,
  names: Names,
): ReportedDomain {
  const ofKind = (kind: SourceKind) => sources.filter((source) => source.kind === kind);
  return {
    domain,
    policy,
    messages: total(sources, 'messages'),
    pass: total(sources, 'pass'),
    dkim: total(sources, 'dkim'),
    spf: total(sources, 'spf'),
    byKind: SOURCE_KINDS.map((kind) => ({
      kind,
      messages: total(ofKind(kind), 'messages'),
      pass: total(ofKind(kind), 'pass'),
    })).filter(({ messages }) => messages > 0),
    reports,
    reporters: [...reporters],
    latest: new Date(ended).toISOString(),
    sources: sources.slice(0, most).map((source) => sourceOf(source, names)),
    moreSources: Math.max(0, sources.length - most),
  };
}

function sourceOf(source: SourceTally, names: Names): ReportedSource {
  return { ...source, reporters: [...source.reporters], name: names.get(source.source) ?? null };
}
