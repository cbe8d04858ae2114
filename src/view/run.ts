/** The page of one run: of one that has ended, or one that is on. */

import type { CallRecording } from '../checks/call/keep/recording.ts';
import type { Run } from '../checks/check.ts';
import { kinds } from '../checks/kinds.ts';
import { softwareWords } from '../checks/software.ts';
import type { DomainChanges } from '../compare/zone-changes.ts';
import { type EvidenceFile, REPORT_FILE } from '../history/evidence.ts';
import type { VersionChange } from '../history/versions.ts';
import type { Activity } from '../schedule/scheduler.ts';
import { progressLine } from './activity.ts';
import { pageFaces } from './faces.ts';
import { fileTable } from './files.ts';
import { headline, oneLine, otherFindings } from './findings.ts';
import { badge, changeSentence, data, instant, OUTCOME_TONES, sign, span } from './format.ts';
import { type Html, html } from './html.ts';
import { type PageContext, page } from './layout.ts';
import { link, phases } from './parts.ts';
import { commands } from './report/again.ts';
import { addressOf, resultDetails } from './result.ts';
import { type Starting, startForm } from './start.ts';
import type { Words } from './words/index.ts';
import { changesSection } from './zone-changes.ts';

export interface RunView {
  readonly run: Run;
  /** The evidence that is kept of it; null where there is none. */
  readonly files: readonly EvidenceFile[] | null;
  /** What its graphs are drawn from, if it is kept. */
  readonly recording: CallRecording | null;
  /** The versions that it was the first to see. */
  readonly changes: readonly VersionChange[];
  /** What changed in the records of domains since the run before, and when that was; null where there is none. */
  readonly zoneChanges: { readonly from: string; readonly domains: readonly DomainChanges[] } | null;
  /** How one may have it once more; null where its check is not configured any more. */
  readonly starting: Starting | null;
}

export function runPage(
  { run, files, recording, changes, zoneChanges, starting }: RunView,
  context: PageContext,
): string {
  const { t, now } = context;
  const tone = OUTCOME_TONES[run.outcome];
  const address = addressOf(run);
  const line = oneLine(run, t);
  return page(
    {
      ...context,
      title: `${run.check}${t.colon} ${line.text} – Vigie`,
      tone,
      drawings: pageFaces[run.kind].drawings === true,
    },
    html`<section class="check report ${tone}">
      <div class="head"><h1>${run.check} <span class="dim">${kinds[run.kind].words[t.lang].kind}</span></h1>${badge(run.outcome, t)}</div>
      ${headline(run, line, { evidence: true, t })}
      <p>${t.run.startedAt} ${instant(run.startedAt, now, t)}, ${t.run.took} ${span(run.durationMs, t)}.${address !== null && html` ${t.run.on} ${link(address)}.`}${run.place !== undefined && html` ${t.run.from} ${run.place}.`}${why(run, t)}
      ${starting && html` <a href="/checks/${run.check}">${t.overview.history}</a>`}</p>
      ${changes.map((change) => html`<p>${changeSentence(change, now, t)}</p>`)}
      ${otherFindings(run, line, { evidence: true, t })}
      ${zoneChanges && changesSection(zoneChanges.domains, zoneChanges.from, run.startedAt, t)}
      ${resultDetails(run.kind, run, { recording, screenshot: screenshotsOf(run.id, files ?? []), pending: false, t })}
      ${run.software && html`<p class="dim">${data(softwareWords(run.software))}</p>`}
      ${phases(run.phases, t)}
      ${files && evidenceLinks(run, files, t)}
      ${again(run, recording, starting, context)}
      <p><a href="/api/runs/${run.id}">${t.run.json}</a>${starting && html` · <a href="/checks/${run.check}">${t.run.checkNow}</a>`}</p>
    </section>`,
  );
}

/** Why it took place, where no schedule started it. */
function why({ trigger, startedBy }: Run, t: Words): Html | null {
  if (trigger === undefined || trigger === 'schedule') return null;
  const { hand, ...others } = t.run.trigger;
  return html` ${trigger === 'hand' ? hand(startedBy ?? null) : others[trigger]}`;
}

/** The screenshots that are kept of its participants. */
function screenshotsOf(id: string, files: readonly EvidenceFile[]): (participant: string) => string | null {
  const names = new Set(files.map(({ name }) => name));
  return (participant) => {
    const file = `${participant}.png`;
    return names.has(file) ? `/runs/${id}/evidence/${encodeURIComponent(file)}` : null;
  };
}

function again(
  run: Run,
  recording: CallRecording | null,
  starting: Starting | null,
  { t }: PageContext,
): Html | null {
  const again = commands(run, recording?.played ?? null, t);
  if (!starting && !again) return null;
  return html`<h2 id="again">${t.again.title}</h2>${starting && startForm(run.check, starting, t)}${again}`;
}

function evidenceLinks({ id, kind }: Run, files: readonly EvidenceFile[], t: Words): Html {
  const report = files.some(({ name }) => name === REPORT_FILE);
  return html`<h2>${t.run.evidence}</h2><p>${report && html`<a href="/runs/${id}/evidence/${REPORT_FILE}">${t.run.report}</a>${t.colon} ${pageFaces[kind].drawings ? t.run.reportHas.call : t.run.reportHas.other}. `}<a href="/runs/${id}/evidence">${t.run.allFiles(files.length)}</a>.</p>`;
}

/** The page that lists what is kept of a run; `known`: the run itself is, too. */
export function evidencePage(
  id: string,
  files: readonly EvidenceFile[],
  known: boolean,
  context: PageContext,
): string {
  const { t } = context;
  return page(
    { ...context, title: `${t.run.evidenceOf} ${id} – Vigie`, tone: 'quiet' },
    html`<section class="check quiet"><h1>${t.run.evidenceOf} <code>${id}</code></h1>
      ${fileTable(files, `/runs/${id}/evidence/`, t)}
      ${known && html`<p><a href="/runs/${id}">${t.run.theRun}</a></p>`}</section>`,
  );
}

/** The page of a run that waits or is on; it is renewed until the run has ended. */
export function activityPage(activity: Activity, context: PageContext): string {
  const { check, kind, state, progress, queuedAt, startedAt } = activity;
  const { t, now } = context;
  const words = state === 'running' ? t.activity.isRunning : t.activity.isWaiting;
  const first = state === 'running' ? t.activity.justStarted : t.activity.browsersTaken;
  return page(
    { ...context, title: `${check}${t.colon} ${words} – Vigie`, tone: 'quiet' },
    html`<section class="check quiet">
      <div class="head"><h1>${check} <span class="dim">${kinds[kind].words[t.lang].kind}</span></h1><span class="badge quiet">${sign('quiet')}${words}</span></div>
      <p class="summary">${progress ? progressLine(kind, progress, t) : first}</p>
      <p>${startedAt ? html`${t.activity.startedAt} ${instant(startedAt, now, t)}` : html`${t.activity.waitsSince} ${instant(queuedAt, now, t)}`}.</p>
      ${resultDetails(kind, progress?.partial, { recording: null, screenshot: () => null, pending: true, t })}
    </section>`,
  );
}

/** A page that says what went wrong with a request. */
export function errorPage(title: string, text: string, context: PageContext): string {
  const { t } = context;
  return page(
    { ...context, title: `${title} – Vigie`, tone: 'quiet' },
    html`<h1>${title}</h1><p lang="en">${text}</p><p><a href="/">${t.run.toFirst}</a></p>`,
  );
}
