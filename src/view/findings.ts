/** What was found, in words, the worst first; and a run in one line. */
import type { Run } from '../checks/check.ts';
import { kinds } from '../checks/kinds.ts';
import { findingIn, type Said } from '../checks/sentence.ts';
import { badge } from './format.ts';
import { type Html, html } from './html.ts';
import type { Words } from './words/index.ts';

/** The findings as a list; with `evidence`, each with the figures that led to it. Nothing without findings. */
export function findings(
  { kind, findings: found }: Pick<Run, 'kind' | 'findings'>,
  { evidence, t }: { evidence: boolean; t: Words },
): Html | null {
  if (found.length === 0) return null;
  return html`<ul class="findings">${found.map((finding) => {
    const where = finding.where && t.where[finding.where];
    const { text, language } = findingIn(kind, finding, t.lang);
    return html`<li>
      ${finding.outcome === 'pass' ? html`<span class="badge quiet">${t.findings.advice}</span>` : badge(finding.outcome, t)}
      <div><p lang="${language}">${text}</p>
      <p class="dim">${where && `${t.findings.where}${t.colon} ${where}. `}<code>${finding.id}</code></p>
      ${evidence && finding.evidence && html`<details><summary>${t.findings.evidence}</summary><pre lang="en">${JSON.stringify(finding.evidence, null, 2)}</pre></details>`}
      </div></li>`;
  })}</ul>`;
}

/**
 * A run in one line: the worst thing first. The line that a run is published with is English; in other languages
 * it is made of the worst finding.
 */
export function oneLine(run: Run, t: Words): Said {
  const { kind, summary } = run;
  if (t.lang === 'en') return { text: summary, language: 'en' };
  const wrong = run.findings.filter(({ outcome }) => outcome !== 'pass');
  const [worst] = wrong;
  if (!worst) return { text: kinds[kind].words[t.lang].service.works, language: t.lang };
  const its = findingIn(kind, worst, t.lang);
  if (its.language !== t.lang) return { text: summary, language: 'en' };
  return wrong.length === 1 ? its : { ...its, text: `${its.text} ${t.findings.andMore(wrong.length - 1)}` };
}

/** Words in a table, with their language. */
export function said({ text, language }: Said): Html {
  return html`<span lang="${language}">${text}</span>`;
}
