/** The page of one check: how it is, and what its last runs show together. */

import type { Run } from '../checks/check.ts';
import type { Period } from '../history/periods.ts';
import type { VersionChange } from '../history/versions.ts';
import { notices, stateBadge, subtitle, titleOf } from './about.ts';
import { activity } from './activity.ts';
import type { Cell } from './face.ts';
import { headline, oneLine, otherFindings } from './findings.ts';
import { badge, changeSentence, clock, OUTCOME_TONES, said, scrolling, sign, span } from './format.ts';
import { guestForm } from './guest.ts';
import { type Html, html } from './html.ts';
import { type PageContext, page } from './layout.ts';
import { facts } from './overview.ts';
import { intermittentNotice, stateSentence } from './parts.ts';
import { cellsOf, resultSummary } from './result.ts';
import { type Starting, startForm } from './start.ts';
import type { CheckView } from './state.ts';
import { uptimeBar, uptimeShares } from './uptime.ts';
import type { Words } from './words/index.ts';

/** Of more pieces than these, only those that were not well in some run are shown. */
const MANY_CELLS = 60;
/** And no more of them than these. */
const MOST_CELLS = 200;
/** Number of changes that are listed. */
const CHANGES = 20;

export interface CheckPageView extends CheckView {
  /** The last runs, the latest first. */
  readonly runs: readonly Run[];
  /** When it worked and when it did not, the latest first. */
  readonly periods: readonly Period[];
  /** Of versions, the latest first. */
  readonly changes: readonly VersionChange[];
  readonly starting: Starting;
  /** Somebody can be led through a call on its deployment. */
  readonly guests: boolean;
}

export function checkPage(view: CheckPageView, context: PageContext): string {
  const { status, nextRun, latest: run, runs, starting } = view;
  const { t, now } = context;
  const tone = run ? OUTCOME_TONES[run.outcome] : 'quiet';
  const line = run && oneLine(run, t);
  return page(
    {
      ...context,
      title: `${titleOf(status)}${t.colon} ${line?.text ?? (status.enabled ? t.overview.noRun : t.about.disabled)} – Vigie`,
      tone,
    },
    html`<section class="check ${tone}">
      <div class="head"><h1>${titleOf(status)} ${subtitle(status, t)}</h1>${stateBadge(status, run, t)}</div>
      ${status.group !== null && html`<p class="dim">${status.group}</p>`}
      ${notices(status, now, t)}
      ${status.target && html`<p class="dim target">${status.target}</p>`}
      ${run && line && html`${headline(run, line, { evidence: false, t })}${stateSentence(run, view, now, t)}`}
      ${intermittentNotice(view, t)}
      ${status.activity && activity(status.activity, now, t)}
      ${run && html`<h2>${t.check.latest}</h2>${resultSummary(run, t)}${line && otherFindings(run, line, { evidence: false, t })}`}
      ${facts(status, run, nextRun, context)}
      ${status.enabled && startForm(status.name, starting, t)}
      ${view.guests && guestForm(status.name, starting, t)}
      ${runs.length > 0 && html`<h2 id="availability">${t.uptime.title}</h2>${uptimeBar(view.uptime, t)}${uptimeShares(view.uptime, t)}`}
      ${runs.length > 0 && cellTable(runs, context)}
      ${changes(view, context)}
      ${runs.length > 0 && runTable(runs, context)}
    </section>`,
  );
}

/** A row for each piece, a column for each run. */
function cellTable(runs: readonly Run[], { t, now }: PageContext): Html | null {
  // The newest last, as in every other strip.
  const shownRuns = runs.toReversed();
  const columns = shownRuns.map((run) => new Map(cellsOf(run, t).map((cell) => [cell.key, cell])));
  const all = new Map(
    columns.flatMap((cells) => [...cells].map(([key, { label }]) => [key, label] as const)),
  );
  if (all.size === 0) return null;
  const everWrong = (key: string) =>
    columns.some((cells) => !['good', 'quiet', undefined].includes(cells.get(key)?.tone));
  const rows = all.size <= MANY_CELLS ? [...all] : [...all].filter(([key]) => everWrong(key));
  const shown = rows.slice(0, MOST_CELLS);
  const well = all.size - rows.length;
  return html`<h2 id="cells">${t.check.cells}</h2><p class="dim">${t.check.cellsHow(runs.length)}${well > 0 && ` ${t.check.onlyWrong(well)}`}${rows.length > shown.length && ` ${t.check.more(rows.length - shown.length)}`}</p>
  ${scrolling(
    t.check.cells,
    html`<table class="cells"><thead><tr><th scope="col">${t.check.cell}</th><th scope="col">${t.check.good}</th>${shownRuns.map((run) => heading(run, now, t))}</tr></thead>
    <tbody>${shown.map(([key, label]) => {
      const cells = columns.map((column) => column.get(key));
      return html`<tr><th scope="row">${label}</th>${share(cells)}${cells.map((cell) => cellOf(cell, t))}</tr>`;
    })}</tbody></table>`,
  )}`;
}

