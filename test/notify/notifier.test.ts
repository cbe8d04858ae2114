/** Who is told, when, and how often: runs of a store, a real receiver, and the clock that is given. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PLAIN, shownOf } from '../../src/base/about.ts';
import type { Kind, Outcome, Run } from '../../src/checks/check.ts';
import { Histories } from '../../src/compare/histories.ts';
import { notify } from '../../src/config/notify.ts';
import { createMemoryStore } from '../../src/history/memory.ts';
import type { RunStore } from '../../src/history/store.ts';
import { Notifier } from '../../src/notify/notifier.ts';
import type { OwnState } from '../../src/notify/own-faults.ts';
import type { CheckStatus } from '../../src/schedule/scheduler.ts';
import type { OtherPlace, SeenState } from '../../src/view/places.ts';
import { aRun } from '../support/history/runs.ts';
import { httpReceiver, type Receiver } from '../support/notify/receivers.ts';
import { silent } from '../support/schedule/kinds.ts';

const MINUTE = 60_000;
const FINE: OwnState = {
  historyWritable: true,
  evidenceWritable: true,
  runsLost: 0,
  runs: 0,
  runsSkipped: 0,
  configurationAccepted: true,
  internalErrors: 0,
  tokensRefused: 0,
};

let receiver: Receiver;
let store: RunStore;
let checks: CheckStatus[];
let own: OwnState;
let logged: string[];
let notifiers: Notifier[];
let place: string | null;
let others: OtherPlace[];

beforeEach(async () => {
  receiver = await httpReceiver();
  store = createMemoryStore();
  checks = [status('meet')];
  own = FINE;
  logged = [];
  notifiers = [];
  place = null;
  others = [];
});
afterEach(async () => {
  for (const each of notifiers) await each.stop(0);
});

function status(name: string, changes: Partial<CheckStatus> = {}): CheckStatus {
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

const log = {
  ...silent,
  error: (fields: object, text: string) => void logged.push(`${text} ${JSON.stringify(fields)}`),
};

function start(config: { targets?: object[]; [key: string]: unknown } = {}): Notifier {
  const { targets = [{}], ...rest } = config;
  const histories = new Histories(store);
  const notifier = new Notifier({
    store,
    histories,
    checks: () => checks,
    own: () => own,
    place: () => place,
    others: () => others,
    log,
  });
  notifiers.push(notifier);
  const filled = targets.map((target, i) => ({
    name: `t${i}`,
    kind: 'webhook',
    url: `${receiver.url}/t${i}`,
    ...target,
  }));
  notifier.configure(notify.parse({ wait: '0s', targets: filled, ...rest }), 'https://vigie.example.org/');
  return notifier;
}

let ended = 0;
const LETTERS: Readonly<Record<string, Outcome>> = { P: 'pass', D: 'degraded', F: 'fail', E: 'error' };
function runs(pattern: string, changes: Partial<Record<keyof Run, unknown>> = {}): void {
  for (const letter of pattern) {
    const outcome = LETTERS[letter]!;
    const startedAt = new Date(Date.now() - 10_000 + ++ended).toISOString();
    const summary = outcome === 'fail' ? 'C does not see B' : outcome;
    store.append(aRun({ outcome, summary, startedAt, durationMs: 1000, ...changes }));
  }
}

const titles = () => receiver.got.map(({ path, body }) => `${path.slice(1)}: ${String(body.title)}`);
const settled = (expected: string[]) => expect.poll(titles, { timeout: 10_000 }).toEqual(expected);
/** Until what is to be sent has come; of what then is there too much, is seen. */
const quiet = () => Promise.all(notifiers.map((each) => each.settle()));

const FIRING = 't0: [FIRING] critical: meet: C does not see B';
const RESOLVED = 't0: [RESOLVED] meet: It works again.';

