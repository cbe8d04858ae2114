/** What a language has to say about an intermittent fault. */
import type { Kind } from '../../checks/check.ts';
import type { Common } from '../../statistics/common-cause.ts';
import type { Changed, Failures } from '../changed.ts';
import type { IntermittentCause } from '../intermittence.ts';

export interface IntermittentWords {
  /** What fails, in how many runs, and how it was in the week before. */
  failing(cause: IntermittentCause, kind: Kind): string;
  /** The parts of it that fail most often; there is at least one. */
  parts(parts: readonly IntermittentCause[], kind: Kind): string;
  /** What the losses share, without a counterpart in runs that worked; there is at least one. */
  losses(common: readonly Common[]): string;
  /** What failing runs have more often than working ones; there is at least one. */
  circumstances(common: readonly (Common & { readonly working: Failing })[]): string;
  /** Versions that changed when it began; there is at least one. */
  changed(
    changed: readonly Changed[],
    figures: { readonly before: Failures; readonly since: Failures },
  ): string;
}

type Failing = NonNullable<Common['working']>;

/** `24 November at 14:02`, in UTC, by the formatter of a language. */
export function dayAndTime(locale: string): (iso: string) => string {
  const formatter = new Intl.DateTimeFormat(locale, {
    ...{ day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' },
    timeZone: 'UTC',
  });
  return (iso) => formatter.format(new Date(iso));
}

/** A circumstance of one participant: who, and what; `A not relayed`. */
export function ofParticipant(value: string): readonly [name: string, what: string] {
  const space = value.indexOf(' ');
  return [value.slice(0, space), value.slice(space + 1)];
}
