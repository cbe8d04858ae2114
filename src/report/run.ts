/** A run for a person at a terminal: the verdict first, then why, then the particulars. */
import { inSeconds } from '../base/durations.ts';
import { printableData } from '../base/escape.ts';
import type { Finding, Kind, Run, RunOf } from '../checks/check.ts';
import { knownFault } from '../checks/known-faults.ts';
import { resultOf } from '../checks/results.ts';
import { terminalFaces } from './faces.ts';
import { OUTCOME_WORDS, type Paint, painter } from './paint.ts';

/** The whole report, for a terminal of that many columns where it is one; ends with a line feed. */
export function reportRun(recorded: Run, color: boolean, width?: number): string {
  // What servers answered is shown to a terminal, which must not obey it.
  const run = printableData(recorded);
  const paint = painter(color);
  const its = particulars(run, paint, width);
  const lines = [
    headline(run, paint),
    ...run.findings.flatMap((finding) => [findingLine(finding, paint), ...known(finding, paint)]),
  ];
  return `${[...lines, ...(its.length > 0 ? ['', ...its] : [])].join('\n')}\n`;
}

function particulars<K extends Kind>(run: RunOf<K>, paint: Paint, width: number | undefined): string[] {
  const kind: K = run.kind;
  const result = resultOf(kind, run);
  return result === undefined ? [] : terminalFaces[kind].particulars(result, run, paint, width);
}

/** `meet  FAIL  C does not see B  (9.1 s)`. */
export function headline(run: Run, paint: Paint): string {
  const [word, style] = OUTCOME_WORDS[run.outcome];
  const summary = run.findings.some(({ outcome }) => outcome !== 'pass') ? '' : `  ${run.summary}`;
  return `${paint('bold', run.check)}  ${paint(style, paint('bold', word))}${summary}  ${paint('dim', `(${inSeconds(run.durationMs)})`)}`;
}

function findingLine({ id, outcome, text, where }: Finding, paint: Paint): string {
  const [word, style] = outcome === 'pass' ? (['advice', 'dim'] as const) : OUTCOME_WORDS[outcome];
  const place = where && where !== 'unknown' ? `${id}, ${where}` : id;
  return `  ${paint(style, word)}  ${text}  ${paint('dim', `[${place}]`)}`;
}

/** What a finding looks like, below it: the known fault, what helps, where it is described. */
function known({ looksLike = [] }: Finding, paint: Paint): string[] {
  return looksLike.flatMap((id) => {
    const fault = knownFault(id);
    if (!fault) return [];
    const { title, helps, sources } = fault;
    return [
      `        This looks like a known fault: ${title.en}. ${helps.en}`,
      ...sources.map((source) => `        ${paint('dim', source)}`),
    ];
  });
}
