import { describe, expect, it } from 'vitest';
import { type Diagnosis, diagnose } from '../../../../src/checks/call/judge/diagnosis.ts';
import { Cell } from '../../../../src/checks/call/observe/cells.ts';
import { reasonWords } from '../../../../src/checks/call/words/reasons.ts';
import { factsOf, SAMPLED, START, scene, track } from '../../../support/call/scene.ts';

const MAX_LATENCY = 400;
const SSRC = 4711;

/** A diagnosis with its reason in words. */
const said = ({ reason, ...rest }: Diagnosis) => ({
  ...rest,
  id: reason?.id ?? null,
  reason: reason && reasonWords.en(reason),
});

describe('a stream that is late', () => {
  /** Its watermarks are as old as this; the jitter buffer held it as long as that, where it reports that. */
  function late(ageMs: number, bufferedMs: number | null) {
    const buffered = bufferedMs === null ? {} : { buffered: [(50 * bufferedMs) / 1000, 50] as const };
    const call = scene([{}, { gets: { [SSRC]: { pps: 50, ...buffered } } }, {}]);
    const key = { receiver: 'B', sender: 'A', kind: 'audio' } as const;
    const cell = new Cell(key);
    for (let read = START + 1000; read <= SAMPLED[1]; read += 100) cell.good([[read - ageMs, read]]);
    cell.track = track(key, SSRC);
    return said(diagnose(call, factsOf(cell), MAX_LATENCY));
  }

  it('is so by what its way takes', () => {
    expect(late(650, null)).toMatchObject({
      verdict: 'late',
      where: 'unknown',
      id: 'late',
      reason: 'its watermarks are 650 ms old when they arrive (threshold 400 ms)',
    });
    expect(late(400, null).verdict).toBe('ok');
  });

  it('shows what the jitter buffer has of it', () => {
    expect(late(900, 300)).toMatchObject({
      verdict: 'late',
      id: 'late',
      reason:
        "its watermarks are 900 ms old when they arrive, 300 ms of that in the receiver's jitter buffer (threshold 400 ms)",
      evidence: { jitterBufferMs: 300, latencyMs: 900 },
    });
  });

  it('is not for the time in the jitter buffer', () => {
    expect(late(900, 600)).toMatchObject({ verdict: 'ok', reason: null });
  });

  it('is late for whatever reason where nobody could talk any more', () => {
    expect(late(3200, 3000).verdict).toBe('late');
  });
});
