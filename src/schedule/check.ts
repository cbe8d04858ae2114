/** A check as the scheduler sees it: when, in which lane, and a function that runs it once. */
import { createHash } from 'node:crypto';
import { type About, PLAIN } from '../base/about.ts';
import type { Schedule } from '../base/schedule.ts';
import { Secret } from '../base/units.ts';
import type { CheckContext, CheckKind, Kind, Run } from '../checks/check.ts';
import { runCheck } from '../checks/run.ts';

export interface ScheduledCheck {
  readonly name: string;
  readonly kind: Kind;
  /** Needs browsers: never at the same time as another one that does. */
  readonly heavy: boolean;
  readonly schedule: Schedule;
  /** How it is shown, and who is notified of it. */
  readonly about: About;
  /** What is watched, for people: a URL, a relay, "12 domains". Null where the name says it all. */
  readonly target: string | null;
  /** Equal when nothing of its runs changed: a reload leaves such a check's timer, run in hand and counters alone. */
  readonly fingerprint: string;
  /** Runs the check once, with its deadline. Never rejects. */
  run(context: CheckContext, id: string): Promise<Run>;
}

/** Makes a scheduled check of a kind and the options that its schema gave. */
export function scheduleCheck<K extends Kind, Options>(
  kind: CheckKind<K, Options>,
  options: Options,
  {
    name,
    schedule,
    target,
    about = { ...PLAIN, severity: kind.severity ?? PLAIN.severity },
  }: { name: string; schedule: Schedule; target: string | null; about?: About },
): ScheduledCheck {
  return {
    name,
    kind: kind.kind,
    heavy: kind.heavy,
    schedule,
    about,
    target,
    fingerprint: fingerprint([kind.kind, schedule, options, about.enabled]),
    run: (context, id) => runCheck(kind, options, context, id),
  };
}

/** A digest of plain data in which a secret counts with its value, so that a changed password is a change. */
export function fingerprint(value: unknown): string {
  const text = JSON.stringify(value, function replacer(this: Record<string, unknown>, key: string, shown) {
    // `Secret.toJSON` has already hidden the value: look at what was there before.
    const original = this[key];
    return original instanceof Secret ? { secret: original.reveal() } : shown;
  });
  return createHash('sha256').update(text).digest('hex');
}
