/** A run as one HTML file that needs nothing else: no script, no network, no other file. */
import { readFileSync } from 'node:fs';
import manifest from '../../../package.json' with { type: 'json' };
import type { CallRecording } from '../../checks/call/recording.ts';
import type { Run } from '../../checks/check.ts';
import type { EvidenceFile } from '../../history/evidence.ts';
import { matrices, participants, streamTable } from '../../server/views/call.ts';
import { fileTable } from '../../server/views/files.ts';
import { findings } from '../../server/views/findings.ts';
import { Html, html } from '../../server/views/html.ts';
import { iconOf, STYLE } from '../../server/views/layout.ts';
import { resultDetails } from '../../server/views/result.ts';
import { link, phases } from '../../server/views/run.ts';
import { badge, KIND_WORDS, OUTCOME_WORDS, span } from '../../server/views/words.ts';
import { callCommand, quoted } from './command.ts';
import { streamPanels } from './streams.ts';
import { timeline } from './timeline.ts';
import { transports } from './transports.ts';

const REPORT_STYLE = readFileSync(new URL('./report.css', import.meta.url), 'utf8');

/** Nothing may be loaded from anywhere, wherever the file is opened. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

export interface ReportSource {
  readonly run: Run;
  /** What was recorded of a call; null where there was nothing to record, or the run is not one. */
  readonly recording: CallRecording | null;
  /** The other files of the folder. */
  readonly files: readonly EvidenceFile[];
  /** Files that were not kept because the run had too much of them. */
  readonly leftOut: readonly string[];
}

/** The whole page; everything from elsewhere is escaped. */
export function renderRun(source: ReportSource): string {
  const { run } = source;
  const { tone } = OUTCOME_WORDS[run.outcome];
  const started = new Date(run.startedAt).toISOString();
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="referrer" content="no-referrer">
<title>${run.check}: ${run.summary} – ${started.slice(0, 16).replace('T', ' ')} UTC</title>
<link rel="icon" href="${iconOf(tone)}">
<style>${Html.trusted(STYLE + REPORT_STYLE)}</style>
</head>
<body class="report">
<main>
<section class="check ${tone}">
  <div class="head"><h1>${run.check} <span class="dim">${KIND_WORDS[run.kind]}</span></h1>${badge(run.outcome)}</div>
  <p class="summary">${run.summary}</p>
  <p>Started <time datetime="${started}">${started.slice(0, 19).replace('T', ' ')} UTC</time>, took ${span(run.durationMs)}.${run.call && html` On ${link(run.call.url)}.`}</p>
  ${findings(run, { evidence: true })}
  ${run.call ? call(source) : html`${resultDetails(run, { pending: false })}`}
  ${phases(run.phases)}
  ${again(source)}
  ${folder(source)}
</section>
</main>
<footer><p>Run <code>${run.id}</code>, Vigie ${manifest.version}. All times are UTC.</p></footer>
</body>
</html>
`.toString();
}

function call({ run, recording }: ReportSource): Html {
  const found = run.call!;
  return html`
    ${matrices(found, false)}
    ${recording && streamPanels(found, recording)}
    ${recording && timeline(found, recording)}
    ${participants(found)}
    ${recording && transports(recording)}
    ${found.streams.length > 0 && streamTable(found)}
    ${recording && screenshots(recording)}
    ${recording && consoles(recording)}`;
}

function screenshots({ participants: all }: CallRecording): Html | null {
  const taken = all.filter(({ screenshot }) => screenshot !== null);
  if (taken.length === 0) return null;
  return html`<h2 id="screenshots">What their pages showed at the end</h2><div class="shots">${taken.map(
    ({ name, browser, screenshot }) =>
      html`<figure><img src="data:image/png;base64,${screenshot}" alt="The page of ${name}: the pictures it received of the others"><figcaption>${name} <span class="dim">${browser}</span></figcaption></figure>`,
  )}</div>`;
}

function consoles({ participants: all }: CallRecording): Html {
  return html`<h2 id="console">Console</h2>${all.map(({ name, console: lines }) =>
    lines.length === 0
      ? html`<p>${name}: <span class="dim">nothing was written.</span></p>`
      : html`<details class="fold console"><summary>${name}: ${lines.length} ${lines.length === 1 ? 'line' : 'lines'}</summary><pre tabindex="0">${lines.join('\n')}</pre></details>`,
  )}`;
}

/** How to have it once more. */
function again({ run, recording }: ReportSource): Html | null {
  const byHand = recording && callCommand(recording.played);
  const configured = run.call === undefined || run.check !== URL.parse(run.call.url)?.host;
  if (!byHand && !configured) return null;
  return html`<h2 id="again">Once more</h2>
    ${byHand && html`<pre tabindex="0">${byHand}</pre>`}
    ${configured && html`<p>${byHand ? 'With everything that its configuration says, from where that is:' : 'From where its configuration is:'}</p><pre tabindex="0">vigie run ${quoted(run.check)} --evidence evidence</pre>`}`;
}

function folder({ files, leftOut }: ReportSource): Html {
  return html`<h2 id="files">Files beside this one</h2>
    <details class="fold"><summary>${files.length} ${files.length === 1 ? 'file' : 'files'}</summary>${fileTable(files, '')}</details>
    ${leftOut.length > 0 && html`<p>Not kept, because the run had too much: ${leftOut.join(', ')}.</p>`}`;
}
