/** A run as one HTML file that needs nothing else: no script, no network, no other file. */
import manifest from '../../../package.json' with { type: 'json' };
import type { CallRecording } from '../../checks/call/keep/recording.ts';
import { kinds } from '../../checks/kinds.ts';
import type { ReportSource } from '../../history/evidence.ts';
import { DRAWINGS, STYLE } from '../assets.ts';
import { fileTable } from '../files.ts';
import { headline, oneLine, otherFindings } from '../findings.ts';
import { badge, OUTCOME_TONES, span } from '../format.ts';
import { Html, html } from '../html.ts';
import { iconOf } from '../layout.ts';
import { link, phases } from '../parts.ts';
import { addressOf, resultDetails } from '../result.ts';
import { en } from '../words/index.ts';
import { commands } from './again.ts';

/** Nothing may be loaded from anywhere, wherever the file is opened. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * The whole page; everything from elsewhere is escaped.
 * @param publicUrl where the service is, with a slash at its end: runbooks are linked there, if it is known
 */
export function renderRun(source: ReportSource, publicUrl: string | null = null): string {
  const { run, recording } = source;
  const address = addressOf(run);
  const tone = OUTCOME_TONES[run.outcome];
  const line = oneLine(run, en);
  const shown = { evidence: true, runbooks: publicUrl, t: en };
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
<style>${Html.trusted(STYLE.body + DRAWINGS.body)}</style>
</head>
<body class="report">
<main>
<section class="check ${tone}">
  <div class="head"><h1>${run.check} <span class="dim">${kinds[run.kind].words.en.kind}</span></h1>${badge(run.outcome, en)}</div>
  ${headline(run, line, shown)}
  <p>Started <time datetime="${started}">${started.slice(0, 19).replace('T', ' ')} UTC</time>, took ${span(run.durationMs, en)}.${address !== null && html` On ${link(address)}.`}</p>
  ${otherFindings(run, line, shown)}
  ${resultDetails(run.kind, run, { recording, screenshot: screenshotsOf(recording), pending: false, t: en })}
  ${phases(run.phases, en)}
  ${again(source)}
  ${folder(source)}
</section>
</main>
<footer><p>Run <code>${run.id}</code>, Vigie ${manifest.version}. All times are UTC.</p></footer>
</body>
</html>
`.toString();
}

/** Pictures are in the file itself. */
function screenshotsOf(recording: CallRecording | null): (participant: string) => string | null {
  return (participant) => {
    const screenshot = recording?.participants.find(({ name }) => name === participant)?.screenshot;
    return screenshot == null ? null : `data:image/png;base64,${screenshot}`;
  };
}

/** How to have it once more. */
function again({ run, recording }: ReportSource): Html | null {
  const again = commands(run, recording?.played ?? null, en);
  return again && html`<h2 id="again">${en.again.title}</h2>${again}`;
}

function folder({ files, leftOut }: ReportSource): Html {
  return html`<h2 id="files">Files beside this one</h2>
    <details class="fold"><summary>${files.length} ${files.length === 1 ? 'file' : 'files'}</summary>${fileTable(files, '', en)}</details>
    ${leftOut.length > 0 && html`<p>Not kept, because the run had too much: ${leftOut.join(', ')}.</p>`}`;
}