describe('of a check', () => {
  it('the third failure in a row is told once, and once that it is over', async () => {
    start();
    runs('PFF');
    await quiet();
    expect(titles()).toEqual([]);
    runs('F');
    await settled([FIRING]);
    runs('FFEF');
    await quiet();
    runs('P');
    await settled([FIRING, RESOLVED]);
    const [{ body }] = receiver.got as unknown as [{ body: { items: [Record<string, unknown>] } }];
    expect(body.items[0]).toMatchObject({
      check: 'meet',
      state: 'failing',
      outcome: 'fail',
      links: { runbook: 'https://vigie.example.org/runbooks/VigieCheckFailing.md' },
    });
  });

  it.each([
    ['PFPFPF', 'failing', 'critical'],
    ['PEEE', 'unknown', 'warning'],
    ['DDD', 'degraded', 'warning'],
    ['FEFEF', 'failing', 'critical'],
  ])('%s is %s', async (pattern, state, severity) => {
    start();
    runs(pattern);
    await expect.poll(() => receiver.got.length, { timeout: 10_000 }).toBe(1);
    expect(receiver.got[0]!.body).toMatchObject({ severity, items: [{ state }] });
  });

  it('a fault that comes and goes is told in its sentence', async () => {
    start();
    const at = (minutes: number) => new Date(Date.now() - minutes * MINUTE).toISOString();
    for (let i = 96; i > 0; i--) {
      store.append(aRun({ outcome: i % 13 === 5 ? 'fail' : 'pass', startedAt: at(i * 5), durationMs: 1000 }));
    }
    await expect.poll(() => receiver.got.length, { timeout: 10_000 }).toBe(1);
    const [{ body }] = receiver.got as unknown as [
      { body: { severity: string; title: string; items: [{ state: string; sentence: string }] } },
    ];
    expect(body.items[0].state).toBe('intermittent');
    expect(body.items[0].sentence).toMatch(/^\d+ of 96 calls of the last 24 hours failed\./);
    expect(body.title).toMatch(/^\[FIRING\] warning: meet: \d+ of 96 calls/);
  });

  it('that does not run is told, once it is late', async () => {
    const notifier = start();
    runs('P');
    notifier.look(Date.now() + 14 * MINUTE);
    await quiet();
    expect(titles()).toEqual([]);
    notifier.look(Date.now() + 16 * MINUTE);
    // By the clock of this test it is over at once.
    await expect
      .poll(() => titles()[0])
      .toBe(
        't0: [FIRING] warning: meet: It has not run for longer than it should: whether it works is unknown.',
      );
  });

  it('one domain of several that fails authentication is a warning', async () => {
    checks = [status('post', { kind: 'mail' })];
    start();
    const letter = (result: string) => ({
      delivery: {},
      dkim: { result },
      spf: { result: 'pass' },
      dmarc: { result: 'pass' },
    });
    const mail = (...results: string[]) => ({
      check: 'post',
      kind: 'mail',
      mail: { letters: results.map(letter) },
    });
    runs('FF', mail('pass', 'fail'));
    await expect.poll(() => receiver.got.length, { timeout: 10_000 }).toBe(1);
    expect(receiver.got[0]!.body.severity).toBe('warning');
    // None passes any more: that is worse, and told.
    runs('F', mail('fail', 'fail'));
    await expect.poll(() => receiver.got.length, { timeout: 10_000 }).toBe(2);
    expect(receiver.got[1]!.body.severity).toBe('critical');
  });
});

describe('who is told', () => {
  it('is whoever asked for such checks and so severe faults', async () => {
    checks = [
      status('meet', { group: 'Jitsi', labels: { team: 'platform' }, severity: 'warning' }),
      status('other', { severity: 'none' }),
    ];
    start({
      targets: [
        {},
        { severity: 'critical' },
        { groups: ['Jitsi'] },
        { groups: ['Mail'] },
        { labels: { team: 'platform' } },
        { labels: { team: 'web' } },
      ],
    });
    runs('FFF');
    runs('FFF', { check: 'other' });
    await expect
      .poll(() =>
        titles()
          .map((title) => title.slice(0, 2))
          .sort(),
      )
      .toEqual(['t0', 't2', 't4']);
    await quiet();
    expect(titles()).toHaveLength(3);
  });

  it('two checks that break within the time to wait are one message', async () => {
    checks = [status('meet'), status('other')];
    start({ wait: '1s' });
    runs('FFF');
    runs('FFF', { check: 'other' });
    await quiet();
    expect(titles()).toEqual([]);
    await settled(['t0: [FIRING:2] critical: meet, other']);
  });
});

