/** What was found, in words, the worst first. */
import type { Place, Run } from '../../checks/check.ts';
import { type Html, html } from './html.ts';
import { badge } from './words.ts';

const WHERE: Record<Place, string | null> = {
  sender: 'at the sender',
  uplink: 'on the way from the sender to the bridge',
  bridge: 'at the bridge',
  downlink: 'on the way from the bridge to the receiver',
  receiver: 'at the receiver',
  signaling: 'in the signaling',
  unknown: null,
};

/** The findings as a list; with `evidence`, each with the figures that led to it. Nothing without findings. */
export function findings(
  { findings: found }: Pick<Run, 'findings'>,
  { evidence }: { evidence: boolean },
): Html | null {
  if (found.length === 0) return null;
  return html`<ul class="findings">${found.map(
    (finding) => html`<li>
      ${finding.outcome === 'pass' ? html`<span class="badge quiet">advice</span>` : badge(finding.outcome)}
      <div><p>${finding.text}</p>
      <p class="dim">${finding.where && WHERE[finding.where] && `Where: ${WHERE[finding.where]}. `}<code>${finding.id}</code></p>
      ${evidence && finding.evidence && html`<details><summary>evidence</summary><pre>${JSON.stringify(finding.evidence, null, 2)}</pre></details>`}
      </div></li>`,
  )}</ul>`;
}
