/** The files of a run's evidence, and what each is. */
import type { EvidenceFile } from '../../history/evidence.ts';
import { type Html, html } from './html.ts';
import { fileSize } from './words.ts';

/** By how names end. */
const KINDS: readonly (readonly [string, string])[] = [
  ['run.html', 'the report: all of it to read, in one file'],
  ['run.json', 'the run as plain data'],
  ['-webrtc-internals.json.gz', 'opens in viewers of webrtc-internals dumps'],
  ['-getstats.jsonl.gz', 'complete statistics, one report of one connection a line'],
  ['-stats.json', 'the figures that the graphs are drawn from'],
  ['-events.json', 'what happened to the participant'],
  ['-console.txt', 'console of the participant’s page'],
  ['.smtp.txt', 'what was said to the relay'],
  ['.letter.eml', 'the letter as it arrived'],
  ['.bounce.eml', 'the bounce as it arrived'],
  ['.verdict.json', 'the hop, every question to the DNS with its answer, the results'],
  ['.png', 'what the participant’s page showed'],
];

/** A table with links; `base` is what stands before a file's name in them. */
export function fileTable(files: readonly EvidenceFile[], base: string): Html {
  return html`<div class="scroll"><table class="list stack"><caption class="hidden">Files</caption>
    <thead><tr><th scope="col">file</th><th scope="col">what it is</th><th scope="col">size</th></tr></thead>
    <tbody>${files.map(
      ({ name, bytes }) =>
        html`<tr><th scope="row"><a href="${base}${encodeURIComponent(name)}">${name}</a></th><td data-label="">${KINDS.find(([end]) => name.endsWith(end))?.[1]}</td><td class="figure" data-label="">${fileSize(bytes)}</td></tr>`,
    )}</tbody></table></div>`;
}
