/** Who is notified of a check, when, and how often: runs of a store, a real receiver, and the clock that is given. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Notifier } from '../../src/notify/notifier.ts';
import { aRun } from '../support/history/runs.ts';
import { httpReceiver } from '../support/notify/receivers.ts';
import { FIRING, NotifierSetting, OUTCOMES, RESOLVED, status } from '../support/notify/setting.ts';

const MINUTE = 60_000;

let setting: NotifierSetting;
beforeEach(async () => {
  setting = new NotifierSetting(await httpReceiver());
});
afterEach(() => setting.stop());

describe('of a check', () => {
  it('the third failure in a row is notified once, and once more when it is over', async () => {
    setting.start();
    setting.runs('PFF');
    await setting.quiet();
    expect(setting.titles()).toEqual([]);
    setting.runs('F');
    await setting.settled([FIRING]);
    setting.runs('FFEF');
    await setting.quiet();
    setting.runs('P');
    await setting.settled([FIRING, RESOLVED]);
    const [{ body }] = setting.receiver.got as unknown as [{ body: { items: [Record<string, unknown>] } }];
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
    setting.start();
    setting.runs(pattern);
    await expect.poll(() => setting.receiver.got.length, { timeout: 10_000 }).toBe(1);
    expect(setting.receiver.got[0]!.body).toMatchObject({ severity, items: [{ state }] });
  });

  it('a fault that comes and goes is notified in its sentence', async () => {
    setting.start();
    const at = (minutes: number) => new Date(Date.now() - minutes * MINUTE).toISOString();
    for (let i = 96; i > 0; i--) {
      setting.store.append(
        aRun({ outcome: i % 13 === 5 ? 'fail' : 'pass', startedAt: at(i * 5), durationMs: 1000 }),
      );
    }
    await expect.poll(() => setting.receiver.got.length, { timeout: 10_000 }).toBe(1);
    const [{ body }] = setting.receiver.got as unknown as [
      { body: { severity: string; title: string; items: [{ state: string; sentence: string }] } },
    ];
    expect(body.items[0].state).toBe('intermittent');
    expect(body.items[0].sentence).toMatch(/^\d+ of 96 calls of the last 24 hours failed\./);
    expect(body.title).toMatch(/^\[FIRING\] warning: meet: \d+ of 96 calls/);
  });

  it('that does not run is notified, once it is late', async () => {
    const notifier = setting.start();
    setting.runs('P');
    notifier.look(Date.now() + 14 * MINUTE);
    await setting.quiet();
    expect(setting.titles()).toEqual([]);
    notifier.look(Date.now() + 16 * MINUTE);
    // By the clock of this test it is over at once.
    await expect
      .poll(() => setting.titles()[0])
      .toBe(
        't0: [FIRING] warning: meet: It has not run for longer than it should: whether it works is unknown.',
      );
  });

  it('one domain of several that fails authentication is a warning', async () => {
    setting.checks = [status('post', { kind: 'mail' })];
    setting.start();
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
    setting.runs('FF', mail('pass', 'fail'));
    await expect.poll(() => setting.receiver.got.length, { timeout: 10_000 }).toBe(1);
    expect(setting.receiver.got[0]!.body.severity).toBe('warning');
    // None passes any more: that is worse, and is sent.
    setting.runs('F', mail('fail', 'fail'));
    await expect.poll(() => setting.receiver.got.length, { timeout: 10_000 }).toBe(2);
    expect(setting.receiver.got[1]!.body.severity).toBe('critical');
  });
});

describe('who is notified', () => {
  it('is whoever asked for such checks and so severe faults', async () => {
    setting.checks = [
      status('meet', { group: 'Jitsi', labels: { team: 'platform' }, severity: 'warning' }),
      status('other', { severity: 'none' }),
    ];
    setting.start({
      targets: [
        {},
        { severity: 'critical' },
        { groups: ['Jitsi'] },
        { groups: ['Mail'] },
        { labels: { team: 'platform' } },
        { labels: { team: 'web' } },
      ],
    });
    setting.runs('FFF');
    setting.runs('FFF', { check: 'other' });
    await expect
      .poll(() =>
        setting
          .titles()
          .map((title) => title.slice(0, 2))
          .sort(),
      )
      .toEqual(['t0', 't2', 't4']);
    await setting.quiet();
    expect(setting.titles()).toHaveLength(3);
  });

  it('two checks that break within the time to wait are one message', async () => {
    setting.checks = [status('meet'), status('other')];
    setting.start({ wait: '1s' });
    setting.runs('FFF');
    setting.runs('FFF', { check: 'other' });
    await setting.quiet();
    expect(setting.titles()).toEqual([]);
    await setting.settled(['t0: [FIRING:2] critical: meet, other']);
  });
});

describe('how often', () => {
  it('a restart repeats nothing, and notifies what came about meanwhile', async () => {
    const before = setting.start();
    setting.runs('FFF');
    await setting.settled([FIRING]);
    await before.stop(0);
    setting.start();
    setting.runs('F');
    await setting.quiet();
    expect(setting.titles()).toEqual([FIRING]);
    setting.runs('P');
    await setting.settled([FIRING, RESOLVED]);
  });

  it('a receiver that is down is tried again, and gets how things are then', async () => {
    setting.receiver.answer = { status: 503 };
    const notifier = setting.start();
    setting.runs('FFF');
    await expect.poll(() => notifier.counts.targets[0]!.failed).toBe(1);
    expect(notifier.counts.targets[0]).toMatchObject({ sent: 0, pending: 1 });
    setting.receiver.answer = { status: 200 };
    await expect.poll(setting.titles, { timeout: 15_000 }).toEqual([FIRING]);
    // It is noted when the answer has come.
    await expect.poll(() => notifier.counts.targets[0]).toMatchObject({ sent: 1, failed: 1, pending: 0 });
    expect(notifier.counts.targets[0]!.lastDelayMs).toBeGreaterThan(0);
    expect(setting.logged).toEqual([
      't0 could not be notified: HTTP status 503 {"target":"t0","kind":"webhook","reason":"HTTP status 503","retryInS":2}',
    ]);
  });

  it('a reminder while it lasts', async () => {
    const notifier = setting.start({ targets: [{ remind: '1h' }] });
    setting.runs('FFF');
    await setting.settled([FIRING]);
    notifier.look(Date.now() + 10 * MINUTE);
    await setting.quiet();
    expect(setting.titles()).toHaveLength(1);
    setting.checks = [status('meet', { intervalMs: 10 * 3_600_000 })];
    notifier.look(Date.now() + 61 * MINUTE);
    await setting.settled([FIRING, 't0: [STILL FIRING] critical: meet: C does not see B']);
  });

  it('two states that alternate are notified once; well is notified at once', async () => {
    const notifier = setting.start();
    setting.runs('DDD');
    await expect.poll(() => setting.receiver.got.length, { timeout: 10_000 }).toBe(1);
    setting.runs('FFF');
    await expect.poll(() => setting.receiver.got.length, { timeout: 10_000 }).toBe(2);
    setting.runs('DDD');
    setting.runs('FFF');
    setting.runs('DDDD');
    await setting.quiet();
    expect(setting.receiver.got).toHaveLength(2);
    setting.checks = [status('meet', { intervalMs: 10 * 3_600_000 })];
    notifier.look(Date.now() + 31 * MINUTE);
    await setting.quiet();
    setting.runs('PPPPPP');
    await expect.poll(() => setting.titles().at(-1)).toBe(RESOLVED);
  });

  it('without resolved, only what breaks', async () => {
    setting.start({ targets: [{ resolved: false }] });
    setting.runs('FFFP');
    await setting.quiet();
    setting.runs('FFF');
    await setting.settled([FIRING, FIRING].slice(0, setting.titles().length || 1));
    expect(setting.titles().every((title) => title === FIRING)).toBe(true);
  });
});

describe('a fault that comes and goes', () => {
  afterEach(() => void vi.useRealTimers());

  /** Runs each five minutes, by a clock that goes on with them. */
  async function live(notifier: Notifier, pattern: string): Promise<void> {
    for (const letter of pattern) {
      vi.setSystemTime(Date.now() + 5 * MINUTE);
      const outcome = OUTCOMES[letter]!;
      const startedAt = new Date(Date.now() - 10_000).toISOString();
      setting.store.append(aRun({ outcome, summary: outcome, startedAt, durationMs: 9000 }));
      notifier.look();
      if (notifier.counts.targets[0]!.pending > 0) await setting.quiet();
    }
    await setting.quiet();
  }
  const states = () =>
    setting.receiver.got.map(({ body }) => {
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
      const notifier = setting.start({ targets: [{ remind: '30d' }] });
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
