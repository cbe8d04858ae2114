/** The files of a run's evidence, and what each is. */
import type { EvidenceFile } from '../history/evidence.ts';
import { fileSize } from './format.ts';
import { type Html, html } from './html.ts';
import type { Words } from './words/index.ts';

/** By how names end. */
const KINDS: readonly (readonly [string, keyof Words['files']])[] = [
  ['run.html', 'report'],
  ['run.json', 'run'],
  ['recording.json.gz', 'recording'],
  ['-webrtc-internals.json.gz', 'internals'],
  ['-getstats.jsonl.gz', 'getstats'],
  ['-stats.json', 'stats'],
  ['-events.json', 'events'],
  ['-console.txt', 'console'],
  ['.smtp.txt', 'smtp'],
  ['.letter.eml', 'message'],
  ['.bounce.eml', 'bounce'],
  ['.verdict.json', 'lookups'],
  ['.png', 'screenshot'],
];

/** A table with links; `base` is what stands before a file's name in them. */
export function fileTable(files: readonly EvidenceFile[], base: string, t: Words): Html {
  return html`<div class="scroll"><table class="list stack"><caption class="hidden">${t.run.files}</caption>
    <thead><tr><th scope="col">${t.run.file}</th><th scope="col">${t.run.what}</th><th scope="col">${t.run.size}</th></tr></thead>
    <tbody>${files.map(({ name, bytes }) => {
      const kind = KINDS.find(([end]) => name.endsWith(end))?.[1];
      return html`<tr><th scope="row"><a href="${base}${encodeURIComponent(name)}">${name}</a></th><td data-label="">${kind && t.files[kind]}</td><td class="figure" data-label="">${fileSize(bytes, t)}</td></tr>`;
    })}</tbody></table></div>`;
}
