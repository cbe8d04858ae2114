/** What was found, in words, the worst first; and a run in one line. */
import type { Finding, Kind, Run } from '../checks/check.ts';
import { kinds } from '../checks/kinds.ts';
import { knownFault } from '../checks/known-faults.ts';
import { findingIn, type Said } from '../checks/sentence.ts';
import { pageFaces } from './faces.ts';
import { badge, sign } from './format.ts';
import { type Html, html } from './html.ts';
import { runbookOf } from './runbooks.ts';
import type { Words } from './words/index.ts';

/** A run in one line. */
export interface Headline extends Said {
  /** The finding whose sentence it is: that need not be said again. Null where it is a sentence of its own. */
  readonly finding: Finding | null;
}

interface Shown {
  /** What stands before the addresses of runbooks: an absolute address for files, "/" on pages; null: no links. */
  readonly runbooks?: string | null;
  /** With the figures that led to it. */
  readonly evidence: boolean;
  readonly t: Words;
}

/**
 * A run in one line: the worst thing first. The line that a run is published with is English; in other languages
 * it is made of the worst finding.
 */
export function oneLine(run: Run, t: Words): Headline {
  const { kind, summary } = run;
  const wrong = run.findings.filter(({ outcome }) => outcome !== 'pass');
  const [worst] = wrong;
  const published = {
    text: summary,
    language: 'en',
    finding: worst?.text === summary ? worst : null,
  } as const;
  if (t.lang === 'en') return published;
  if (!worst) return { text: kinds[kind].words[t.lang].service.works, language: t.lang, finding: null };
  const its = findingIn(kind, worst, t.lang);
  if (its.language !== t.lang) return published;
  const more = wrong.length === 1 ? '' : ` ${t.findings.andMore(wrong.length - 1)}`;
  return { ...its, text: `${its.text}${more}`, finding: worst };
}

/**
 * What a person reads first of a run: the line, what puts it in doubt, and where it broke. What is said here is not
 * repeated by `otherFindings`.
 */
export function headline(run: Run, line: Headline, shown: Shown): Html {
  const { t } = shown;
  const doubts = run.findings.filter((finding) => isDoubt(run, finding));
  return html`<p class="summary" lang="${line.language}">${line.text}</p>
    ${doubts.map((finding) => {
      const { text, language } = findingIn(run.kind, finding, t.lang);
      return html`<p class="doubt">${sign('unsure')}<span lang="${language}">${text}</span></p>`;
    })}
    ${line.finding && about(run.kind, line.finding, shown)}`;
}

/** The findings that the headline does not state, as a list; nothing without any. */
export function otherFindings(run: Run, line: Headline, shown: Shown): Html | null {
  const { t } = shown;
  const others = run.findings.filter((finding) => finding !== line.finding && !isDoubt(run, finding));
  if (others.length === 0) return null;
  return html`<ul class="findings">${others.map((finding) => {
    const { text, language } = findingIn(run.kind, finding, t.lang);
    return html`<li>
      ${finding.outcome === 'pass' ? html`<span class="badge quiet">${t.findings.advice}</span>` : badge(finding.outcome, t)}
      <div><p lang="${language}">${text}</p>${about(run.kind, finding, shown)}</div></li>`;
  })}</ul>`;
}

/** Advice by which a failure need not be believed: it belongs beside the headline. */
function isDoubt({ kind, outcome }: Run, finding: Finding): boolean {
  return (
    outcome === 'fail' && finding.outcome === 'pass' && pageFaces[kind].doubts?.includes(finding.id) === true
  );
}

/** Where it broke, by which name to look it up, and what to do. */
function about(kind: Kind, finding: Finding, { evidence, runbooks = '/', t }: Shown): Html {
  const { id, where, looksLike = [], evidence: figures } = finding;
  const place = where && t.where[where];
  const runbook = runbooks === null ? null : runbookOf(kind, finding);
  return html`<p class="dim">${place && `${t.findings.where}${t.colon} ${place}. `}<code>${id}</code>${runbook && html` <a href="${runbooks}runbooks/${runbook}.md">${t.intermittent.runbook}</a>`}</p>
    ${looksLike.map((fault) => known(fault, t))}
    ${evidence && figures && html`<details><summary>${t.findings.evidence}</summary><pre lang="en">${JSON.stringify(figures, null, 2)}</pre></details>`}`;
}

/** A known fault that a finding looks like: what it is, what helps, where it is described. */
function known(id: string, t: Words): Html | null {
  const fault = knownFault(id);
  if (!fault) return null;
  const { title, helps, sources } = fault;
  const links = sources.map(
    (source, index) => html` <a href="${source}" rel="noreferrer">[${index + 1}]</a>`,
  );
  return html`<p>${t.findings.looksLike}${t.colon} ${title[t.lang]}. ${helps[t.lang]}${links}</p>`;
}
