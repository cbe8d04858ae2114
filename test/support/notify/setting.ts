/** A notifier with a store of runs, a real receiver, and all that it asks about, set by the tests. */
import { expect } from 'vitest';
import { PLAIN, shownOf } from '../../../src/base/about.ts';
import type { Kind, Outcome, Run } from '../../../src/checks/check.ts';
import { Histories } from '../../../src/compare/histories.ts';
import { notify } from '../../../src/config/notify.ts';
import { createMemoryStore } from '../../../src/history/memory.ts';
import type { RunStore } from '../../../src/history/store.ts';
import { Notifier } from '../../../src/notify/notifier.ts';
import type { OwnState } from '../../../src/notify/own-faults.ts';
import type { CheckStatus } from '../../../src/schedule/scheduler.ts';
import type { OtherPlace } from '../../../src/view/places.ts';
import { aRun } from '../history/runs.ts';
import { silent } from '../schedule/kinds.ts';
import type { Receiver } from './receivers.ts';

export const FINE: OwnState = {
  historyWritable: true,
  evidenceWritable: true,
  runsLost: 0,
  runs: 0,
  runsSkipped: 0,
  configurationAccepted: true,
  internalErrors: 0,
  tokensRefused: 0,
};

export function status(name: string, changes: Partial<CheckStatus> = {}): CheckStatus {
  return {
    name,
    kind: 'call' as Kind,
    ...shownOf(PLAIN),
    heavy: true,
    target: null,
    intervalMs: 300_000,
    maintenance: null,
    activity: null,
    skipped: { overlap: 0, queue: 0, missed: 0 },
    ...changes,
  };
}

/** By their letters. */
export const OUTCOMES: Readonly<Record<string, Outcome>> = {
  P: 'pass',
  D: 'degraded',
  F: 'fail',
  E: 'error',
};

/** What a notifier sees, and what it sends. */
export class NotifierSetting {
  readonly store: RunStore = createMemoryStore();
  readonly receiver: Receiver;
  readonly logged: string[] = [];
  checks: CheckStatus[] = [status('meet')];
  own: OwnState = FINE;
  place: string | null = null;
  others: OtherPlace[] = [];
  readonly #notifiers: Notifier[] = [];
  #ended = 0;

  constructor(receiver: Receiver) {
    this.receiver = receiver;
  }

  /** A notifier with as many targets, all at the receiver: `t0`, `t1`. */
  start(config: { targets?: object[]; [key: string]: unknown } = {}): Notifier {
    const { targets = [{}], ...rest } = config;
    const notifier = new Notifier({
      store: this.store,
      histories: new Histories(this.store),
      checks: () => this.checks,
      own: () => this.own,
      place: () => this.place,
      others: () => this.others,
      log: {
        ...silent,
        error: (fields: object, text: string) => void this.logged.push(`${text} ${JSON.stringify(fields)}`),
      },
    });
    this.#notifiers.push(notifier);
    const filled = targets.map((target, i) => ({
      name: `t${i}`,
      kind: 'webhook',
      url: `${this.receiver.url}/t${i}`,
      ...target,
    }));
    notifier.configure(notify.parse({ wait: '0s', targets: filled, ...rest }), 'https://vigie.example.org/');
    return notifier;
  }

  /** Runs that end now, one a letter: `P` passes, `D` is degraded, `F` fails, `E` is an error. */
  runs(pattern: string, changes: Partial<Record<keyof Run, unknown>> = {}): void {
    for (const letter of pattern) {
      const outcome = OUTCOMES[letter]!;
      const startedAt = new Date(Date.now() - 10_000 + ++this.#ended).toISOString();
      const summary = outcome === 'fail' ? 'C does not see B' : outcome;
      this.store.append(aRun({ outcome, summary, startedAt, durationMs: 1000, ...changes }));
    }
  }

  /** What has been received, as `t0: title`. */
  readonly titles = () =>
    this.receiver.got.map(({ path, body }) => `${path.slice(1)}: ${String(body.title)}`);

  readonly settled = (expected: string[]) => expect.poll(this.titles, { timeout: 10_000 }).toEqual(expected);

  /** Until what is to be sent has come; of what then is there too much, is seen. */
  readonly quiet = () => Promise.all(this.#notifiers.map((each) => each.settle()));

  async stop(): Promise<void> {
    for (const each of this.#notifiers) await each.stop(0);
  }
}

export const FIRING = 't0: [FIRING] critical: meet: C does not see B';
export const RESOLVED = 't0: [RESOLVED] meet: It works again.';
