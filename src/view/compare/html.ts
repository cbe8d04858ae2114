/** A comparison as one page in one file: the verdict, the clearest differences, each stream before and after, all lines. */
import { readFileSync } from 'node:fs';
import type { Line, RateLine, TimeLine, Verdict } from '../../compare/compare.ts';
import { telling } from '../../compare/telling.ts';
import {
  arrow,
  type Compared,
  change,
  headline,
  isQuiet,
  moreWords,
  pWords,
  remarks,
  side,
  sideWords,
  sureness,
  VERDICT_WORDS,
  versionWords,
} from '../../compare/words.ts';
import { Html, html } from '../html.ts';
import { bars, strip } from './charts.ts';

const STYLE = readFileSync(new URL('./page.css', import.meta.url), 'utf8');

const CLASSES: Record<Verdict, string> = {
  regression: 'regression',
  'too few runs': 'few',
  improvement: 'improvement',
  'no change shown': 'dim',
};

export function comparisonHtml(compared: Compared): string {
  const { comparison, before } = compared;
  const { verdict, complete, lines } = comparison;
  const versions = versionWords(compared);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${before.check}: ${verdict} – Vigie</title>
<style>${Html.trusted(STYLE)}</style>
</head>
<body>
<main>
<h1><span class="verdict ${CLASSES[verdict]}">${VERDICT_WORDS[verdict]}</span>${headline(compared)}</h1>
${versions && html`<p>${versions}</p>`}
<p class="dim">Before: ${sideWords('before', compared)}.<br>After: ${sideWords('after', compared)}.</p>
${remarks(compared).map((text) => html`<p class="remark">${text}</p>`)}
${complete && html`<h2>Complete or not</h2>${completePanel(complete)}`}
${lines.length > 0 && html`<h2>Clearest differences</h2>${table(telling(comparison))}`}
${wholePanels(lines)}
${streamPanels(lines)}
${allLines(lines)}
<p class="dim">p is corrected for all lines; below 0.05 counts as sure. Intervals hold the true value in 95 of 100 cases.</p>
</main>
</body>
</html>
`.toString();
}

const LEGEND = html`<p class="dim legend"><span><svg viewBox="0 0 10 10" aria-hidden="true"><circle class="before" cx="5" cy="5" r="4"/></svg>before</span>
<span><svg viewBox="0 0 10 10" aria-hidden="true"><circle class="after" cx="5" cy="5" r="4"/></svg>after, one dot for each run; the stroke is the median</span></p>`;

function completePanel(line: RateLine): Html {
  return html`<figure class="panel whole ${CLASSES[line.verdict]}">
    <figcaption>${line.text}: ${change(line)}</figcaption>
    ${bars(line)}
    <p class="dim">${pWords(line.p)}; ${sureness(line)}</p>
  </figure>`;
}

function table(lines: readonly Line[]): Html {
  return html`<div class="scroll"><table>
    <thead><tr><th scope="col">verdict</th><th scope="col">what</th><th scope="col">before</th><th scope="col">after</th><th scope="col">p, of all lines together</th><th scope="col">95 %, of this alone</th></tr></thead>
    <tbody>${lines.map(
      (
        line,
      ) => html`<tr><td class="${CLASSES[line.verdict]}">${line.verdict}</td><th scope="row">${line.text}</th>
        <td class="figure">${side(line, 'before')}</td><td class="figure">${side(line, 'after')}</td><td class="figure">${pWords(line.p).slice(2)}</td>
        <td>${sureness(line)}${line.more && html`; ${moreWords(line)} would do`}</td></tr>`,
    )}</tbody></table></div>`;
}

/** The times of the deployment as a whole, each on a scale of its own. */
function wholePanels(lines: readonly Line[]): Html | null {
  const times = lines
    .filter((line): line is TimeLine => line.level === 'deployment' && line.sort !== 'rate')
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  if (times.length === 0) return null;
  return html`<h2>The deployment as a whole</h2>${LEGEND}<div class="panels">${times.map(
    (line) => html`<figure class="panel ${CLASSES[line.verdict]}">
      <figcaption>${line.text}</figcaption>
      <p>${arrow(line)}</p>
      ${strip(line, longest([line]))}
      <p class="dim">${[pWords(line.p), sureness(line)].filter(Boolean).join('; ')}</p>
    </figure>`,
  )}</div>`;
}

/** All there is of one stream. */
interface StreamLines {
  readonly step: string;
  readonly name: string;
  readonly rate: RateLine;
  readonly latency: TimeLine | null;
  readonly first: TimeLine | null;
}

/** Small multiples: each stream before and after, all on the same scales, step by step. */
function streamPanels(lines: readonly Line[]): Html | null {
  const streams = streamsOf(lines);
  if (streams.length === 0) return null;
  const scale = (of: 'latency' | 'first') => longest(streams.flatMap((each) => each[of] ?? []));
  const [latency, first] = [scale('latency'), scale('first')];
  const steps = Map.groupBy(streams, ({ step }) => step);
  return html`<h2>Each stream</h2>${LEGEND}
    ${[...steps].map(
      ([step, own]) =>
        html`${steps.size > 1 && html`<h3>${step}</h3>`}<div class="panels">${own.map((each) => streamPanel(each, latency, first))}</div>`,
    )}`;
}

function streamPanel({ name, rate, latency, first }: StreamLines, latencyMs: number, firstMs: number): Html {
  const all = [rate, latency, first].filter((line) => line !== null);
  const claimed =
    all.find(({ verdict }) => verdict === 'regression') ??
    all.find(({ verdict }) => verdict === 'improvement');
  return html`<figure class="panel ${claimed && CLASSES[claimed.verdict]}">
    <figcaption>${name}${claimed && html` <span class="${CLASSES[claimed.verdict]}">${claimed.verdict}</span>`}</figcaption>
    <p class="dim">lost: ${arrow(rate)}</p>
    ${bars(rate)}
    ${latency && html`<p class="dim">latency: ${arrow(latency)}</p>${strip(latency, latencyMs)}`}
    ${first && html`<p class="dim">first mark: ${arrow(first)}</p>${strip(first, firstMs)}`}
  </figure>`;
}

/** Lines of streams, as `observe.ts` names them: `stream STEP C<-B video`, and the same with ` latency` or ` first`. */
function streamsOf(lines: readonly Line[]): StreamLines[] {
  const byKey = new Map(lines.map((line) => [line.key, line]));
  const time = (key: string) => {
    const line = byKey.get(key);
    return line && line.sort !== 'rate' ? line : null;
  };
  return lines
    .flatMap((line) => {
      const [, step, receiver, sender, kind] =
        /^stream (.*) (\S+)<-(\S+) (audio|video)$/.exec(line.key) ?? [];
      if (step === undefined || line.sort !== 'rate') return [];
      return [
        {
          step,
          name: `${receiver} ← ${sender} ${kind}`,
          rate: line,
          latency: time(`${line.key} latency`),
          first: time(`${line.key} first`),
        },
      ];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The largest value of these lines. */
function longest(lines: readonly TimeLine[]): number {
  return lines
    .flatMap(({ values }) => [...values.before, ...values.after])
    .reduce((most, value) => Math.max(most, value), 1);
}

function allLines(lines: readonly Line[]): Html | null {
  if (lines.length === 0) return null;
  const [quiet, others] = [lines.filter(isQuiet), lines.filter((line) => !isQuiet(line))];
  return html`<h2>All lines</h2>${table(others)}
    ${
      quiet.length > 0 &&
      html`<details><summary>${quiet.length} more things that never went wrong, neither before nor after</summary>
      <ul>${quiet.map((line) => html`<li>${line.text} (${change(line)})</li>`)}</ul></details>`
    }`;
}
