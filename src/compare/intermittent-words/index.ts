/** An intermittent fault in words: the same on pages and in notifications. */
import type { Language } from '../../base/language.ts';
import type { Kind } from '../../checks/check.ts';
import type { Common } from '../../statistics/common-cause.ts';
import type { IntermittentCause } from '../intermittence.ts';
import type { IntermittentWords } from './contract.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';

const WORDS: Readonly<Record<Language, IntermittentWords>> = { en, fr };
/** Of parts and of traits no more are stated. */
const MOST = 3;

type OfBoth = Common & { readonly working: NonNullable<Common['working']> };

/**
 * What fails intermittently in a check, in sentences; nothing where nothing does.
 * @param found as `Histories.intermittent` gives it: the check as a whole first, where it is one of them
 */
export function intermittentText(
  found: readonly IntermittentCause[],
  kind: Kind,
  language: Language,
): string | null {
  const [first, ...others] = found;
  if (!first) return null;
  const say = WORDS[language];
  // A step is lost with its streams: those say more.
  const parts = others.filter(({ subject }) => subject?.aspect !== 'step').slice(0, MOST);
  const losses = first.common.filter(({ working }) => working === null).slice(0, MOST);
  const circumstances = first.common
    .filter((each): each is OfBoth => each.working !== null)
    // What is stated as a change is not stated as a circumstance as well.
    .filter(({ trait, value }) => !first.changed.some(({ subject, to }) => said(trait, value, subject, to)))
    .slice(0, MOST);
  const [change] = first.changed;
  return [
    say.failing(first, kind),
    ...(losses.length > 0 ? [say.losses(losses)] : []),
    // What all losses share names the parts already.
    ...(losses.length === 0 && parts.length > 0 ? [say.parts(parts, kind)] : []),
    ...(circumstances.length > 0 ? [say.circumstances(circumstances)] : []),
    ...(change ? [say.changed(first.changed.slice(0, MOST), change)] : []),
  ].join(' ');
}

function said(trait: string, value: string, subject: string, version: string): boolean {
  return trait === 'browser version'
    ? value === `${subject} ${version}`
    : trait === subject && value === version;
}
