import { describe, expect, it } from 'vitest';
import { type Glimpse, GuestWatch, reportOf } from '../../../src/checks/call/guest/observe.ts';
import { received, resultOf } from '../../../src/checks/call/guest/steps.ts';
import type { RtpStats, StatsSample } from '../../../src/checks/call/page/protocol.ts';

const rtp = (kind: 'audio' | 'video', packets: number, more: Partial<RtpStats> = {}): RtpStats => ({
  direction: 'in',
  kind,
  p2p: false,
  ssrc: kind === 'audio' ? 1 : 2,
  trackId: null,
  packets,
  bytes: packets * 100,
  packetsLost: 0,
  frames: kind === 'video' ? packets / 2 : null,
  width: kind === 'video' ? 640 : null,
  height: kind === 'video' ? 360 : null,
  freezes: null,
  bufferedSeconds: null,
  bufferedCount: null,
  concealedSamples: null,
  samples: null,
  audioEnergy: kind === 'audio' ? packets * 0.0002 : null,
  active: null,
  codec: null,
  ...more,
});
const sample = (at: number, all: readonly RtpStats[]): StatsSample => ({
  at,
  p2pActive: false,
  peers: [],
  pairs: [],
  rtp: all,
});
const track = (kind: 'audio' | 'video', muted = false) => ({
  endpointId: 'guest',
  kind,
  p2p: false,
  ssrc: kind === 'audio' ? 1 : 2,
  muted,
  frames: null,
  levelDb: null,
  brightness: null,
});

/** What A has after that many seconds; `flows` until then. */
function glimpse(second: number, packets: (at: number) => number, muted = false): Glimpse {
  const samples = [second - 1, second].map((at) =>
    sample(at * 1000, [rtp('audio', packets(at) * 50), rtp('video', packets(at) * 40)]),
  );
  return { at: second * 1000, receiver: 'A', tracks: [track('audio', muted), track('video')], samples };
}
const states = (watch: GuestWatch) => watch.receptions.map(({ kind, state }) => `${kind} ${state}`);

describe('what is received of a guest', () => {
  it('is ok with its loudness, size and rate, as long as packets flow', () => {
    const watch = new GuestWatch('guest');
    watch.look([glimpse(5, (at) => at)]);
    expect(watch.receptions).toMatchObject([
      { receiver: 'A', kind: 'audio', state: 'ok', since: 5000, loudnessDb: -20 },
      { receiver: 'A', kind: 'video', state: 'ok', width: 640, height: 360, framesPerSecond: 20 },
    ]);
    expect(received(watch.receptions)).toBe(true);
  });

  it('has gaps where it paused, and counts what is muted as no fault', () => {
    const watch = new GuestWatch('guest');
    for (let second = 1; second <= 12; second++)
      watch.look([glimpse(second, (at) => (at < 4 ? at : at < 8 ? 4 : at - 4))]);
    expect(watch.receptions.map(({ gaps }) => gaps)).toEqual([
      [{ from: 5000, ms: 4000 }],
      [{ from: 5000, ms: 4000 }],
    ]);
    watch.look([glimpse(13, (at) => at, true)]);
    expect(states(watch)).toEqual(['audio muted', 'video ok']);
    expect(resultOf(watch.receptions, null)).toBe('ok');
  });

  it('is silent where packets have nothing in them, and none without a track or packets', () => {
    const watch = new GuestWatch('guest');
    const quiet = [1000, 2000].map((at) =>
      sample(at, [rtp('audio', at / 20, { audioEnergy: 0 }), rtp('video', 5, { frames: 3 })]),
    );
    watch.look([{ at: 2000, receiver: 'A', tracks: [track('audio'), track('video')], samples: quiet }]);
    expect(states(watch)).toEqual(['audio silent', 'video none']);
    expect(resultOf(watch.receptions, null)).toBe('none');
    watch.look([{ at: 3000, receiver: 'A', tracks: [], samples: quiet }]);
    expect(states(watch)).toEqual(['audio none', 'video none']);
  });
});

describe('what the guest reports', () => {
  const said = (at: number, audioKbps: number, videoKbps: number, id = 'guest') => ({
    at,
    detail: { id, audioKbps, videoKbps },
  });

  it('is the newest of what anybody heard of it, unless it is old or of before', () => {
    const events = [said(1000, 40, 300), said(9000, 0, 300), said(9500, 40, 0, 'other')];
    expect(reportOf('guest', events, 10_000, 0)).toMatchObject({ hears: false, sees: true, videoKbps: 300 });
    expect(reportOf('guest', events, 60_000, 0)).toBeNull();
    expect(reportOf('guest', events, 10_000, 9600)).toBeNull();
  });

  it('makes a step work in part where one direction does not', () => {
    const watch = new GuestWatch('guest');
    watch.look([glimpse(5, (at) => at)]);
    const report = reportOf('guest', [said(5000, 0, 300)], 5500, 0);
    expect(resultOf(watch.receptions, report)).toBe('partly');
    expect(resultOf([], report)).toBe('none');
  });
});