describe('how often', () => {
  it('a restart tells nothing again, and what came about meanwhile', async () => {
    const before = start();
    runs('FFF');
    await settled([FIRING]);
    await before.stop(0);
    start();
    runs('F');
    await quiet();
    expect(titles()).toEqual([FIRING]);
    runs('P');
    await settled([FIRING, RESOLVED]);
  });

  it('a receiver that is down is tried again, and gets how things are then', async () => {
    receiver.answer = { status: 503 };
    const notifier = start();
    runs('FFF');
    await expect.poll(() => notifier.counts.targets[0]!.failed).toBe(1);
    expect(notifier.counts.targets[0]).toMatchObject({ sent: 0, pending: 1 });
    receiver.answer = { status: 200 };
    await expect.poll(titles, { timeout: 15_000 }).toEqual([FIRING]);
    // It is noted when the answer has come.
    await expect.poll(() => notifier.counts.targets[0]).toMatchObject({ sent: 1, failed: 1, pending: 0 });
    expect(notifier.counts.targets[0]!.lastDelayMs).toBeGreaterThan(0);
    expect(logged).toEqual([
      't0 could not be notified: HTTP status 503 {"target":"t0","kind":"webhook","reason":"HTTP status 503","retryInS":2}',
    ]);
  });

  it('a reminder while it lasts', async () => {
    const notifier = start({ targets: [{ remind: '1h' }] });
    runs('FFF');
    await settled([FIRING]);
    notifier.look(Date.now() + 10 * MINUTE);
    await quiet();
    expect(titles()).toHaveLength(1);
    checks = [status('meet', { intervalMs: 10 * 3_600_000 })];
    notifier.look(Date.now() + 61 * MINUTE);
    await settled([FIRING, 't0: [STILL FIRING] critical: meet: C does not see B']);
  });

  it('two states that alternate are told once; well is told at once', async () => {
    const notifier = start();
    runs('DDD');
    await expect.poll(() => receiver.got.length, { timeout: 10_000 }).toBe(1);
    runs('FFF');
    await expect.poll(() => receiver.got.length, { timeout: 10_000 }).toBe(2);
    runs('DDD');
    runs('FFF');
    runs('DDDD');
    await quiet();
    expect(receiver.got).toHaveLength(2);
    checks = [status('meet', { intervalMs: 10 * 3_600_000 })];
    notifier.look(Date.now() + 31 * MINUTE);
    await quiet();
    runs('PPPPPP');
    await expect.poll(() => titles().at(-1)).toBe(RESOLVED);
  });

  it('without resolved, only what breaks', async () => {
    start({ targets: [{ resolved: false }] });
    runs('FFFP');
    await quiet();
    runs('FFF');
    await settled([FIRING, FIRING].slice(0, titles().length || 1));
    expect(titles().every((title) => title === FIRING)).toBe(true);
  });
});

