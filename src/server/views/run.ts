/** The page of one run: of one that has ended, or one that is on. */
import type { Phase, Run } from '../../checks/check.ts';
import { type EvidenceFile, REPORT_FILE } from '../../history/evidence.ts';
import type { VersionChange } from '../../history/versions.ts';
import type { Activity } from '../../schedule/scheduler.ts';
import { fileTable } from './files.ts';
import { findings } from './findings.ts';
import { type Html, html } from './html.ts';
import { page } from './layout.ts';
import { resultDetails } from './result.ts';
import { badge, changeSentence, count, instant, KIND_WORDS, OUTCOME_WORDS, sign, span } from './words.ts';

export interface PageContext {
  readonly now: Date;
  readonly version: string;
  readonly sandbox: boolean;
  readonly refresh: number | null;
}

/** What belongs to a run beside itself. */
export interface RunSurroundings {
  /** The evidence that is kept of it; null where there is none. */
  readonly files: readonly EvidenceFile[] | null;
  /** The versions that it was the first to see. */
  readonly changes: readonly VersionChange[];
}

export function runPage(run: Run, context: PageContext, { files, changes }: RunSurroundings): string {
  const { tone } = OUTCOME_WORDS[run.outcome];
  return page(
    { ...context, refresh: null, title: `${run.check}: ${run.summary} – Vigie`, tone },
    html`<section class="check ${tone}">
      <div class="head"><h1>${run.check} <span class="dim">${KIND_WORDS[run.kind]}</span></h1>${badge(run.outcome)}</div>
      <p class="summary">${run.summary}</p>
      <p>Started at ${instant(run.startedAt, context.now)}, took ${span(run.durationMs)}.${run.call && html` On ${link(run.call.url)}.`}</p>
      ${changes.map((change) => html`<p>${changeSentence(change, context.now)}</p>`)}
      ${findings(run, { evidence: true })}
      ${resultDetails(run, { pending: false })}
      ${phases(run.phases)}
      ${files && evidenceLinks(run.id, files)}
      <p><a href="/api/runs/${run.id}">This run as JSON</a> · <a href="/#check-${run.check}">the check now</a></p>
    </section>`,
  );
}

function evidenceLinks(id: string, files: readonly EvidenceFile[]): Html {
  const report = files.some(({ name }) => name === REPORT_FILE);
  return html`<h2>Evidence</h2><p>${report && html`<a href="/runs/${id}/evidence/${REPORT_FILE}">The report</a>: graphs, events, connections, console, screenshots, in one file. `}<a href="/runs/${id}/evidence">All ${count(files.length, 'file')}</a>.</p>`;
}

/** The page that lists what is kept of a run; `known`: the run itself is, too. */
export function evidencePage(
  id: string,
  files: readonly EvidenceFile[],
  known: boolean,
  context: PageContext,
): string {
  return page(
    { ...context, refresh: null, title: `Evidence of run ${id} – Vigie`, tone: 'quiet' },
    html`<section class="check quiet"><h1>Evidence of run <code>${id}</code></h1>
      ${fileTable(files, `/runs/${id}/evidence/`)}
      ${known && html`<p><a href="/runs/${id}">The run</a></p>`}</section>`,
  );
}

/** The page of a run that waits or is on; it loads itself again until the run has ended. */
export function activityPage(activity: Activity, context: PageContext): string {
  const { check, kind, state, progress, queuedAt, startedAt } = activity;
  const words = state === 'running' ? 'running' : 'waiting for its turn';
  return page(
    { ...context, title: `${check}: ${words} – Vigie`, tone: 'quiet' },
    html`<section class="check quiet">
      <div class="head"><h1>${check} <span class="dim">${KIND_WORDS[kind]}</span></h1><span class="badge quiet">${sign('quiet')}${words}</span></div>
      <p class="summary">${progress?.text ?? (state === 'running' ? 'It has just started.' : 'Another check is using the browsers.')}</p>
      <p>${startedAt ? html`Started at ${instant(startedAt, context.now)}` : html`Waits since ${instant(queuedAt, context.now)}`}.</p>
      ${progress?.partial && resultDetails(progress.partial, { pending: true })}
    </section>`,
  );
}

/** A page that says what went wrong with a request. */
export function errorPage(title: string, text: string, context: PageContext): string {
  return page(
    { ...context, refresh: null, title: `${title} – Vigie`, tone: 'quiet' },
    html`<h1>${title}</h1><p>${text}</p><p><a href="/">To the first page</a></p>`,
  );
}

/** A deployment's address as a link, where it is one that a browser may follow. */
export function link(url: string): Html {
  return /^https?:\/\//i.test(url)
    ? html`<a href="${url}" rel="noreferrer noopener">${url}</a>`
    : html`<code>${url}</code>`;
}

/** How long each part of a run took. */
export function phases(all: readonly Phase[]): Html | null {
  if (all.length === 0) return null;
  const longest = Math.max(1, ...all.map(({ ms }) => ms));
  return html`<h2>Phases</h2><table class="list phases"><tbody>${all.map(
    ({ name, ms }) => html`<tr><th scope="row">${name}</th><td class="figure">${span(ms)}</td>
      <td><svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect width="${((100 * ms) / longest).toFixed(1)}" height="6"/></svg></td></tr>`,
  )}</tbody></table>`;
}
