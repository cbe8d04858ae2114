import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryStore } from '../../src/history/memory.ts';
import { Scheduler } from '../../src/schedule/scheduler.ts';
import { fakeCheck, silent } from '../support/schedule/kinds.ts';

const START = Date.UTC(2026, 10, 22, 15, 0, 0);
const MINUTE = 60_000;

/** A scheduler, its store, and what happened when, in seconds since the start. */
function setUp() {
  const store = createMemoryStore();
  const scheduler = new Scheduler({ store, log: silent });
  const events: string[] = [];
  const trace = (event: string) => void events.push(`${(Date.now() - START) / 1000} ${event}`);
  const skipped = (name: string) => scheduler.checks().find((check) => check.name === name)!.skipped;
  return { store, scheduler, events, trace, skipped };
}

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a plain interval', () => {
  it('runs at the start and then every interval, however long a run takes', async () => {
    const { scheduler, events, trace, store } = setUp();
    scheduler.update([fakeCheck({ ms: 7000, trace })]);
    await vi.advanceTimersByTimeAsync(2 * MINUTE + 10_000);
    expect(events.filter((event) => event.endsWith('starts'))).toEqual([
      '0 meet starts',
      '60 meet starts',
      '120 meet starts',
    ]);
    expect(store.list().length).toBe(3);
    await scheduler.stop({ graceMs: 0 });
  });

  it('skips and counts the ticks that come while its run is on, and keeps to its grid', async () => {
    const { scheduler, events, trace, skipped } = setUp();
    scheduler.update([fakeCheck({ ms: 150_000, trace })]);
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(events).toEqual([
      '0 meet starts',
      '150 meet ends',
      '180 meet starts', // ticks at 60 and 120 went by
    ]);
    expect(skipped('meet')).toEqual({ overlap: 4, queue: 0, missed: 0 }); // 60, 120, 240, 300
    await scheduler.stop({ graceMs: 0 });
  });

  it('counts what it missed while the machine slept, and does not catch up', async () => {
    const { scheduler, events, trace, skipped } = setUp();
    scheduler.update([fakeCheck({ trace })]);
    await vi.advanceTimersByTimeAsync(30_000);
    // As after a suspend: the clock has gone on by an hour, no timer has fired meanwhile.
    const now = performance.now.bind(performance);
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + 60 * MINUTE);
    await vi.advanceTimersByTimeAsync(60_000);
    clock.mockRestore();
    expect(skipped('meet').missed).toBe(60);
    expect(events.filter((event) => event.endsWith('starts')).length).toBe(2);
    await scheduler.stop({ graceMs: 0 });
  });
});

describe('a cron expression', () => {
  it('runs at the start and then at its times, in UTC', async () => {
    const { scheduler, events, trace } = setUp();
    vi.setSystemTime(START + 20_000);
    scheduler.update([fakeCheck({ schedule: { cron: '*/5 * * * *' }, trace })]);
    expect(scheduler.nextRun('meet')).toBe('2026-11-22T15:05:00.000Z');
    expect(scheduler.checks()[0]!.intervalMs).toBe(5 * MINUTE);
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(events.filter((event) => event.endsWith('starts'))).toEqual([
      '20 meet starts',
      '300 meet starts',
      '600 meet starts',
    ]);
    await scheduler.stop({ graceMs: 0 });
  });

  it('skips and counts like an interval when a run takes too long', async () => {
    const { scheduler, skipped } = setUp();
    scheduler.update([fakeCheck({ schedule: { cron: '* * * * *' }, ms: 130_000 })]);
    await vi.advanceTimersByTimeAsync(2 * MINUTE + 1000);
    expect(skipped('meet').overlap).toBe(2);
    await scheduler.stop({ graceMs: 0 });
  });
});