describe('a fault that comes and goes', () => {
  afterEach(() => void vi.useRealTimers());

  /** Runs each five minutes, by a clock that goes on with them. */
  async function live(notifier: Notifier, pattern: string): Promise<void> {
    for (const letter of pattern) {
      vi.setSystemTime(Date.now() + 5 * MINUTE);
      const outcome = LETTERS[letter]!;
      const startedAt = new Date(Date.now() - 10_000).toISOString();
      store.append(aRun({ outcome, summary: outcome, startedAt, durationMs: 9000 }));
      notifier.look();
      if (notifier.counts.targets[0]!.pending > 0) await quiet();
    }
    await quiet();
  }
  const states = () =>
    receiver.got.map(({ body }) => {
      const { status: is, severity, items } = body as { status: string; severity: string; items: object[] };
      return `${is} ${severity} ${(items[0] as { state: string }).state}`;
    });
  const DAY = 288;

  it.each([
    ['three of twelve', 'PPPF', 'warning'],
    ['three of twelve in another order', 'PFPPPPFPPPPF', 'warning'],
    ['one of fifteen', 'PPPPPPPPPPPPPPF', 'warning'],
  ])(
    '%s is one notification, and one more when it is over',
    async (_what, pattern, severity) => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
      const notifier = start({ targets: [{ remind: '30d' }] });
      await live(notifier, 'P'.repeat(DAY));
      expect(states()).toEqual([]);
      await live(notifier, pattern.repeat(DAY).slice(0, 180));
      expect(states()).toEqual([`firing ${severity} intermittent`]);
      await live(notifier, 'P'.repeat(DAY));
      expect(states()).toEqual([
        `firing ${severity} intermittent`,
        expect.stringMatching(/^resolved \w+ ok$/),
      ]);
    },
    120_000,
  );
});

describe('places', () => {
  const seen = (name: string, state: SeenState): OtherPlace => ({
    place: name,
    reachable: state !== 'unknown',
    checks: [
      { name: 'meet', kind: 'call', title: null, group: null, state, since: null, checkedAt: null },
      // Of the same name, and something else.
      { name: 'meet', kind: 'mail', title: null, group: null, state: 'ok', since: null, checkedAt: null },
    ],
  });
  const sent = () => {
    const { title, severity, text, items } = receiver.got.at(-1)!.body as unknown as {
      title: string;
      severity: string;
      text: string;
      items: [{ place: string; elsewhere: object; links: { runbook: string } }];
    };
    const [{ place: from, elsewhere, links }] = items;
    return { title, severity, text, from, elsewhere, runbook: links.runbook };
  };

  it('a fault that is seen from one place alone is a warning, and says from where it works', async () => {
    place = 'lyon';
    others = [seen('paris', 'ok'), seen('brest', 'unknown'), seen('lille', 'failing')];
    start();
    runs('FFF');
    await expect.poll(() => receiver.got.length, { timeout: 10_000 }).toBe(1);
    expect(sent()).toMatchObject({
      title: '[FIRING] warning: meet (lyon): C does not see B',
      severity: 'warning',
      text: expect.stringContaining(
        '3 of the latest runs failed. From paris it works. From lille it does not work either. Whether it works from brest is not known.',
      ) as string,
      from: 'lyon',
      elsewhere: { working: ['paris'], failing: ['lille'], unknown: ['brest'] },
      runbook: 'https://vigie.example.org/runbooks/VigieFailingInOnePlace.md',
    });
    // Then it fails everywhere: that is worse, and told.
    others = [seen('paris', 'failing'), seen('lille', 'failing')];
    runs('F');
    await expect.poll(() => receiver.got.length, { timeout: 10_000 }).toBe(2);
    expect(sent()).toMatchObject({
      title: '[FIRING] critical: meet (lyon): C does not see B',
      text: expect.stringContaining('From paris and lille it does not work either.') as string,
    });
    runs('P');
    await settled([
      't0: [FIRING] warning: meet (lyon): C does not see B',
      't0: [FIRING] critical: meet (lyon): C does not see B',
      't0: [RESOLVED] meet (lyon): It works again.',
    ]);
  });

  it.each<[string, () => OtherPlace[]]>([
    ['nobody else watches it', () => [{ place: 'paris', reachable: true, checks: [] }]],
    ['the others do not answer', () => [seen('paris', 'unknown')]],
    ['it has not run there', () => [seen('paris', 'none')]],
  ])('it is as bad as it is configured where %s', async (_what, its) => {
    others = its();
    start();
    runs('FFF');
    await settled([FIRING]);
    expect(sent().severity).toBe('critical');
  });
});

