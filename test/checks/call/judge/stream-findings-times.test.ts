import { describe, expect, it } from 'vitest';
import {
  gapFindings,
  type Judged,
  recoveryFindings,
  slowFindings,
} from '../../../../src/checks/call/judge/stream-findings.ts';
import type { MediaKind } from '../../../../src/checks/call/result.ts';
import { call, THREE, words } from '../../../support/call/stream-findings.ts';

describe('a pause', () => {
  const paused = (kind: MediaKind, ...ms: number[]): Judged[] =>
    call(THREE, () => null)
      .filter(({ stream }) => stream.receiver === 'C' && stream.sender === 'B' && stream.kind === kind)
      .map((judged) => ({
        ...judged,
        stream: {
          ...judged.stream,
          gaps: ms.map((length) => ({ from: '2026-11-22T15:00:07.123Z', ms: length })),
        },
      }));

  it('is a finding of its own, degraded, with its length and beginning', () => {
    const [found, ...others] = gapFindings(paused('audio', 1840), () => false);
    expect(others).toEqual([]);
    expect(found).toEqual({
      cause: {
        id: 'stream-gap',
        ...{ receiver: 'C', sender: 'B', kind: 'audio', from: '2026-11-22T15:00:07.123Z', ms: 1840 },
      },
      outcome: 'degraded',
      where: 'unknown',
    });
    expect(words(found!)).toBe('C did not hear B for 1.8 s (from 15:00:07.123 UTC), then again.');
  });

  it('is advice while the call changes its path', () => {
    const from = Date.parse('2026-11-22T15:00:07.123Z');
    const spans: unknown[] = [];
    const [found] = gapFindings(paused('audio', 1840), (span) => spans.push(span) > 0);
    expect(spans).toEqual([{ from, to: from + 1840 }]);
    expect(found).toMatchObject({ cause: { duringPathChange: true }, outcome: 'pass' });
    expect(words(found!)).toBe(
      'C did not hear B for 1.8 s (from 15:00:07.123 UTC), then again, while the call changed its path (direct or bridge).',
    );
  });

  it('is reported each time, in words for its kind', () => {
    const found = gapFindings(paused('video', 900, 2000), () => false).map(words);
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(/^C did not see B for 0\.9 s/);
  });
});

describe('media that has to be connected anew', () => {
  const back = (receiver: string, sender: string, recoveredMs: number): Judged => {
    const found = call(THREE, () => 'ok').find(
      ({ stream }) => stream.receiver === receiver && stream.sender === sender && stream.kind === 'audio',
    )!;
    return { ...found, stream: { ...found.stream, recoveredMs } };
  };

  it('is degraded where it takes longer than it may, of those whose network it is', () => {
    const judged = [
      back('A', 'B', 50_000),
      back('C', 'A', 61_000),
      back('A', 'C', 12_000),
      back('B', 'C', 70_000),
    ];
    const [found, ...others] = recoveryFindings(judged, ['A'], 40_000);
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      cause: {
        id: 'recovery-slow',
        participants: ['A'],
        streams: [
          { receiver: 'C', sender: 'A', recoveredMs: 61_000 },
          { receiver: 'A', sender: 'B', recoveredMs: 50_000 },
        ],
      },
      outcome: 'degraded',
    });
    expect(words(found!)).toBe(
      'Media of A was back late: C heard A again only after 61.0 s (maxRecovery 40.0 s); 1 more stream was slower than that, too.',
    );
  });

  it('is no finding in time, nor of whoever was left in peace', () => {
    expect(recoveryFindings([back('A', 'B', 39_000), back('B', 'C', 50_000)], ['A'], 40_000)).toEqual([]);
    expect(recoveryFindings([back('A', 'B', 50_000)], [], 40_000)).toEqual([]);
  });
});

describe('streams that come late in the call', () => {
  const slow = (firstMs: number, receiver = 'A'): Judged => {
    const found = call(THREE, () => 'ok').find(
      ({ stream }) => stream.receiver === receiver && stream.sender === 'B' && stream.kind === 'video',
    )!;
    return { ...found, stream: { ...found.stream, firstMs } };
  };

  /** Everybody was in the room after a second. */
  const reported = (judged: Judged[], since: 'joining' | 'step' = 'joining') =>
    slowFindings(judged, { since, maxFirst: 5000, inRoomMs: () => 1000 });

  it('are one finding, which names the slowest', () => {
    const found = reported([slow(900), slow(7000), slow(11_800, 'C')]);
    expect(found.map(words)).toEqual([
      'C saw B only 10.8 s after both were in the room; 1 more stream arrived late.',
    ]);
    expect(found[0]).toMatchObject({
      outcome: 'degraded',
      cause: { streams: [{ receiver: 'C', waitedMs: 10_800 }, { receiver: 'A' }] },
    });
  });

  it('are advice where the time went into joining', () => {
    const late = (name: string) => (name === 'A' ? 6000 : 500);
    const [found] = slowFindings([slow(6900)], { since: 'joining', maxFirst: 5000, inRoomMs: late });
    expect(found).toMatchObject({ outcome: 'pass', cause: { streams: [{ waitedMs: 900 }] } });
  });

  it('are counted from the step’s beginning for those who were in the room before', () => {
    const [found] = slowFindings([slow(5100)], { since: 'step', maxFirst: 5000, inRoomMs: () => 0 });
    expect(found).toMatchObject({ outcome: 'degraded' });
    expect(words(found!)).toBe('A saw B only 5.1 s later.');
  });

  it('are nothing while they come in good time', () => {
    expect(reported([slow(5900)])).toEqual([]);
  });
});
