/** A guest in a room, on the terminal: what is going on, and the report at the end. */
import type { Language } from '../base/language.ts';
import type { GuestNow } from '../checks/call/guest/run.ts';
import type { GuestOutcome, GuestStep } from '../checks/call/guest/steps.ts';
import { guestWords } from '../checks/call/guest/words/index.ts';

/** What is known now, in a few lines. */
export function guestLines(
  { step, present, receptions, report }: GuestNow,
  language: Language,
  at: number,
): string[] {
  const words = guestWords[language];
  const lines = [`${words.doing(step, present)} …`];
  if (!present) return lines;
  return [...lines, ...receptions.map((one) => `  ${words.reception(one, at)}`), `  ${words.report(report)}`];
}

/** A step that is over, in one line. */
export function guestStepLine({ id, result, ms }: GuestStep, language: Language): string {
  const words = guestWords[language];
  const colon = language === 'fr' ? ' :' : ':';
  return `${words.step(id)}${colon} ${words.result(result, id)} (${Math.round(ms / 1000)} s)`;
}

/** The report that an operator keeps or sends. */
export function guestReport(outcome: GuestOutcome, language: Language): string {
  const words = guestWords[language];
  const { steps, stopped, startedAt, link } = outcome;
  const end = (step: GuestStep) => startedAt + step.ms;
  const details = steps.flatMap((step) => {
    const lines = [`- ${guestStepLine(step, language)}`];
    if (step.id === 'arrive' || step.result === 'skipped') return lines;
    const then = Math.max(end(step), ...step.receptions.map(({ since }) => since));
    lines.push(...step.receptions.map((one) => `  - ${words.reception(one, then)}`));
    if (step.id !== 'mute') lines.push(`  - ${words.report(step.report)}`);
    return lines;
  });
  const gaps = words.gaps(steps);
  const parts = [
    `# ${words.title}`,
    `${link}\n${new Date(startedAt).toISOString()}`,
    words.verdict(outcome),
    ...(stopped === null ? [] : [words.stopped(stopped)]),
    details.join('\n'),
    ...(gaps === null ? [] : [gaps]),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
