/** The first page: each check with its latest matrix, in clear words. */

import type { Outcome, Run } from '../checks/check.ts';
import { versionText } from '../checks/software.ts';
import { availabilityOf, NO_RUNS } from '../compare/availability.ts';
import type { CheckStatus } from '../schedule/scheduler.ts';
import { byGroup, notices, stateBadge, subtitle, titleOf } from './about.ts';
import { activity } from './activity.ts';
import { headline, oneLine, otherFindings } from './findings.ts';
import { changeSentence, clock, instant, OUTCOME_TONES, said, sign, span, type Tone } from './format.ts';
import { type Html, html } from './html.ts';
import { type PageContext, page } from './layout.ts';
import { intermittentNotice, rowOfRuns, stateSentence } from './parts.ts';
import { factsOf, resultSummary } from './result.ts';
import type { CheckView } from './state.ts';
import { percentage, uptimeBar, uptimeShares } from './uptime.ts';
import type { Words } from './words/index.ts';

export interface OverviewView {
  readonly checks: readonly CheckView[];
  /** Whether the configuration that was last read is the one in use. */
  readonly configurationRefused: boolean;
  /** What went wrong inside Vigie since its start. */
  readonly internalErrors: { readonly count: number; readonly last: Date | null };
}

/** Of more checks than these, those that pass are in the list alone. */
const FEW = 8;

export function overviewPage(view: OverviewView, context: PageContext): string {
  const { checks, configurationRefused, internalErrors } = view;
  const { t, now } = context;
  const { tone, sentence } = overall(checks, t);
  const shown = checks.length <= FEW ? checks : checks.filter((check) => !isWell(check));
  return page(
    { ...context, title: `${sentence} – Vigie`, tone, entry: 'overview' },
    html`<h1 class="${tone}">${sign(tone)}${sentence}</h1>
    ${configurationRefused && html`<p class="notice bad">${sign('bad')}<span>${t.overview.refused}</span></p>`}
    ${internalErrors.last && html`<p class="notice bad">${sign('bad')}<span>${t.overview.internalErrors(internalErrors.count)} ${clock(internalErrors.last.toISOString(), now)}</span></p>`}
    ${checks.length > 1 && index(checks, new Set(shown), now, t)}
    ${shown.map((check) => section(check, now, t))}`,
  );
}

/** The state of everything in one sentence, the worst first; what is disabled does not count. */
export function overall(all: readonly CheckView[], t: Words): { tone: Tone; sentence: string } {
  const checks = all.filter(({ status }) => status.enabled);
  const only = checks.length === 1 ? titleOf(checks[0]!.status) : null;
  const parts: { tone: Tone; n: number; verb: (n: number) => string }[] = [
    { tone: 'bad', n: ended(checks, 'fail'), verb: t.overall.fail },
    { tone: 'unsure', n: ended(checks, 'error'), verb: t.overall.error },
    { tone: 'warn', n: ended(checks, 'degraded'), verb: t.overall.degraded },
    { tone: 'warn', n: checks.filter(failsNowAndThen).length, verb: t.overall.intermittent },
    { tone: 'quiet', n: ended(checks, null), verb: t.overall.noneYet },
  ];
  const [worst, ...others] = parts.filter(({ n }) => n > 0);
  if (checks.length === 0) return { tone: 'quiet', sentence: t.overall.none };
  if (!worst) {
    return { tone: 'good', sentence: only ? t.overall.passes(only) : t.overall.allPass(checks.length) };
  }
  const first = `${only ?? t.overall.of(worst.n, checks.length)} ${worst.verb(worst.n)}`;
  return {
    tone: worst.tone,
    sentence: [first, ...others.map(({ n, verb }) => `${n} ${verb(n)}`)].join(', '),
  };
}

/** Works at present, and fails in a share of runs that chance does not explain. */
export function failsNowAndThen({ latest, intermittent }: CheckView): boolean {
  return latest?.outcome === 'pass' && intermittent.length > 0;
}

function isWell(check: CheckView): boolean {
  return !check.status.enabled || (check.latest?.outcome === 'pass' && !failsNowAndThen(check));
}

/** How many checks' last run had this outcome; null: had no run yet. */
function ended(checks: readonly CheckView[], outcome: Outcome | null): number {
  return checks.filter(({ latest }) => (latest?.outcome ?? null) === outcome).length;
}

