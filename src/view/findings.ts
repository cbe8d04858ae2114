/** What was found, in words, the worst first. */
import type { Run } from '../checks/check.ts';
import { badge } from './format.ts';
import { type Html, html } from './html.ts';
import type { Words } from './words/index.ts';

/** The findings as a list; with `evidence`, each with the figures that led to it. Nothing without findings. */
export function findings(
  { findings: found }: Pick<Run, 'findings'>,
  { evidence, t }: { evidence: boolean; t: Words },
): Html | null {
  if (found.length === 0) return null;
  return html`<ul class="findings">${found.map((finding) => {
    const where = finding.where && t.where[finding.where];
    return html`<li>
      ${finding.outcome === 'pass' ? html`<span class="badge quiet">${t.findings.advice}</span>` : badge(finding.outcome, t)}
      <div><p lang="en">${finding.text}</p>
      <p class="dim">${where && `${t.findings.where}${t.colon} ${where}. `}<code>${finding.id}</code></p>
      ${evidence && finding.evidence && html`<details><summary>${t.findings.evidence}</summary><pre lang="en">${JSON.stringify(finding.evidence, null, 2)}</pre></details>`}
      </div></li>`;
  })}</ul>`;
}
