/** What to publish where a record is wrong: evaluated first where it can be, and named as the zone's form names it. */

import { nearlySpf } from '../records/spf.ts';
import { adviseSpf } from './advise-spf.ts';
import type { Assessment, Question } from './assess.ts';
import type { AuditContext } from './context.ts';
import type { SpfEvaluator } from './evaluate-spf.ts';
import type { Note } from './notes.ts';
import { publishMx, publishTxt } from './publish.ts';
import type { Publish } from './result.ts';
import type { Expected } from './template.ts';
import { zoneOf } from './zone-cut.ts';

export interface Remedy {
  readonly publish: readonly Publish[];
  readonly keeps: readonly string[];
  readonly notes: readonly Note[];
}

const NOTHING: Remedy = { publish: [], keeps: [], notes: [] };

/** The record that fixes it, what of the present one it keeps, and what it leaves out. */
export async function remedyFor(
  question: Question,
  expected: Expected,
  { level, found, notes }: Assessment,
  evaluator: SpfEvaluator,
  context: AuditContext,
): Promise<Remedy> {
  if (level !== 'missing' && level !== 'different' && level !== 'multiple') return NOTHING;
  const zone = await zoneOf(question.record === 'dmarc-report' ? question.zone : expected.domain, context);
  if (question.record === 'mx') {
    const dotted = notes.some(({ id }) => id === 'missing-dot');
    return { ...NOTHING, publish: publishMx(question.name, zone, expected.mx ?? [], dotted) };
  }
  const [wanted = ''] = question.expected;
  const texts = (value: string): Publish[] =>
    // What was just called wrong is no advice.
    found.length === 1 && found[0] === value ? [] : [publishTxt(question.name, zone, value)];
  if (question.record !== 'spf') return { ...NOTHING, publish: texts(wanted) };
  const present = found.map((text) => nearlySpf(text)?.meant ?? text);
  const advice = await adviseSpf(wanted, present, expected.domain, evaluator, await context.senders());
  return {
    publish: advice.value === null ? [] : texts(advice.value),
    keeps: advice.kept,
    notes: advice.notes,
  };
}