describe('maintenance', () => {
  const on = { from: '2026-01-01T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z', by: 'hand' } as const;

  it('tells nothing while it lasts, and the state afterwards', async () => {
    checks = [status('meet', { maintenance: on })];
    const notifier = start();
    runs('FFF');
    await quiet();
    expect(titles()).toEqual([]);
    checks = [status('meet')];
    notifier.look();
    await settled([FIRING]);
    checks = [status('meet', { maintenance: on })];
    runs('PPP');
    await quiet();
    expect(titles()).toEqual([FIRING]);
    checks = [status('meet')];
    notifier.look();
    await settled([FIRING, RESOLVED]);
  });

  it('a check that is removed or disabled is not called well', async () => {
    const notifier = start();
    runs('FFF');
    await settled([FIRING]);
    checks = [status('meet', { enabled: false })];
    notifier.look();
    checks = [];
    notifier.look();
    await quiet();
    expect(titles()).toEqual([FIRING]);
  });
});

describe('of Vigie itself', () => {
  it.each([
    ['historyWritable', false, 6, 'The history cannot be written'],
    ['evidenceWritable', false, 6, 'Evidence cannot be written'],
    ['configurationAccepted', false, 6, 'The changed configuration was rejected'],
    ['runsLost', 3, 0, 'Runs were lost'],
    ['runsSkipped', 30, 0, 'More than a quarter of the scheduled runs'],
    ['internalErrors', 1, 0, 'There were internal errors'],
    ['tokensRefused', 21, 0, 'More than 20 requests with a wrong token'],
  ])('%s is told, and that it is over', async (key, value, minutes, words) => {
    checks = [];
    const notifier = start();
    const now = Date.now();
    notifier.look(now - minutes * MINUTE - 1000);
    own = { ...FINE, [key]: value };
    notifier.look(now - minutes * MINUTE);
    notifier.look(now);
    await expect.poll(titles).toEqual([expect.stringContaining(`t0: [FIRING] warning: Vigie: ${words}`)]);
    if (typeof FINE[key as keyof OwnState] === 'boolean') own = FINE;
    notifier.look(now + 7 * 3_600_000);
    await expect.poll(titles).toHaveLength(2);
    expect(titles()[1]).toContain('[RESOLVED] Vigie: ');
  });

  it('the fourth start within half an hour is a crash loop', async () => {
    checks = [];
    for (let i = 0; i < 3; i++) await start().stop(0);
    await quiet();
    expect(titles()).toEqual([]);
    start();
    await settled([
      't0: [FIRING] critical: Vigie: Vigie restarts again and again: runs in progress are lost each time.',
    ]);
  });
});

describe('the heartbeat', () => {
  it('is sent while checks run, and not when none does any more', async () => {
    checks = [status('meet')];
    const notifier = start({ targets: [], heartbeat: { url: `${receiver.url}/beat`, every: '10s' } });
    await expect
      .poll(() => receiver.got.map(({ method, path }) => `${method} ${path}`))
      .toEqual(['GET /beat']);
    await expect.poll(() => notifier.counts.heartbeats).toEqual({ ok: 1, failed: 0 });
    // Its first runs are overdue then.
    checks = [status('meet', { intervalMs: 0 })];
    notifier.configure(notify.parse({ heartbeat: { url: `${receiver.url}/beat`, every: '10s' } }), null);
    await quiet();
    expect(receiver.got).toHaveLength(1);
    runs('F', { startedAt: new Date(Date.now() + 1000).toISOString() });
    notifier.configure(notify.parse({ heartbeat: { url: `${receiver.url}/beat`, every: '10s' } }), null);
    await expect.poll(() => receiver.got.length, { timeout: 10_000 }).toBe(2);
  });
});
