import { describe, expect, it } from 'vitest';
import { Turns, Unheard } from '../../../../src/checks/call/drive/turns.ts';
import { type Cell, Cells } from '../../../../src/checks/call/observe/cells.ts';

const NAMES = ['A', 'B', 'C'];

/** Turns of three, of whom the bridge forwards those in `heard` when they speak alone. */
function turns(given: readonly string[], unheard: readonly string[] = ['A', 'C']) {
  const orders: string[] = [];
  let speaking = '';
  let heard = given;
  const made = new Turns(
    {
      names: NAMES,
      speak: (name, on) => {
        orders.push(`${name} ${on ? 'speaks' : 'rests'}`);
        if (on) speaking = name;
      },
      heardSince: (name) => heard.includes(name),
    },
    unheard,
    0,
  );
  const hears = (names: readonly string[]) => {
    heard = names;
  };
  return { made, orders, speaking: () => speaking, hears };
}

describe('turns', () => {
  it('begin with those who were not heard, and go round', () => {
    const { made, orders, speaking, hears } = turns(NAMES);
    expect(orders).toEqual(['A rests', 'B rests', 'C rests', 'A speaks']);
    const spoke: string[] = [];
    for (let at = 0; at < 8000; at += 100) {
      made.tick(at);
      if (spoke.at(-1) !== speaking()) spoke.push(speaking());
    }
    expect(spoke.slice(0, 4)).toEqual(['A', 'C', 'B', 'A']);
    expect(made.round).toBe(true);
    expect(made.loudestOnly).toBeNull();
    hears(['B']);
    made.end(8000);
    made.confirm(10_500);
    expect(made.loudestOnly).toEqual(['A', 'C']);
  });

  it('prove nothing where everybody is heard once all speak again: the sound was late', () => {
    const { made } = turns(NAMES);
    for (let at = 0; at < 8000; at += 100) made.tick(at);
    made.end(8000);
    made.confirm(10_500);
    expect(made.loudestOnly).toBeNull();
  });

  it('last longer for one who is not heard, and prove nothing then', () => {
    const { made, speaking } = turns(['B', 'C'], ['A']);
    for (let at = 0; at <= 4400; at += 100) made.tick(at);
    expect(speaking()).toBe('A');
    for (let at = 4500; at <= 14_000; at += 100) made.tick(at);
    expect(made.round).toBe(true);
    expect(made.loudestOnly).toBeNull();
  });

  it('excuse those whose turn it is not, and the beginning of one’s own', () => {
    const { made } = turns(NAMES);
    for (let at = 0; at <= 2000; at += 100) made.tick(at);
    expect(made.excuses('A', 2000)).toEqual([
      { from: 0, to: 1200 },
      { from: 1800, to: 2000 },
    ]);
    expect(made.excuses('B', 2000)).toEqual([
      { from: 0, to: 1800 },
      { from: 1800, to: 2000 },
    ]);
  });

  it('end with all speaking; what the bridge does not forward then is excused once it is known', () => {
    const proven = turns(NAMES);
    const open = turns([]);
    for (const { made } of [proven, open]) {
      for (let at = 0; at <= 14_000; at += 100) made.tick(at);
      made.end(14_000);
    }
    expect(proven.orders.slice(-3)).toEqual(['A speaks', 'B speaks', 'C speaks']);
    expect(proven.made.excuses('A', 20_000).at(-1)).toEqual({ from: 14_000, to: 20_000 });
    expect(open.made.excuses('A', 20_000).at(-1)).toEqual({ from: 14_000, to: 15_200 });
  });
});

describe('who is not heard', () => {
  const fresh = ({ lastAt, noticedAt }: Cell) => lastAt !== null && noticedAt === null;
  /** The cells of three; of these senders no sound arrives, or no picture. */
  function cells(noSound: readonly string[], noPicture: readonly string[] = []) {
    const { all } = new Cells(NAMES);
    for (const cell of all) {
      const { sender, kind } = cell.key;
      if (!(kind === 'audio' ? noSound : noPicture).includes(sender)) cell.good([[10, 20]]);
    }
    return all;
  }
  const looks = (all: readonly Cell[], ...times: number[]) => {
    const unheard = new Unheard();
    return times.map((at) => unheard.look(all, fresh, at)).at(-1);
  };

  it('case 44: one whose sound reaches nobody while the picture does, and others are heard', () => {
    expect(looks(cells(['A', 'C']), 0, 1900)).toBeNull();
    expect(looks(cells(['A', 'C']), 0, 2000)).toEqual(['A', 'C']);
  });

  it.each([
    ['nobody is heard', cells(NAMES)],
    ['everybody is', cells([])],
    ['the picture does not arrive either', cells(['A'], ['A'])],
  ])('it is a matter of the call where %s', (_what, all) => {
    expect(looks(all, 0, 5000)).toBeNull();
  });

  it('a sound that stops for everybody again and again, with another one in between', () => {
    const unheard = new Unheard();
    const found = [['A'], [], ['B'], [], ['C']].map((noSound, index) =>
      unheard.look(cells(noSound), fresh, index * 500),
    );
    expect(found).toEqual([null, null, null, null, ['C']]);
  });
});
