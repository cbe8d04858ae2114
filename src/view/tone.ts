/** What may be said of a check now, for everybody: what was seen too long ago, or once, is not known. */
import { staleFor } from '../history/stale.ts';
import { OUTCOME_TONES, type Tone } from './format.ts';
import { failsNowAndThen } from './overview.ts';
import type { CheckView } from './state.ts';

/** A single failed run is no outage yet: the next one confirms it, or does not. */
export function isUnconfirmed({ latest, since }: CheckView): boolean {
  return latest?.outcome === 'fail' && since !== null && since.runs < 2;
}

export function toneOfCheck(check: CheckView, now: Date): Tone {
  const run = check.latest;
  if (!run) return 'quiet';
  if (staleFor(run, check.status.intervalMs, now) !== null) return 'unsure';
  if (isUnconfirmed(check)) return 'unsure';
  return failsNowAndThen(check) ? 'warn' : OUTCOME_TONES[run.outcome];
}