describe('several checks', () => {
  it('never runs two heavy ones at once, in the order in which they came; light ones go on meanwhile', async () => {
    const { scheduler, events, trace } = setUp();
    scheduler.update([
      fakeCheck({ name: 'one', ms: 20_000, trace }),
      fakeCheck({ name: 'two', ms: 20_000, trace }),
      fakeCheck({ name: 'light', heavy: false, ms: 1000, trace, schedule: { everyMs: 10_000 } }),
    ]);
    await vi.advanceTimersByTimeAsync(25_000);
    expect(events).toEqual([
      '0 one starts',
      '0 light starts',
      '1 light ends',
      '10 light starts',
      '11 light ends',
      '20 one ends',
      '20 two starts',
      '20 light starts',
      '21 light ends',
    ]);
    await scheduler.stop({ graceMs: 0 });
  });

  it('staggers heavy checks of one interval after the first round', async () => {
    const { scheduler, events, trace } = setUp();
    const names = ['one', 'two', 'three'];
    scheduler.update(
      names.map((name) => fakeCheck({ name, ms: 5000, trace, schedule: { everyMs: 3 * MINUTE } })),
    );
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(events.filter((event) => event.endsWith('starts'))).toEqual([
      '0 one starts',
      '5 two starts',
      '10 three starts',
      '180 one starts',
      '210 two starts',
      '240 three starts',
    ]);
    await scheduler.stop({ graceMs: 0 });
  });

  it('counts a tick that comes while the run still waits for its turn by another reason', async () => {
    const { scheduler, skipped } = setUp();
    scheduler.update([
      fakeCheck({ name: 'hog', ms: 5 * MINUTE, schedule: { everyMs: 10 * MINUTE } }),
      fakeCheck({ name: 'patient', schedule: { everyMs: MINUTE } }),
    ]);
    await vi.advanceTimersByTimeAsync(4 * MINUTE);
    expect(skipped('patient')).toEqual({ overlap: 0, queue: 3, missed: 0 });
    expect(skipped('hog')).toEqual({ overlap: 0, queue: 0, missed: 0 });
    await scheduler.stop({ graceMs: 0 });
  });

  it('lets a limited number of light checks run at once, and no more', async () => {
    const store = createMemoryStore();
    const scheduler = new Scheduler({ store, log: silent, lightAtOnce: 2 });
    scheduler.update(['a', 'b', 'c'].map((name) => fakeCheck({ name, heavy: false })));
    expect(scheduler.checks().map((check) => check.activity?.state)).toEqual([
      'running',
      'running',
      'waiting',
    ]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(scheduler.checks().map((check) => check.activity?.state)).toEqual([
      undefined,
      undefined,
      'running',
    ]);
    await scheduler.stop({ graceMs: 0 });
  });
});

describe('light checks whose targets hang', () => {
  it('hold up each other, and none that answers', async () => {
    const { scheduler, events, trace } = setUp();
    const often = { everyMs: 10_000 };
    const hang = Array.from({ length: 8 }, (_, n) => `hangs ${n}`);
    scheduler.update([
      ...hang.map((name) => fakeCheck({ name, heavy: false, ms: 30_000, schedule: often })),
      fakeCheck({ name: 'answers', heavy: false, ms: 500, schedule: often, trace }),
    ]);
    // The first time nobody knows which hang: it waits for all of them.
    await vi.advanceTimersByTimeAsync(MINUTE + 5000);
    events.length = 0;
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(events.filter((event) => event.endsWith('starts')).length).toBe(12);
    await scheduler.stop({ graceMs: 0 });
  });
});

describe('a run by hand', () => {
  it('waits for the same lock, and is the same run from the request to the store', async () => {
    const { scheduler, store } = setUp();
    scheduler.update([fakeCheck({ name: 'one' }), fakeCheck({ name: 'two' })]);
    await vi.advanceTimersByTimeAsync(5000);
    scheduler.request('one');
    const request = scheduler.request('two');
    if (!request?.taken) throw new Error('the run was not taken');
    expect(request.activity).toMatchObject({ state: 'waiting', trigger: 'hand', check: 'two' });
    expect(scheduler.activity(request.activity.id)).toBe(request.activity);
    await vi.advanceTimersByTimeAsync(1500);
    expect(scheduler.activity(request.activity.id)).toMatchObject({
      state: 'running',
      progress: { text: 'sleeping' },
    });
    await vi.advanceTimersByTimeAsync(1000);
    const run = await request.done;
    expect(run).toMatchObject({ id: request.activity.id, check: 'two', outcome: 'pass' });
    expect(store.get(request.activity.id)).toBe(run);
    expect(scheduler.activity(request.activity.id)).toBeNull();
    await scheduler.stop({ graceMs: 0 });
  });

  it('is refused while the check runs or waits, with the run that is in the way', async () => {
    const { scheduler } = setUp();
    scheduler.update([fakeCheck({ name: 'one' }), fakeCheck({ name: 'two' })]);
    expect(scheduler.request('one')).toMatchObject({ taken: false, activity: { state: 'running' } });
    expect(scheduler.request('two')).toMatchObject({ taken: false, activity: { state: 'waiting' } });
    expect(scheduler.request('three')).toBeNull();
    await scheduler.stop({ graceMs: 0 });
  });

  it('makes the next tick skip where it is still on', async () => {
    const { scheduler, skipped } = setUp();
    scheduler.update([fakeCheck({ ms: 10_000 })]);
    await vi.advanceTimersByTimeAsync(55_000);
    expect(scheduler.request('meet')?.taken).toBe(true);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(skipped('meet').overlap).toBe(1);
    await scheduler.stop({ graceMs: 0 });
  });
});

describe('an update', () => {
  it('leaves unchanged checks their timer and their run in hand; starts new ones, ends removed ones', async () => {
    const { scheduler, events, trace, store } = setUp();
    const kept = fakeCheck({ name: 'kept', ms: 50_000, trace });
    scheduler.update([kept, fakeCheck({ name: 'gone', heavy: false, ms: 50_000, trace })]);
    await vi.advanceTimersByTimeAsync(40_000);
    scheduler.update([fakeCheck({ name: 'kept', ms: 50_000, trace }), fakeCheck({ name: 'new', trace })]);
    await vi.advanceTimersByTimeAsync(40_000);
    expect(events).toEqual([
      '0 kept starts',
      '0 gone starts',
      '40 gone ends',
      '50 kept ends',
      '50 new starts',
      '51 new ends',
      '60 kept starts',
    ]);
    expect(scheduler.checks().map((check) => check.name)).toEqual(['kept', 'new']);
    expect(store.list().map((run) => run.check)).toEqual(['new', 'kept']);
    await scheduler.stop({ graceMs: 0 });
  });

  it('runs a changed check anew at once, and does not record the run of the old one', async () => {
    const { scheduler, events, trace, store } = setUp();
    scheduler.update([fakeCheck({ ms: 30_000, trace })]);
    await vi.advanceTimersByTimeAsync(10_000);
    scheduler.update([fakeCheck({ ms: 5000, trace })]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(events).toEqual(['0 meet starts', '10 meet ends', '10 meet starts', '15 meet ends']);
    expect(store.list().map((run) => run.outcome)).toEqual(['pass']);
    await scheduler.stop({ graceMs: 0 });
  });

  it('drops a run that still waits for a removed check', async () => {
    const { scheduler, events, trace } = setUp();
    const one = fakeCheck({ name: 'one', ms: 10_000, trace });
    scheduler.update([one, fakeCheck({ name: 'two', trace })]);
    scheduler.update([one]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(events).toEqual(['0 one starts', '10 one ends']);
    await scheduler.stop({ graceMs: 0 });
  });
});

describe('stopping', () => {
  it('lets the run in hand end within the grace, drops those that wait, and starts nothing more', async () => {
    const { scheduler, store, events, trace } = setUp();
    scheduler.update([fakeCheck({ name: 'one', ms: 4000, trace }), fakeCheck({ name: 'two', trace })]);
    const stopped = scheduler.stop({ graceMs: 5000 });
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    await stopped;
    expect(events).toEqual(['0 one starts', '4 one ends']);
    expect(store.list().map((run) => run.outcome)).toEqual(['pass']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('aborts the run in hand after the grace, waits for its clean-up, and does not record it', async () => {
    const { scheduler, store, events, trace } = setUp();
    scheduler.update([fakeCheck({ ms: 40_000, trace })]);
    const stopped = scheduler.stop({ graceMs: 5000 });
    await vi.advanceTimersByTimeAsync(5000);
    await stopped;
    expect(events).toEqual(['0 meet starts', '5 meet ends']);
    expect(store.list()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('aborts at once when hurried', async () => {
    const { scheduler, events, trace } = setUp();
    const hurry = new AbortController();
    scheduler.update([fakeCheck({ ms: 40_000, trace })]);
    const stopped = scheduler.stop({ graceMs: 30_000, hurry: hurry.signal });
    await vi.advanceTimersByTimeAsync(2000);
    hurry.abort();
    await stopped;
    expect(events).toEqual(['0 meet starts', '2 meet ends']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes no request any more', async () => {
    const { scheduler } = setUp();
    scheduler.update([fakeCheck()]);
    await scheduler.stop({ graceMs: 0 });
    expect(scheduler.request('meet')).toBeNull();
    scheduler.update([fakeCheck({ name: 'late' })]);
    expect(scheduler.checks().map((check) => check.name)).toEqual(['meet']);
  });
});