function heading(run: Run, now: Date, t: Words): Html {
  const tone = OUTCOME_TONES[run.outcome];
  const text = `${clock(run.startedAt, now)}${t.colon} ${t.outcome[run.outcome]}`;
  return html`<th scope="col"><a class="${tone}" href="/runs/${run.id}" title="${text}" aria-label="${text}">${sign(tone)}</a></th>`;
}

/** In how many of the runs that had it, it was well. */
function share(cells: readonly (Cell | undefined)[]): Html {
  const judged = cells.filter(
    (cell) => cell !== undefined && cell.tone !== 'quiet' && cell.tone !== 'unsure',
  );
  const good = judged.filter((cell) => cell?.tone === 'good').length;
  return html`<td class="figure">${judged.length === 0 ? '–' : `${good}/${judged.length}`}</td>`;
}

function cellOf(cell: Cell | undefined, t: Words): Html {
  if (!cell) return html`<td><span class="hidden">${t.check.notThere}</span></td>`;
  return html`<td class="${cell.tone}" title="${cell.word}">${sign(cell.tone)}<span class="hidden">${cell.word}</span></td>`;
}

/** State and versions, the latest first. */
function changes({ periods, changes: versions }: CheckPageView, { t, now }: PageContext): Html {
  const entries = [
    ...periods
      .filter(({ orEarlier }) => !orEarlier)
      .map((period) => ({ at: period.from, said: periodOf(period, now, t) })),
    ...versions.map((change: VersionChange) => ({ at: change.at, said: changeSentence(change, now, t) })),
  ].sort((a, b) => b.at.localeCompare(a.at));
  return html`<h2 id="changes">${t.check.changes}</h2>
    ${entries.length === 0 ? html`<p class="dim">${t.check.noChange}</p>` : html`<ul class="changes">${entries.slice(0, CHANGES).map(({ said }) => html`<li>${said}</li>`)}</ul>`}`;
}

function periodOf({ working, from, to, run }: Period, now: Date, t: Words): Html {
  const tone = working ? 'good' : 'bad';
  const lasted = t.check.lasted(span((to === null ? now.getTime() : Date.parse(to)) - Date.parse(from), t));
  return html`<span class="${tone}">${sign(tone)}</span> <a href="/runs/${run}"><time datetime="${from}">${clock(from, now)}</time></a>${t.colon} <b>${working ? t.check.worksAgain : t.check.broke}</b> <span class="dim">${lasted}${to === null && `, ${t.check.stillNow}`}</span>`;
}

function runTable(runs: readonly Run[], { t, now }: PageContext): Html {
  const { check: say } = t;
  return html`<h2 id="runs">${say.runs}</h2><table class="list index runs">
    <caption class="hidden">${say.runs}</caption>
    <thead><tr><th scope="col">${say.started}</th><th scope="col">${t.overview.outcome}</th><th scope="col">${say.duration}</th><th scope="col">${say.summary}</th></tr></thead>
    <tbody>${runs.map(
      (run, index) => html`<tr><th scope="row"><a href="/runs/${run.id}">${clock(run.startedAt, now)}</a></th>
        <td>${badge(run.outcome, t)}</td><td class="dim">${span(run.durationMs, t)}</td><td class="line">${index === 0 ? html`<span class="dim">${say.above}</span>` : said(oneLine(run, t))}${run.trigger === 'hand' && html` <span class="dim">${t.activity.byHand(run.startedBy ?? null)}</span>`}</td></tr>`,
    )}</tbody></table>`;
}
