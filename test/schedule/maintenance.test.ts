/** Maintenance, confirmation of failures, and checks that are disabled. */
import { createTask } from 'node-cron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryStore } from '../../src/history/memory.ts';
import { previousTick } from '../../src/schedule/maintenance.ts';
import { Scheduler } from '../../src/schedule/scheduler.ts';
import { fakeCheck, silent } from '../support/schedule/kinds.ts';

const START = Date.UTC(2026, 10, 22, 15, 0, 0);
const MINUTE = 60_000;
const DAY = 86_400_000;

it.each([
  '0 3 * * *',
  '*/7 * * * *',
  '30 1 * * 0',
  '0 0 1 * *',
  '15 22 * 11 5',
  '5 0 3 * * 7',
  '0 12 22 11 *',
])('the tick before an instant is the one that comes next before it: %s', (cron) => {
  const task = createTask(cron, () => undefined, { timezone: 'UTC' });
  const ticks = task.getNextRuns(5).map((tick) => tick.getTime());
  void task.destroy();
  for (const [index, tick] of ticks.entries()) {
    expect(previousTick(cron, tick, tick - 1000)).toBe(tick);
    expect(previousTick(cron, tick + 999, tick - DAY)).toBe(tick);
    const before = ticks[index - 1];
    if (before !== undefined) expect(previousTick(cron, tick - 1, before)).toBe(before);
    expect(previousTick(cron, tick - 1, tick - 1)).toBeNull();
  }
});

describe('with a clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: START });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function setUp(store = createMemoryStore()) {
    const scheduler = new Scheduler({ store, log: silent });
    const status = () => scheduler.checks()[0]!;
    const triggers = () => store.list().length;
    return { store, scheduler, status, triggers };
  }

  it('a window begins and ends by its expression; it ends with a run that shows the state afterwards', async () => {
    const { scheduler, status, store } = setUp();
    const about = { maintenance: [{ cron: '10 15 * * *', duration: 10 * MINUTE }] };
    scheduler.update([fakeCheck({ schedule: { everyMs: 60 * MINUTE }, about })]);
    await vi.advanceTimersByTimeAsync(9 * MINUTE);
    expect(status().maintenance).toBeNull();
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(status().maintenance).toEqual({
      from: '2026-11-22T15:10:00.000Z',
      until: '2026-11-22T15:20:00.000Z',
      by: 'schedule',
    });
    expect(store.list()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(9 * MINUTE - 1000);
    expect(status().maintenance).not.toBeNull();
    // The run that shows it takes a second, and begins within five.
    await vi.advanceTimersByTimeAsync(10_000);
    expect(store.list()).toHaveLength(2);
    expect(status().maintenance).toBeNull();
    await scheduler.stop({ graceMs: 0 });
  });

  it('by hand it begins at once, outlasts a restart, and ends early', async () => {
    const { scheduler, status, store } = setUp();
    scheduler.update([fakeCheck({ schedule: { everyMs: 60 * MINUTE } })]);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(scheduler.maintain('nothing', new Date())).toBe(false);
    expect(scheduler.maintain('meet', new Date(Date.now() + 30 * MINUTE))).toBe(true);
    expect(status().maintenance).toMatchObject({ by: 'hand', until: '2026-11-22T15:31:00.000Z' });
    await scheduler.stop({ graceMs: 0 });

    const again = setUp(store);
    again.scheduler.update([fakeCheck({ schedule: { everyMs: 60 * MINUTE } })]);
    expect(again.status().maintenance).toMatchObject({ by: 'hand', until: '2026-11-22T15:31:00.000Z' });
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    again.scheduler.maintain('meet', null);
    expect(again.status().maintenance).not.toBeNull();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(again.status().maintenance).toBeNull();
    expect(store.note('maintenance')).toBeNull();
    await again.scheduler.stop({ graceMs: 0 });
  });

  it('without a run it ends after a while all the same', async () => {
    const { scheduler, status } = setUp();
    scheduler.update([fakeCheck({ ms: 3_600_000, deadlineMs: 7_200_000, schedule: { everyMs: MINUTE } })]);
    scheduler.maintain('meet', new Date(Date.now() + MINUTE));
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(status().maintenance).not.toBeNull();
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(status().maintenance).toBeNull();
    await scheduler.stop({ graceMs: 0 });
  });

  it('a first failure is confirmed at once, as often as is configured; not again while it lasts', async () => {
    const { scheduler, store } = setUp();
    scheduler.update([
      fakeCheck({ outcome: 'fail', ms: 1000, schedule: { everyMs: 10 * MINUTE }, about: { confirm: 2 } }),
    ]);
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(store.list()).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(store.list()).toHaveLength(4);
    await scheduler.stop({ graceMs: 0 });
  });

  it('a disabled check does not run, and what is said of a check changes without a pause in its runs', async () => {
    const { scheduler, status, store } = setUp();
    scheduler.update([fakeCheck({ about: { enabled: false } })]);
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(store.list()).toHaveLength(0);
    expect(scheduler.request('meet')).toBeNull();
    expect([status().enabled, scheduler.nextRun('meet')]).toEqual([false, null]);

    scheduler.update([fakeCheck({ ms: 20_000 })]);
    await vi.advanceTimersByTimeAsync(10_000);
    const { activity } = status();
    scheduler.update([fakeCheck({ ms: 20_000, about: { title: 'Video calls' } })]);
    expect(status()).toMatchObject({ title: 'Video calls', activity: { id: activity!.id } });
    scheduler.update([fakeCheck({ about: { enabled: false } })]);
    expect([status().activity, scheduler.nextRun('meet')]).toEqual([null, null]);
    await scheduler.stop({ graceMs: 0 });
  });
});
