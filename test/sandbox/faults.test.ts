import { describe, expect, it } from 'vitest';
import { ActiveFaults } from '../../src/sandbox/active-faults.ts';
import { FAULTS, FaultError, parseFault } from '../../src/sandbox/faults.ts';

function message(text: string): string {
  try {
    parseFault(text);
  } catch (error) {
    if (error instanceof FaultError) return error.message;
    throw error;
  }
  throw new Error(`"${text}" was understood`);
}

describe('parseFault', () => {
  it('understands every wording it offers', () => {
    expect(FAULTS.map(({ syntax }) => parseFault(syntax).text)).toEqual(FAULTS.map(({ syntax }) => syntax));
  });

  it.each([
    ['Audio a -> b', 'audio A->B'],
    ['  video c→a ', 'video C->A'],
    ['b->c', 'B->C'],
    ['bridge-channel', 'bridge-channel'],
    ['swapped c a', 'swapped A C'],
    ['swapped audio b a', 'swapped audio A B'],
    ['slow 1.5s', 'slow 1.5s'],
    ['slow-signaling 2s', 'slow-signaling 2s'],
    ['loss 0.5%', 'loss 0.5%'],
    ['NO-ICE', 'no-ice'],
    ['Wrong-Key', 'wrong-key'],
    ['record-gone dkim', 'record-gone dkim'],
    ['record-gone DMARC-report Ben.sandbox.test', 'record-gone dmarc-report ben'],
  ])('reads "%s" as "%s"', (written, canonical) => {
    expect(parseFault(written).text).toBe(canonical);
  });

  it('says what was probably meant', () => {
    expect(message('vidoe A->B')).toContain('Did you mean "video A->B"?');
    expect(message('libary-missing')).toContain('Did you mean "library-missing"?');
  });

  it('shows how a word is used when what follows it is wrong', () => {
    expect(message('frozen')).toContain('Write it like "frozen A".');
    expect(message('downlink A B')).toContain('Write it like "downlink B".');
    expect(message('record-gone spf nobody')).toContain('Write it like "record-gone spf ada".');
    expect(message('unsigned ada')).toContain('Write it like "unsigned".');
  });

  it('lists everything there is', () => {
    const text = message('nonsense');
    for (const { syntax } of FAULTS) expect(text).toContain(`"${syntax}"`);
    expect(text).not.toContain('Did you mean');
  });

  it.each([
    ['A->A', 'nobody receives their own stream'],
    ['swapped B B', 'name two participants'],
    ['slow 500', 'slow 500ms'],
    ['slow 2m', 'up to 10s'],
    ['slow-signaling 2m', 'up to 10s'],
    ['loss 10', 'loss 10%'],
    ['loss 101%', 'up to 100%'],
    ['', 'Faults: '],
  ])('refuses "%s" with "%s"', (text, expected) => {
    expect(message(text)).toContain(expected);
  });
});

describe('ActiveFaults', () => {
  it('cuts the one stream that is named, of the kind that is named', () => {
    const board = new ActiveFaults();
    board.break(['audio A->B']);
    expect(board.streamCut('audio', 'A', 'B')).toBe(true);
    expect(board.streamCut('video', 'A', 'B')).toBe(false);
    expect(board.streamCut('audio', 'B', 'A')).toBe(false);
    expect(board.streamCut('audio', 'A', 'C')).toBe(false);
    expect(board.uplinkCut('audio', 'A')).toBe(false);
  });

  it('tells uplinks, downlinks and both kinds apart', () => {
    const board = new ActiveFaults();
    board.break(['video A', 'uplink B', 'downlink C', 'A->B']);
    expect(board.uplinkCut('video', 'A')).toBe(true);
    expect(board.uplinkCut('audio', 'A')).toBe(false);
    expect(board.uplinkCut('audio', 'B')).toBe(true);
    expect(board.streamCut('audio', 'A', 'C')).toBe(true);
    expect(board.streamCut('video', 'A', 'B')).toBe(true);
    expect(board.streamCut('audio', 'A', 'B')).toBe(true);
    expect(board.streamCut('audio', 'C', 'A')).toBe(false);
  });

  it('swaps two participants in the kinds that are named', () => {
    const board = new ActiveFaults();
    board.break(['swapped audio A B']);
    expect(board.swappedWith('audio', 'A')).toBe('B');
    expect(board.swappedWith('audio', 'B')).toBe('A');
    expect(board.swappedWith('audio', 'C')).toBe('C');
    expect(board.swappedWith('video', 'A')).toBe('A');
  });

  it('takes away the record of one domain, or of all customers', () => {
    const board = new ActiveFaults();
    board.break(['record-gone spf ada']);
    expect(board.recordGone('spf', 'ada.sandbox.test')).toBe(true);
    expect(board.recordGone('spf', 'ben.sandbox.test')).toBe(false);
    expect(board.recordGone('dkim', 'ada.sandbox.test')).toBe(false);
    board.break(['record-gone dkim']);
    const domains = ['operator', 'ada', 'ben'].map((label) => `${label}.sandbox.test`);
    expect(domains.map((domain) => board.recordGone('dkim', domain))).toEqual([false, true, true]);
    board.fix(['record-gone spf ada.sandbox.test']);
    expect(board.list()).toEqual(['record-gone dkim']);
  });

  it('closes the channel of one, or of all', () => {
    const board = new ActiveFaults();
    board.break(['bridge-channel B']);
    expect([board.bridgeChannelCut('A'), board.bridgeChannelCut('B')]).toEqual([false, true]);
    board.break(['bridge-channel']);
    expect(board.bridgeChannelCut('A')).toBe(true);
  });

  it('takes the later of two delays or losses', () => {
    const board = new ActiveFaults();
    board.break(['slow 500ms', 'loss 10%', 'slow 1s']);
    expect(board.delayMs).toBe(1000);
    expect(board.lossShare).toBeCloseTo(0.1);
    expect(board.list()).toEqual(['slow 1s', 'loss 10%']);
    board.break(['slow-signaling 2s']);
    expect([board.delayMs, board.signalingDelayMs]).toEqual([1000, 2000]);
    board.fix(['slow', 'loss 10%', 'slow-signaling']);
    expect([board.delayMs, board.lossShare, board.signalingDelayMs]).toEqual([0, 0, 0]);
  });

  it('breaks nothing where one of several is not understood', () => {
    const board = new ActiveFaults();
    expect(() => board.break(['no-ice', 'no-such-thing'])).toThrow(FaultError);
    expect(board.list()).toEqual([]);
  });

  it('fixes nothing where one of several is not active', () => {
    const board = new ActiveFaults();
    board.break(['no-ice', 'frozen A']);
    expect(() => board.fix(['no-ice', 'frozen B'])).toThrow(
      'the fault "frozen B" is not active. Active: "no-ice", "frozen A".',
    );
    expect(board.list()).toEqual(['no-ice', 'frozen A']);
  });

  it('notifies whoever listens of every change, and of nothing else', () => {
    const board = new ActiveFaults();
    const heard: string[][] = [];
    const stop = board.onChange(() => heard.push(board.list()));
    board.break(['no-ice']);
    board.break([]);
    board.change({ mend: 'all', break: ['silent B'] });
    stop();
    board.fix('all');
    expect(heard).toEqual([['no-ice'], ['silent B']]);
  });
});
