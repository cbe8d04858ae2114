/** The check `reports`: what receivers report about mail that is sent as the hosted domains (DMARC aggregate reports). */

import { readFile } from 'node:fs/promises';
import { DAY_MS } from '../../base/durations.ts';
import { IN_MEMORY } from '../../base/in-memory.ts';
import { stateFile } from '../../base/state-file.ts';
import { createResolver } from '../../dns/resolver.ts';
import type { CheckContext, CheckKind, CheckResult, Found, Phase } from '../check.ts';
import { timing } from '../phase.ts';
import { parseDomains } from '../records/domains-file.ts';
import type { ReportsDoing } from './doing.ts';
import { takeIn } from './intake.ts';
import { judgeSilence, judgeSources, judgeUnreadable } from './judge.ts';
import { type ReportsOptions, reportsOptions } from './options.ts';
import { publish } from './publish.ts';
import { namesOf, networksOf } from './sources.ts';
import { ReportStore } from './store.ts';
import { tallyOf } from './tally.ts';
import { reportsWords } from './words/index.ts';

/** Failures of our own servers are judged by the latest days that were reported: what is fixed is over. */
const RECENT_MS = 2 * DAY_MS;
/** The days before a silence by which regular reports are recognised. */
const REGULAR_DAYS = 14;

export const reportsKind: CheckKind<'reports', ReportsOptions> = {
  kind: 'reports',
  defaultEvery: '6h',
  schema: reportsOptions,
  heavy: false,
  deadlineMs: (options) => options.deadline,
  run: (options, context) => runReports(options, context),
};

/** @param now for tests */
export async function runReports(
  options: ReportsOptions,
  context: CheckContext<'reports'>,
  now = Date.now(),
): Promise<CheckResult<'reports'>> {
  const phases: Phase[] = [];
  const timed = timing(phases);
  const file = options.files ? IN_MEMORY : (options.store ?? stateFile(`reports-${context.name}.sqlite`));
  let store: ReportStore;
  try {
    store = new ReportStore(file);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    return {
      summary: '',
      findings: [{ cause: { id: 'reports-store', file, problem }, outcome: 'error' }],
      phases,
    };
  }
  const resolver = createResolver(options.resolver);
  try {
    const say = (doing: ReportsDoing) =>
      context.progress({ phase: 'read', doing, text: reportsWords.en.progress(doing) });
    say({ id: 'opening' });
    const domains = await wantedDomains(options);
    const { signal } = context;
    const taken = await timed('read', () =>
      takeIn(options, {
        store,
        resolver,
        signal,
        now,
        domains,
        onProgress: (done, of, reports) => say({ id: 'reading', done, of, reports }),
      }),
    );
    if (!options.files) store.prune(now - options.keep);
    return await timed('judge', () =>
      judge({ options, store, resolver, signal, now, taken, phases, domains }),
    );
  } finally {
    store.close();
    resolver.close();
  }
}

/** The domains whose reports count; null: all. */
async function wantedDomains({ domains, domainsFile }: ReportsOptions): Promise<ReadonlySet<string> | null> {
  if (domains.length === 0 && domainsFile === undefined) return null;
  const listed = domainsFile === undefined ? [] : parseDomains(await readFile(domainsFile, 'utf8')).domains;
  return new Set([...domains, ...listed]);
}

interface ToJudge {
  readonly options: ReportsOptions;
  readonly store: ReportStore;
  readonly resolver: ReturnType<typeof createResolver>;
  readonly signal: AbortSignal;
  readonly now: number;
  readonly taken: Awaited<ReturnType<typeof takeIn>>;
  readonly phases: readonly Phase[];
  readonly domains: ReadonlySet<string> | null;
}

async function judge(given: ToJudge): Promise<CheckResult<'reports'>> {
  const { options, store, resolver, signal, now, taken, phases, domains } = given;
  const wanted = <Each extends { readonly domain: string }>(all: readonly Each[]) =>
    domains === null ? all : all.filter(({ domain }) => domains.has(domain));
  const since = options.files ? 0 : now - options.window;
  const presence = wanted(store.presence(since));
  const reports = presence.reduce((total, one) => total + one.reports, 0);
  const own = await networksOf(options.own, resolver, signal);
  const known = await networksOf(options.known, resolver, signal);
  const unresolved = [...own.unresolved, ...known.unresolved];
  const whose = { own: own.networks, known: known.networks, selectors: options.selectors };
  const tally = tallyOf(wanted(store.traffic(since)), whose);
  const newest = Math.max(0, ...presence.map(({ ended }) => ended));
  const recent = tallyOf(wanted(store.traffic(Math.max(since, newest - RECENT_MS))), whose);
  const { result, shown, addresses } = publish({ presence, tally, since, counts: taken.counts, reports });
  const names = await namesOf(addresses, resolver, signal);
  const findings: Found<'reports'>[] = [
    ...taken.findings,
    ...unresolved.map((one): Found<'reports'> => {
      return { cause: { id: 'reports-host-unresolved', ...one }, outcome: 'error' };
    }),
  ];
  // Without our own addresses every source would be somebody else's.
  if (options.own.length > 0 && unresolved.length === 0) {
    const judged = presence.map(({ domain, policy }) => ({
      domain,
      policy,
      sources: tally.get(domain) ?? [],
      recent: recent.get(domain) ?? [],
    }));
    findings.push(...judgeSources(judged, options.expect, (source) => shown(source, names)));
  }
  findings.push(...judgeUnreadable(store.unreadable(since), reports));
  if (taken.complete) {
    const { silence } = options.expect;
    const regular = wanted(store.presence(now - silence - REGULAR_DAYS * DAY_MS));
    findings.push(...judgeSilence(regular, options.expect, REGULAR_DAYS, now));
    if (regular.length === 0) {
      const days = Math.round(options.window / DAY_MS);
      findings.push({
        cause: { id: 'reports-none', days, messages: taken.counts.messages },
        outcome: 'degraded',
      });
    }
  }
  const published = result(names);
  return { summary: summaryOf(published, findings), findings, phases, reports: published };
}

/** The runner writes it from the findings, where one changes the outcome. */
function summaryOf(
  result: NonNullable<CheckResult<'reports'>['reports']>,
  findings: readonly Found<'reports'>[],
): string {
  return findings.some(({ outcome }) => outcome !== 'pass') ? '' : reportsWords.en.summary(result);
}
