import { describe, expect, it } from 'vitest';
import { Rewriter } from '../../../src/sandbox/meet/rewriter.ts';

const at = (sequenceNumber: number, timestamp: number) => ({ sequenceNumber, timestamp });

describe('Rewriter', () => {
  it('leaves one sender as it is, gaps included', () => {
    const rewriter = new Rewriter(90_000);
    expect(rewriter.rewrite(1, at(100, 9000), 0)).toEqual(at(100, 9000));
    expect(rewriter.rewrite(1, at(103, 18_000), 100)).toEqual(at(103, 18_000));
    expect(rewriter.rewrite(1, at(101, 9000), 110)).toEqual(at(101, 9000));
  });

  it('goes on with the next number and the time that passed when another sender takes over', () => {
    const rewriter = new Rewriter(90_000);
    rewriter.rewrite(1, at(100, 9000), 0);
    expect(rewriter.rewrite(2, at(40_000, 77), 100)).toEqual(at(101, 18_000));
    expect(rewriter.rewrite(2, at(40_001, 9077), 200)).toEqual(at(102, 27_000));
  });

  it('leaves no jump after an interruption of any length', () => {
    const rewriter = new Rewriter(48_000);
    rewriter.rewrite(1, at(10, 0), 0);
    rewriter.interrupt();
    const hour = 3_600_000;
    expect(rewriter.rewrite(1, at((10 + hour / 20) & 0xffff, 4), hour)).toEqual(at(11, 48 * hour));
  });

  it('drops what was sent before a splice and came after it', () => {
    const rewriter = new Rewriter(90_000);
    rewriter.rewrite(1, at(100, 0), 0);
    rewriter.interrupt();
    rewriter.rewrite(1, at(200, 9000), 100);
    expect(rewriter.rewrite(1, at(199, 9000), 110)).toBeNull();
    expect(rewriter.rewrite(1, at(201, 9000), 120)).toEqual(at(102, 9000));
  });

  it('wraps around in numbers and timestamps', () => {
    const rewriter = new Rewriter(90_000);
    rewriter.rewrite(1, at(0xfffe, 0xffffff00), 0);
    expect(rewriter.rewrite(1, at(0xffff, 0xffffffff), 0)).toEqual(at(0xffff, 0xffffffff));
    expect(rewriter.rewrite(1, at(0, 0x10), 1)).toEqual(at(0, 0x10));
    expect(rewriter.rewrite(2, at(500, 500), 2)?.sequenceNumber).toBe(1);
  });

  it('goes on for longer than numbers last', () => {
    const rewriter = new Rewriter(48_000);
    let last: number | undefined;
    for (let packet = 0; packet < 200_000; packet++) {
      last = rewriter.rewrite(1, at(packet & 0xffff, packet * 960), packet * 20)?.sequenceNumber;
      if (last === undefined) throw new Error(`packet ${packet} was dropped`);
    }
    expect(last).toBe(199_999 & 0xffff);
  });

  it('finds the sender’s number of what a receiver lacks, not from before the splice', () => {
    const rewriter = new Rewriter(90_000);
    rewriter.rewrite(1, at(100, 0), 0);
    rewriter.rewrite(2, at(500, 0), 10);
    rewriter.rewrite(2, at(503, 0), 20);
    expect(rewriter.sequenceOfOrigin(102)).toBe(501);
    expect(rewriter.sequenceOfOrigin(100)).toBeNull();
    expect(rewriter.timestamp(1000)).toBe(1900);
  });
});
