/** Parts that several pages have. */
import type { Phase, Run } from '../checks/check.ts';
import { works } from '../checks/outcome.ts';
import { phaseLabel } from '../checks/phase.ts';
import { intermittentText } from '../compare/intermittent-words/index.ts';
import type { Since } from '../history/since.ts';
import type { RunBrief } from '../history/store.ts';
import { clock, instant, OUTCOME_TONES, sign, span } from './format.ts';
import { type Html, html } from './html.ts';
import type { CheckView } from './state.ts';
import type { Words } from './words/index.ts';

/** A deployment's address as a link, where it is one that a browser may follow. */
export function link(url: string): Html {
  return /^https?:\/\//i.test(url)
    ? html`<a href="${url}" rel="noreferrer noopener">${url}</a>`
    : html`<code>${url}</code>`;
}

/** How long each part of a run took. */
export function phases(all: readonly Phase[], t: Words): Html | null {
  if (all.length === 0) return null;
  const longest = Math.max(1, ...all.map(({ ms }) => ms));
  return html`<h2>${t.run.phases}</h2><table class="list phases"><tbody>${all.map(
    (
      phase,
    ) => html`<tr><th scope="row" lang="en">${phaseLabel(phase)}</th><td class="figure">${span(phase.ms, t)}</td>
      <td><svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect width="${((100 * phase.ms) / longest).toFixed(1)}" height="6"/></svg></td></tr>`,
  )}</tbody></table>`;
}

/** `Broken since 15:00:07 UTC (35 min, 7 runs). Last worked at 14:20:07 UTC (1 h ago).` */
export function stateSentence(
  run: Run,
  { since, working }: Pick<CheckView, 'since' | 'working'>,
  now: Date,
  t: Words,
): Html {
  const before =
    !works(run.outcome) && working && html` ${t.overview.lastWorked} ${instant(working.startedAt, now, t)}.`;
  return html`<p>${sinceSentence(run, since, now, t)}${before}</p>`;
}

/** `Broken since 15:00:07 UTC (35 min, 7 runs).` */
function sinceSentence(run: Run, since: Since | null, now: Date, t: Words): Html | null {
  if (!since) return null;
  const lasting = span(now.getTime() - Date.parse(since.at), t);
  return html`${t.state[run.outcome]} ${t.overview.since} <time datetime="${since.at}">${clock(since.at, now)}</time>${
    since.orEarlier ? ` ${t.overview.orEarlier}` : ''
  } <span class="dim">(${lasting}, ${t.count.run(since.runs)})</span>.`;
}

/** The last runs as signs that lead to them, the newest last; `runs` are newest first. */
export function rowOfRuns(check: string, runs: readonly RunBrief[], now: Date, t: Words): Html {
  return html`<nav class="row" aria-label="${check}${t.colon} ${t.overview.row}">${[...runs]
    .reverse()
    .map((run) => {
      const tone = OUTCOME_TONES[run.outcome];
      const text = `${clock(run.startedAt, now)}${t.colon} ${t.outcome[run.outcome]}`;
      return html`<a class="${tone}" href="/runs/${run.id}" title="${text}" aria-label="${text}">${sign(tone)}</a>`;
    })}</nav>`;
}

/** What fails now and then, in words, with its runbook; null where nothing does. */
export function intermittentNotice({ status, intermittent }: CheckView, t: Words): Html | null {
  const text = intermittentText(intermittent, status.kind, t.lang);
  if (text === null) return null;
  const { title, runbook } = t.intermittent;
  return html`<p class="intermittent">${sign('warn')}<span><b>${title}</b> ${text} <a href="/runbooks/VigieCheckIntermittent.md">${runbook}</a></span></p>`;
}
