import { describe, expect, it } from 'vitest';
import type { RecordedParticipant } from '../../../src/checks/call/keep/recording.ts';
import type { RtpStats, StatsSample, TrackState } from '../../../src/checks/call/page/protocol.ts';
import { heardLevel, medianOf, received, sent, thinned } from '../../../src/view/report/series.ts';

const T0 = Date.UTC(2026, 10, 22, 15);

function rtp(changes: Partial<RtpStats>): RtpStats {
  return {
    direction: 'in',
    kind: 'audio',
    p2p: false,
    ssrc: 1,
    trackId: null,
    packets: 0,
    bytes: 0,
    packetsLost: null,
    frames: null,
    freezes: null,
    bufferedSeconds: null,
    bufferedCount: null,
    concealedSamples: null,
    samples: null,
    audioEnergy: null,
    active: null,
    codec: null,
    ...changes,
  };
}
const sample = (second: number, ...streams: Partial<RtpStats>[]): StatsSample => ({
  at: T0 + second * 1000,
  p2pActive: false,
  peers: [],
  pairs: [],
  rtp: streams.map(rtp),
});
const track = (endpointId: string, ssrc: number, levelDb: number | null = null): TrackState => ({
  endpointId,
  kind: 'audio',
  p2p: false,
  ssrc,
  muted: false,
  frames: null,
  levelDb,
  brightness: null,
});
const heard = (second: number, ...tracks: TrackState[]) => ({ at: T0 + second * 1000, tracks });
const joined = (second: number, endpointId: string) => ({
  at: T0 + second * 1000,
  name: 'joined',
  detail: { endpointId },
});

function participant(changes: Partial<RecordedParticipant>): RecordedParticipant {
  return {
    name: 'A',
    browser: 'chromium',
    version: null,
    timeline: [],
    console: [],
    samples: [],
    heard: [],
    stalls: [],
    screenshot: null,
    ...changes,
  };
}
/** Values with their seconds. */
const points = (line: readonly { at: number; value: number | null }[]) =>
  line.map(({ at, value }) => [(at - T0) / 1000, value === null ? null : Math.round(value)]);

describe('what was sent', () => {
  it('is a level line between two samples, several encodings together', () => {
    const sender = participant({
      samples: [
        sample(1, { direction: 'out', packets: 50 }, { direction: 'out', ssrc: 2, packets: 10 }),
        sample(2, { direction: 'out', packets: 100 }, { direction: 'out', ssrc: 2, packets: 30 }),
        sample(4, { direction: 'out', packets: 200 }, { direction: 'out', ssrc: 2, packets: 30 }),
      ],
    });
    expect(points(sent(sender, 'audio', 'packets'))).toEqual([
      [1, 70],
      [2, 70],
      [2, 50],
      [4, 50],
    ]);
  });

  it('begins anew where a counter does, and has a gap where samples are far apart', () => {
    const sender = participant({
      samples: [
        sample(1, { direction: 'out', packets: 500 }),
        sample(2, { direction: 'out', packets: 20 }),
        sample(12, { direction: 'out', packets: 520 }),
      ],
    });
    expect(points(sent(sender, 'audio', 'packets'))).toEqual([
      [1, 20],
      [2, 20],
      [2, null],
      [12, null],
    ]);
  });

  it('takes no rate from two samples in one moment', () => {
    const sender = participant({
      samples: [
        sample(1, { direction: 'out', packets: 50 }),
        sample(1.01, { direction: 'out', packets: 60 }),
        sample(2, { direction: 'out', packets: 100 }),
      ],
    });
    expect(points(sent(sender, 'audio', 'packets'))).toEqual([
      [1, 50],
      [2, 50],
    ]);
  });
});

describe('what was received of a sender', () => {
  it('follows the sender through a reload, and leaves out whom the bridge gave its stream to', () => {
    const a = participant({ name: 'A', timeline: [joined(0, 'a1'), joined(3, 'a2')] });
    const b = participant({
      name: 'B',
      heard: [heard(0.5, track('a1', 1), track('c', 2)), heard(3.5, track('a2', 3), track('c', 1))],
      samples: [
        sample(1, { ssrc: 1, packets: 0 }, { ssrc: 2, packets: 0 }),
        sample(2, { ssrc: 1, packets: 50 }, { ssrc: 2, packets: 7 }),
        sample(4, { ssrc: 1, packets: 90 }, { ssrc: 2, packets: 9 }, { ssrc: 3, packets: 60 }),
      ],
    });
    expect(points(received(b, a, 'audio', 'packets'))).toEqual([
      [1, 50],
      [2, 50],
      [2, 30],
      [4, 30],
    ]);
  });

  it('is not known where there never was a track', () => {
    const a = participant({ name: 'A', timeline: [joined(0, 'a1')] });
    const b = participant({ name: 'B', heard: [heard(1)], samples: [sample(1), sample(2)] });
    expect(points(received(b, a, 'audio', 'packets'))).toEqual([
      [1, null],
      [2, null],
    ]);
  });

  it('has the level that was heard, never below silence', () => {
    const a = participant({ name: 'A', timeline: [joined(0, 'a1')] });
    const b = participant({
      heard: [heard(1, track('a1', 1, -30), track('c', 2, -10)), heard(2, track('a1', 1, -200)), heard(3)],
    });
    expect(points(heardLevel(b, a))).toEqual([
      [1, -30],
      [2, -90],
      [3, null],
    ]);
  });
});

describe('a line', () => {
  const line = [10, 50, 52, null, 48, 0].map((value, index) => ({ at: index * 1000, value }));

  it('is summed up by its medianOf, without what is not known', () => {
    expect(medianOf(line, 0, 5000)).toBe(48);
    expect(medianOf(line, 3000, 3000)).toBeNull();
  });

  it('is thinned to a given number of points, and keeps its gaps', () => {
    expect(thinned(line, 6)).toEqual(line);
    expect(thinned(line, 3).map(({ value }) => value)).toEqual([50, 52, 48]);
    expect(
      thinned(
        [
          { at: 0, value: null },
          { at: 1, value: null },
        ],
        1,
      ),
    ).toEqual([{ at: 0.5, value: null }]);
  });
});