/** A row for each check; what is said of those that are shown below is said there alone. */
function index(checks: readonly CheckView[], below: ReadonlySet<CheckView>, now: Date, t: Words): Html {
  const { overview: say } = t;
  const lines = checks.some((check) => !below.has(check));
  return html`<table class="list index">
    <caption class="hidden">${say.all}</caption>
    <thead><tr><th scope="col">${say.check}</th><th scope="col">${say.outcome}</th><th scope="col">${say.lastRun}</th><th scope="col">${t.uptime.windows['30d']}</th>${lines && html`<th scope="col">${say.oneLine}</th>`}</tr></thead>
    ${byGroup(checks).map(
      ([group, its]) =>
        html`<tbody>${group !== null && html`<tr class="group"><th scope="rowgroup" colspan="5">${group}</th></tr>`}${its.map((check) => html`<tr>${rowOf(check, now, t)}${lines && html`<td class="line">${!below.has(check) && lineOf(check, t)}</td>`}</tr>`)}</tbody>`,
    )}</table>`;
}

function rowOf({ status, latest: run, intermittent, uptime }: CheckView, now: Date, t: Words): Html {
  return html`<th scope="row"><a href="/checks/${status.name}">${titleOf(status)}</a></th>
        <td>${stateBadge(status, run, t)}${status.maintenance && html` <span class="dim">${t.about.maintenance}</span>`}${intermittent.length > 0 && html` <span class="badge warn">${sign('warn')}${t.intermittent.badge}</span>`}</td>
        <td class="dim">${run ? clock(run.startedAt, now) : '–'}</td>
        <td class="figure" title="${t.uptime.windows['30d']}">${monthly(uptime, t)}</td>`;
}

function lineOf({ status, latest: run }: CheckView, t: Words): Html | string {
  if (run) return said(oneLine(run, t));
  return status.activity ? t.overview.firstRunIsOn : '';
}

function monthly({ shares }: CheckView['uptime'], t: Words): string {
  const share = availabilityOf(shares.get('30d') ?? NO_RUNS);
  return share === null ? '–' : percentage(share, t);
}

function section(check: CheckView, now: Date, t: Words): Html {
  const { status, nextRun, latest: run, row, change } = check;
  const line = run && oneLine(run, t);
  return html`<section class="check ${run ? OUTCOME_TONES[run.outcome] : 'quiet'}" id="check-${status.name}" aria-labelledby="name-${status.name}">
    <div class="head">
      <h2 id="name-${status.name}"><a href="/checks/${status.name}">${titleOf(status)}</a> ${subtitle(status, t)}</h2>
      ${stateBadge(status, run, t)}
    </div>
    ${notices(status, now, t)}
    ${status.target && html`<p class="dim target">${status.target}</p>`}
    ${run && line && headline(run, line, { evidence: false, t })}
    ${run && stateSentence(run, check, now, t)}
    ${intermittentNotice(check, t)}
    ${change && html`<p class="dim">${changeSentence(change, now, t)}</p>`}
    ${run && resultSummary(run, t)}
    ${run && line && otherFindings(run, line, { evidence: false, t })}
    ${status.activity && activity(status.activity, now, t)}
    ${facts(status, run, nextRun, { now, t })}
    ${row.length > 1 && html`${rowOfRuns(status.name, row, now, t)}${uptimeBar(check.uptime, t)}${uptimeShares(check.uptime, t)}`}
  </section>`;
}

/** Times and numbers of a check. */
export function facts(
  status: CheckStatus,
  run: Run | null,
  nextRun: string | null,
  { now, t }: Pick<PageContext, 'now' | 't'>,
): Html {
  const { overlap, queue, missed } = status.skipped;
  const skipped = overlap + queue + missed;
  const { overview: say } = t;
  return html`<dl class="facts">
    ${run && html`<div><dt>${say.lastRun}</dt><dd><a href="/runs/${run.id}">${clock(run.startedAt, now)}</a> <span class="dim">${say.took} ${span(run.durationMs, t)}</span></dd></div>`}
    ${nextRun && html`<div><dt>${say.nextRun}</dt><dd>${instant(nextRun, now, t)}</dd></div>`}
    ${run && factsOf(run).map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}
    ${run?.software?.map((each) => html`<div><dt>${each.part}</dt><dd>${versionText(each)}</dd></div>`)}
    ${skipped > 0 && html`<div><dt>${say.skipped}</dt><dd>${t.count.run(skipped)} <span class="dim">(${say.skippedHow(overlap, queue, missed)})</span></dd></div>`}
  </dl>`;
}
