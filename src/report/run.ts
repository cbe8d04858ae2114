/** A run for a person at a terminal: the verdict first, then why, then the particulars. */
import type { Finding, Kind, Run } from '../checks/check.ts';
import { callLines } from './call.ts';
import { mailLines } from './mail.ts';
import { OUTCOME_WORDS, type Paint, painter } from './paint.ts';
import { signalingLines } from './signaling.ts';
import { zoneLines } from './zone.ts';

/** The particulars of each kind; a kind without an entry has its findings alone. */
const PARTICULARS: Partial<Record<Kind, (run: Run, paint: Paint, width?: number) => string[]>> = {
  call: callLines,
  signaling: signalingLines,
  mail: mailLines,
  zone: zoneLines,
};

/** The whole report, for a terminal of that many columns where it is one; ends with a line feed. */
export function reportRun(run: Run, color: boolean, width?: number): string {
  const paint = painter(color);
  const particulars = PARTICULARS[run.kind]?.(run, paint, width) ?? [];
  const lines = [headline(run, paint), ...run.findings.map((finding) => findingLine(finding, paint))];
  return `${[...lines, ...(particulars.length > 0 ? ['', ...particulars] : [])].join('\n')}\n`;
}

/** `meet  FAIL  C does not see B  (9.1 s)`. */
export function headline(run: Run, paint: Paint): string {
  const [word, style] = OUTCOME_WORDS[run.outcome];
  const seconds = (run.durationMs / 1000).toFixed(1);
  const summary = run.findings.some(({ outcome }) => outcome !== 'pass') ? '' : `  ${run.summary}`;
  return `${paint('bold', run.check)}  ${paint(style, paint('bold', word))}${summary}  ${paint('dim', `(${seconds} s)`)}`;
}

function findingLine({ id, outcome, text, where }: Finding, paint: Paint): string {
  const [word, style] = outcome === 'pass' ? (['advice', 'dim'] as const) : OUTCOME_WORDS[outcome];
  const place = where && where !== 'unknown' ? `${id}, ${where}` : id;
  return `  ${paint(style, word)}  ${text}  ${paint('dim', `[${place}]`)}`;
}
