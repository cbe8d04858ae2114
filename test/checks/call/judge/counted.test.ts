/** What counters prove of a stream, and of which a busy machine may be all there is to it. */
import { describe, expect, it } from 'vitest';
import { provenLost, provenSilent, provenUnsent } from '../../../../src/checks/call/judge/counted.ts';
import { accountForPressure, undecidable } from '../../../../src/checks/call/judge/cpu-pressure.ts';
import { diagnose } from '../../../../src/checks/call/judge/diagnosis.ts';
import { published } from '../../../../src/checks/call/judge/step-verdict.ts';
import { streamFindings } from '../../../../src/checks/call/judge/stream-findings.ts';
import type { StepFacts } from '../../../../src/checks/call/observe/facts.ts';
import type { RtpStats, StatsSample } from '../../../../src/checks/call/page/protocol.ts';
import { sentence } from '../../../../src/checks/sentence.ts';
import { SAMPLED, START, scene } from '../../../support/call/scene.ts';

/** Samples of one stream at these times: its packets, and of its sound what was played, made up and heard. */
const counted = (
  ...rows: readonly (readonly [
    ms: number,
    packets: number,
    played?: number,
    madeUp?: number,
    energy?: number,
  ])[]
) => ({
  samples: rows.map(([at, packets, samples = 0, concealedSamples = 0, audioEnergy = 0]) => ({
    at,
    rtp: [{ packets, samples, concealedSamples, audioEnergy } as RtpStats],
  })) as unknown as StatsSample[],
  select: () => true,
  since: 0,
});

describe('a loss', () => {
  const sent = counted([0, 0], [1000, 20], [6000, 60]);
  it('is proven where packets leave and none arrive', () => {
    expect(provenLost(sent, counted([0, 7], [6000, 7]))).toBe(true);
  });
  it.each([
    ['some arrive', sent, counted([0, 0], [6000, 30])],
    ['it was counted for a moment alone', sent, counted([2000, 7], [6000, 7])],
    ['none leave', counted([0, 5], [6000, 5]), counted([0, 0], [6000, 0])],
    ['nothing was counted', sent, counted()],
  ])('is not where %s', (_what, left, arrived) => {
    expect(provenLost(left, arrived)).toBe(false);
  });
  it('begins after the last watermark', () => {
    const arrived = { ...counted([0, 0], [1000, 30], [1500, 50], [7000, 50]), since: 1400 };
    expect(provenLost({ ...counted([0, 0], [1500, 30], [7000, 90]), since: 1400 }, arrived)).toBe(true);
    expect(provenLost(sent, { ...arrived, since: 0 })).toBe(false);
  });
});

it('that nothing was sent is proven by a counter that stands still', () => {
  expect(provenUnsent(counted([0, 9], [6000, 9]))).toBe(true);
  expect(provenUnsent(counted([0, 9], [6000, 59]))).toBe(false);
  expect(provenUnsent(counted([2400, 9], [6000, 9]))).toBe(false);
});

it('silence is proven where it was played from packets', () => {
  expect(provenSilent(counted([0, 0], [6000, 300, 288_000, 18_000]))).toBe(true);
  // As recorded of healthy calls while thirty endless loops ran: hardly played, made up, or heard a little.
  expect(provenSilent(counted([0, 0], [6000, 114, 80_000, 18_000]))).toBe(false);
  expect(provenSilent(counted([0, 0], [6000, 114, 288_000, 180_000]))).toBe(false);
  expect(provenSilent(counted([0, 0], [6000, 114, 288_000, 18_000, 0.001]))).toBe(false);
});

describe('a stream that does not arrive, under CPU pressure', () => {
  /** B does not receive A's sound; its counter of what came stands still in the last of these milliseconds. */
  function judged(still: number) {
    const call = scene([{}, { gets: { 77: { pps: 50 } } }, {}]);
    const stream = call.streams.find(
      ({ key }) => key.receiver === 'B' && key.sender === 'A' && key.kind === 'audio',
    )!;
    const at = SAMPLED[1];
    const lost = { ...stream, track: { ...stream.track!, ssrc: 77 }, lastAt: at - still, noticedAt: at };
    const spread = (samples: readonly StatsSample[], packetsOf: (ms: number, rtp: RtpStats) => number) =>
      Array.from({ length: 17 }, (_, n) => at - 8000 + n * 500).map((when) => ({
        ...samples[0]!,
        at: when,
        rtp: samples[0]!.rtp.map((rtp) => ({ ...rtp, packets: packetsOf(when - START, rtp) })),
      }));
    const end = at - START - still;
    const participants = call.participants.map((each) => ({
      ...each,
      samples: spread(
        each.samples,
        (ms, { direction }) => (direction === 'in' ? Math.min(ms, end) : ms) / 20,
      ),
    }));
    const step = { ...call, participants, watchPressure: 0.97, stalledShare: 0 } as unknown as StepFacts;
    const diagnosis = diagnose(step, lost, 1000);
    const one = {
      stream: published({ ...step, plan: { name: 'join' } } as StepFacts, lost, diagnosis),
      diagnosis,
    };
    const { known, doubts } = undecidable(step, [one]);
    return {
      reason: diagnosis.reason?.id,
      text: doubts.map(({ cause }) => sentence('call', cause, 'en')).join(''),
      findings: [...accountForPressure(step, streamFindings(known, ['A', 'B', 'C'])), ...doubts].map(
        ({ cause, outcome }) => `${outcome} ${cause.id}`,
      ),
    };
  }

  it('is lost where counters say so for seconds', () => {
    expect(judged(6000)).toMatchObject({
      reason: 'not-received',
      findings: ['fail stream-lost', 'pass machine-busy'],
    });
  });

  it('cannot be judged where they do for a moment', () => {
    const { text, ...rest } = judged(3000);
    expect(text).toMatch(
      /^This machine was under CPU pressure for 97 % of the time: whether B hears A cannot be determined\. Browsers that wait for a processor/,
    );
    expect(rest).toEqual({ reason: 'not-received', findings: ['error machine-busy'] });
  });
});
