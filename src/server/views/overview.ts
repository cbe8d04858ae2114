/** The first page: each check with its latest matrix, in clear words. */
import type { Outcome, Run } from '../../checks/check.ts';
import type { Since } from '../../history/since.ts';
import type { VersionChange } from '../../history/versions.ts';
import type { CheckStatus } from '../../schedule/scheduler.ts';
import { activity } from './activity.ts';
import { findings } from './findings.ts';
import { type Html, html } from './html.ts';
import { page } from './layout.ts';
import { resultSummary } from './result.ts';
import {
  badge,
  changeSentence,
  clock,
  count,
  instant,
  KIND_WORDS,
  OUTCOME_WORDS,
  sign,
  span,
  type Tone,
} from './words.ts';

export interface CheckView {
  readonly status: CheckStatus;
  /** ISO 8601; null when it is not due any more. */
  readonly nextRun: string | null;
  /** The last runs, newest first. */
  readonly runs: readonly Run[];
  /** Since when it is as the last run says. */
  readonly since: Since | null;
  /** The last run that worked. */
  readonly working: Run | null;
  /** The last time that the version of what is watched changed. */
  readonly change: VersionChange | null;
}

export interface OverviewView {
  readonly checks: readonly CheckView[];
  readonly now: Date;
  readonly version: string;
  readonly sandbox: boolean;
  readonly refresh: number | null;
  /** Whether the configuration that was last read is the one in use. */
  readonly configurationRefused: boolean;
}

/** So many of the last runs are shown as a row of signs. */
export const ROW_OF_RUNS = 20;

export function overviewPage(view: OverviewView): string {
  const { checks, now } = view;
  const { tone, sentence } = overall(checks);
  return page(
    { ...view, title: `${sentence} – Vigie`, tone },
    html`<h1 class="${tone}">${sign(tone)}${sentence}</h1>
    ${view.configurationRefused && html`<p class="notice bad">${sign('bad')}<span>The configuration was changed, and refused: the one before is still in use. The log says what is wrong with it.</span></p>`}
    ${checks.length > 1 && index(checks, now)}
    ${checks.map((check) => section(check, now))}`,
  );
}

/** The state of everything in one sentence, the worst first. */
export function overall(checks: readonly CheckView[]): { tone: Tone; sentence: string } {
  const only = checks.length === 1 ? checks[0]!.status.name : null;
  const parts: { tone: Tone; n: number; one: string; many: string }[] = [
    { tone: 'bad', n: ended(checks, 'fail'), one: 'fails', many: 'fail' },
    { tone: 'unsure', n: ended(checks, 'error'), one: 'could not tell', many: 'could not tell' },
    { tone: 'warn', n: ended(checks, 'degraded'), one: 'is degraded', many: 'are degraded' },
    { tone: 'quiet', n: ended(checks, null), one: 'has not run yet', many: 'have not run yet' },
  ];
  const [worst, ...others] = parts.filter(({ n }) => n > 0);
  if (checks.length === 0) return { tone: 'quiet', sentence: 'No check is configured' };
  if (!worst) return { tone: 'good', sentence: only ? `${only} passes` : `All ${checks.length} checks pass` };
  const verb = ({ n, one, many }: (typeof parts)[number]) => (n === 1 ? one : many);
  const first = `${only ?? `${worst.n} of ${checks.length} checks`} ${verb(worst)}`;
  return {
    tone: worst.tone,
    sentence: [first, ...others.map((part) => `${part.n} ${verb(part)}`)].join(', '),
  };
}

/** How many checks' last run had this outcome; null: had no run yet. */
function ended(checks: readonly CheckView[], outcome: Outcome | null): number {
  return checks.filter(({ runs }) => (runs[0]?.outcome ?? null) === outcome).length;
}

