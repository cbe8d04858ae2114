import { describe, expect, it } from 'vitest';
import { Cell, Cells, covered, DOUBT_MS, STOPPED_MS } from '../../../../src/checks/call/observe/cells.ts';

const START = Date.UTC(2026, 10, 22, 15);
const KEY = { receiver: 'B', sender: 'A', kind: 'audio' } as const;

/** A cell that got a watermark every 100 ms, each 60 ms old, until `ms` after the start. */
function flowing(ms: number): Cell {
  const cell = new Cell(KEY);
  for (let at = 0; at <= ms; at += 100) cell.good([[START + at - 60, START + at]]);
  return cell;
}

describe('a stream', () => {
  it('is never there before its first watermark', () => {
    const cell = new Cell(KEY);
    expect(cell.fresh(START, [])).toBe(false);
    expect(cell.notice(START + 60_000, [])).toBe(false);
    expect(cell.latencyMs()).toBeNull();
  });

  it('has the time of its first watermark and the median age of all', () => {
    const cell = flowing(1000);
    expect(cell.firstAt).toBe(START);
    expect(cell.latencyMs()).toBe(60);
  });

  it('is noticed to have stopped once, after the threshold', () => {
    const cell = flowing(1000);
    const last = START + 1000;
    expect(cell.notice(last + STOPPED_MS - 1, [])).toBe(false);
    expect(cell.notice(last + STOPPED_MS, [])).toBe(true);
    expect(cell.notice(last + STOPPED_MS + 100, [])).toBe(false);
    expect(cell.lastAt).toBe(last);
  });

  it('is in doubt between a late watermark and a stop', () => {
    const cell = flowing(1000);
    expect(cell.inDoubt(START + 1000 + DOUBT_MS - 1, [])).toBe(false);
    expect(cell.inDoubt(START + 1000 + DOUBT_MS, [])).toBe(true);
  });

  it('that comes back has a gap, and flows again', () => {
    const cell = flowing(1000);
    cell.notice(START + 2000, []);
    cell.good([[START + 2940, START + 3000]]);
    expect(cell.gaps).toEqual([{ from: new Date(START + 1000).toISOString(), ms: 2000 }]);
    expect(cell.noticedAt).toBeNull();
  });

  it('is not kept alive by the same watermark again: concealment repeats the last sound', () => {
    const cell = flowing(1000);
    for (let at = 1100; at < 3000; at += 100) cell.good([[START + 940, START + at]]);
    expect(cell.lastAt).toBe(START + 1000);
    expect(cell.notice(START + 3000, [])).toBe(true);
  });

  it('is not kept alive by watermarks that are too old, or from the future', () => {
    const cell = flowing(1000);
    cell.good([[START + 1100, START + 7000]]);
    cell.good([[START + 9000, START + 1200]]);
    expect(cell.lastAt).toBe(START + 1000);
  });

  it('is excused for the time in which a page of ours stood still', () => {
    const cell = flowing(1000);
    const stall = [{ from: START + 1100, to: START + 2500 }];
    expect(cell.notice(START + 2600, stall)).toBe(false);
    expect(cell.notice(START + 2500 + STOPPED_MS, stall)).toBe(true);
  });

  it('is wrong when another participant’s watermarks come, not when one was misread', () => {
    const cell = flowing(1000);
    cell.wrong(2, 1);
    expect(cell.wrongWatermark()?.index ?? null).toBeNull();
    cell.wrong(2, 4);
    expect(cell.wrongWatermark()?.index ?? null).toBe(2);
    cell.good([[START + 1040, START + 1100]]);
    expect(cell.wrongWatermark()?.index ?? null).toBeNull();
  });
});

describe('the cells of a call', () => {
  it('are every ordered pair, both kinds: three people have twelve', () => {
    expect(new Cells(['A', 'B', 'C']).all).toHaveLength(12);
    expect(new Cells(['A', 'B']).all.map(({ key }) => key)).toEqual([
      { receiver: 'A', sender: 'B', kind: 'audio' },
      { receiver: 'A', sender: 'B', kind: 'video' },
      { receiver: 'B', sender: 'A', kind: 'audio' },
      { receiver: 'B', sender: 'A', kind: 'video' },
    ]);
  });

  it('have a screen of those who share one, which is not their camera', () => {
    const cells = new Cells(['A', 'B', 'C'], ['A', 'B', 'C'], ['B']);
    expect(cells.all.filter(({ key }) => key.kind === 'screen').map(({ key }) => key)).toEqual([
      { receiver: 'A', sender: 'B', kind: 'screen' },
      { receiver: 'C', sender: 'B', kind: 'screen' },
    ]);
    const watermarks = [0, 1, 2].map((i) => [START + i * 100, START + i * 100 + 50] as const);
    const read = { endpointId: 'bbbbbbbb', index: 1, watermarks };
    cells.read('A', 'B', { ...read, kind: 'screen' });
    cells.read('C', 'B', { ...read, kind: 'screen', shows: 'video' });
    expect(cells.get({ receiver: 'A', sender: 'B', kind: 'screen' }).lastAt).toBe(START + 250);
    const mixed = cells.get({ receiver: 'C', sender: 'B', kind: 'screen' });
    expect(mixed.lastAt).toBeNull();
    expect(mixed.wrongWatermark()).toEqual({ index: 1, shows: 'video' });
  });

  it('put watermarks where the track is announced, and know whose they are', () => {
    const cells = new Cells(['A', 'B', 'C']);
    const watermarks = [0, 1, 2].map((i) => [START + i * 100, START + i * 100 + 50] as const);
    cells.read('B', 'A', { endpointId: 'aaaaaaaa', kind: 'video', index: 0, watermarks });
    cells.read('C', 'A', { endpointId: 'aaaaaaaa', kind: 'video', index: 1, watermarks });
    expect(cells.get({ receiver: 'B', sender: 'A', kind: 'video' }).lastAt).toBe(START + 250);
    const swapped = cells.get({ receiver: 'C', sender: 'A', kind: 'video' });
    expect(swapped.lastAt).toBeNull();
    expect(swapped.wrongWatermark()?.index ?? null).toBe(1);
  });
});

describe('covered time', () => {
  it('counts overlapping spans once and only within the span', () => {
    const span = { from: 100, to: 200 };
    expect(covered(span, [])).toBe(0);
    expect(
      covered(span, [
        { from: 0, to: 120 },
        { from: 110, to: 150 },
        { from: 190, to: 300 },
      ]),
    ).toBe(60);
  });
});