function index(checks: readonly CheckView[], now: Date): Html {
  return html`<table class="list index">
    <caption class="hidden">All checks</caption>
    <thead><tr><th scope="col">check</th><th scope="col">outcome</th><th scope="col">last run</th><th scope="col">in one line</th></tr></thead>
    <tbody>${checks.map(
      ({ status, runs: [run] }) => html`<tr>
        <th scope="row"><a href="#check-${status.name}">${status.name}</a></th>
        <td>${run ? badge(run.outcome) : html`<span class="badge quiet">${sign('quiet')}no run yet</span>`}</td>
        <td class="dim">${run ? clock(run.startedAt, now) : '–'}</td>
        <td>${run?.summary ?? (status.activity ? 'its first run is on' : '')}</td></tr>`,
    )}</tbody></table>`;
}

function section({ status, nextRun, runs, since, working, change }: CheckView, now: Date): Html {
  const run = runs[0];
  const tone = run ? OUTCOME_WORDS[run.outcome].tone : 'quiet';
  return html`<section class="check ${tone}" id="check-${status.name}" aria-labelledby="name-${status.name}">
    <div class="head">
      <h2 id="name-${status.name}">${status.name} <span class="dim">${KIND_WORDS[status.kind]}</span></h2>
      ${run ? badge(run.outcome) : html`<span class="badge quiet">${sign('quiet')}no run yet</span>`}
    </div>
    ${status.target && html`<p class="dim target">${status.target}</p>`}
    ${run && html`<p class="summary">${run.summary}</p>`}
    ${
      run &&
      html`<p>${sinceSentence(run, since, now)}${
        tone !== 'good' && tone !== 'warn' && working
          ? html` Last worked at ${instant(working.startedAt, now)}.`
          : ''
      }</p>`
    }
    ${change && html`<p class="dim">${changeSentence(change, now)}</p>`}
    ${run && resultSummary(run)}
    ${run && findings(run, { evidence: false })}
    ${status.activity && activity(status.activity, now)}
    ${facts(status, run, nextRun, now)}
    ${runs.length > 1 && rowOfRuns(runs, now)}
  </section>`;
}

function sinceSentence(run: Run, since: Since | null, now: Date): Html | null {
  if (!since) return null;
  const { state } = OUTCOME_WORDS[run.outcome];
  const lasting = span(now.getTime() - Date.parse(since.at));
  const runs = count(since.runs, 'run');
  return html`${state} since <time datetime="${since.at}">${clock(since.at, now)}</time>${
    since.orEarlier ? ' or earlier' : ''
  } <span class="dim">(${lasting}, ${runs})</span>.`;
}

function facts(status: CheckStatus, run: Run | undefined, nextRun: string | null, now: Date): Html {
  const { overlap, queue, missed } = status.skipped;
  const skipped = overlap + queue + missed;
  return html`<dl class="facts">
    ${run && html`<div><dt>last run</dt><dd><a href="/runs/${run.id}">${clock(run.startedAt, now)}</a> <span class="dim">took ${span(run.durationMs)}</span></dd></div>`}
    ${nextRun && html`<div><dt>next run</dt><dd>${instant(nextRun, now)}</dd></div>`}
    ${run?.call?.version && html`<div><dt>lib-jitsi-meet</dt><dd>${run.call.version}</dd></div>`}
    ${skipped > 0 && html`<div><dt>skipped</dt><dd>${count(skipped, 'run')} <span class="dim">(${overlap} still running, ${queue} still waiting, ${missed} missed)</span></dd></div>`}
  </dl>`;
}

function rowOfRuns(runs: readonly Run[], now: Date): Html {
  const shown = runs.slice(0, ROW_OF_RUNS).reverse();
  return html`<nav class="row" aria-label="Last runs, the newest last">${shown.map((run) => {
    const { tone, word } = OUTCOME_WORDS[run.outcome];
    const text = `${clock(run.startedAt, now)}: ${word}, ${run.summary}`;
    return html`<a class="${tone}" href="/runs/${run.id}" title="${text}" aria-label="${text}">${sign(tone)}</a>`;
  })}</nav>`;
}
