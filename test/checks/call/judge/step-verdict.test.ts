/** What a step comes to under CPU pressure of the machine that judges it. */
import { describe, expect, it } from 'vitest';
import { now } from '../../../../src/checks/call/drive/clock.ts';
import { Conditions } from '../../../../src/checks/call/drive/conditions.ts';
import type { Participant } from '../../../../src/checks/call/drive/participant.ts';
import { Step } from '../../../../src/checks/call/drive/step.ts';
import { judgeStep } from '../../../../src/checks/call/judge/step-verdict.ts';
import { callOptions } from '../../../../src/checks/call/options.ts';
import type { StatsSample } from '../../../../src/checks/call/page/protocol.ts';
import { choreograph } from '../../../../src/checks/call/scene/choreography.ts';
import { plainParticipant } from '../../../../src/checks/call/scene/participants.ts';
import { sentence } from '../../../../src/checks/sentence.ts';
import { track, witness } from '../../../support/call/scene.ts';

const NAMES = ['A', 'B', 'C'] as const;
const options = callOptions.parse({ url: 'https://meet.example.org/' });
const ssrcOf = (sender: string, kind: string) =>
  100 + NAMES.indexOf(sender as 'A') * 10 + Number(kind === 'video');

interface Machine {
  readonly strain: number;
  readonly levelDb: number;
  /** Of these senders no picture is decoded. */
  readonly undecoded?: readonly string[];
  /** The share of the time in which pages stood still. */
  readonly stalled?: number;
  /** Sound was played for six seconds, of which packets this share had to be made up. */
  readonly madeUp?: number;
}

/** Three over the bridge, whose packets all arrive; of these senders' sound no watermark was ever read. */
function judged(
  unreadable: readonly string[],
  { strain, levelDb, undecoded = [], stalled = 0, madeUp }: Machine,
) {
  const participants = NAMES.map((name, index) => {
    const from = NAMES.filter((other) => other !== name);
    const gets = Object.fromEntries(
      from.flatMap((sender) => [
        [ssrcOf(sender, 'audio'), { pps: 50 }],
        [ssrcOf(sender, 'video'), { pps: 30, fps: undecoded.includes(sender) ? 0 : 30 }],
      ]),
    );
    return {
      ...witness(name, false, { gets }),
      ...{
        index,
        endpointId: `id-${name}`,
        stalls: [],
        plan: plainParticipant('chromium'),
        directAllowed: true,
      },
      ...{ lastReport: { at: now() }, direct: () => false },
      conditions: new Conditions(null, false),
    } as unknown as Participant;
  });
  const [plan] = choreograph('join', NAMES.length, { watch: undefined, completeWithin: 1000 });
  const step = new Step(plan!, { participants, obstacles: [] });
  step.watchPressure = strain;
  if (madeUp !== undefined)
    for (const participant of participants)
      participant.samples = [0, 5700, 6000].map((ms) =>
        playing(participant.samples[1]!, step.startedAt, ms, madeUp),
      );
  for (const cell of step.cells.all) {
    const { sender, kind } = cell.key;
    cell.track = track(cell.key, ssrcOf(sender, kind), { levelDb });
    const missing = kind === 'video' ? undecoded : unreadable;
    if (!missing.includes(sender)) cell.good([[now() - 60, now() - 10]]);
  }
  const { streams, findings } = judgeStep({ ...step.facts(), stalledShare: stalled }, options);
  return {
    verdicts: streams.map(
      ({ kind, sender, receiver, verdict }) => `${kind} ${sender}->${receiver} ${verdict}`,
    ),
    findings: findings.map(({ cause, outcome }) => `${outcome} ${cause.id}`),
    text: sentence('call', findings.at(-1)!.cause, 'en'),
  };
}

/** A sample so long after the start in which silence was played, made up in part. */
function playing(sample: StatsSample, startedAt: number, ms: number, madeUp: number): StatsSample {
  const played = 48 * ms;
  return {
    ...sample,
    at: startedAt + ms,
    rtp: sample.rtp.map((rtp) => ({
      ...rtp,
      packets: ms / 20,
      ...(rtp.direction === 'in' && { samples: played, concealedSamples: played * madeUp, audioEnergy: 0 }),
    })),
  };
}

const loudUnderPressure = { strain: 0.84, levelDb: -31 };

describe('sound that is loud and has no watermark in it', () => {
  it('of everybody, under CPU pressure: it cannot be determined whose fault that is', () => {
    const { verdicts, findings, text } = judged(NAMES, loudUnderPressure);
    expect(findings).toEqual(['error machine-busy']);
    expect(text).toBe(
      'This machine was under CPU pressure for 84 % of the time: whether participants hear each other cannot be determined. Sound arrives, and no watermark can be read in it.',
    );
    expect(verdicts).toHaveLength(6);
    expect(verdicts.every((one) => one.startsWith('video') && one.endsWith('ok'))).toBe(true);
  });

  it('of everybody, on a machine with time: it is silent', () => {
    const { verdicts, findings } = judged(NAMES, { ...loudUnderPressure, strain: 0.2 });
    expect(findings).toEqual(['fail stream-silent']);
    expect(verdicts.filter((one) => one.endsWith('silent'))).toHaveLength(6);
  });

  it('of one of them, under CPU pressure, cannot be judged either; the others are', () => {
    const { verdicts, findings, text } = judged(['B'], loudUnderPressure);
    expect(findings).toEqual(['error machine-busy']);
    expect(verdicts).toHaveLength(10);
    expect(verdicts.every((one) => one.endsWith('ok'))).toBe(true);
    expect(text).toContain('whether A hears B and C hears B cannot be determined. Sound arrives');
  });

  it('of one of them, on a machine with time, is a fault of the deployment', () => {
    expect(judged(['B'], { ...loudUnderPressure, strain: 0.2 }).findings).toEqual(['fail stream-silent']);
  });
});

describe('on a machine on which browsers hardly run', () => {
  const missing = (strain: number, stalled: number, madeUp?: number) =>
    judged(NAMES, { strain, stalled, levelDb: -90, ...(madeUp !== undefined && { madeUp }) });

  it('case 54: what did not arrive is held against nobody', () => {
    const { verdicts, findings, text } = missing(0.99, 0.35);
    expect(findings).toEqual(['error machine-busy']);
    expect(verdicts).toHaveLength(6);
    expect(text).toMatch(/CPU pressure for 99 % .+ browsers hardly ran/);
  });

  it.each([
    ['under less pressure', 0.85, 0.35],
    ['where pages get their turns all the same', 0.99, 0.18],
  ])('it is %s', (_what, pressure, stalled) => {
    expect(missing(pressure, stalled, 0).findings).toContain('fail stream-silent');
  });
});

it('silence is silence on a machine under pressure', () => {
  const { findings } = judged(NAMES, { strain: 0.84, levelDb: -90 });
  expect(findings).toEqual(['fail stream-silent', 'pass machine-busy']);
});

describe('silence on a machine whose browsers wait nearly all the time', () => {
  it('is silence where it was played from packets all the time', () => {
    const { findings } = judged(NAMES, { strain: 0.97, levelDb: -90, madeUp: 0.1 });
    expect(findings).toEqual(['fail stream-silent', 'pass machine-busy']);
  });

  it.each([
    ['was made up for want of packets', 0.6],
    ['was not counted for long enough', undefined],
  ])('cannot be judged where it %s', (_how, madeUp) => {
    const { findings, verdicts, text } = judged(['B'], {
      ...{ strain: 0.97, levelDb: -107 },
      ...(madeUp !== undefined && { madeUp }),
    });
    expect(findings).toEqual(['error machine-busy']);
    expect(verdicts).toHaveLength(10);
    expect(text).toContain('whether A hears B and C hears B cannot be determined');
  });

  it('is silence on a machine with time', () => {
    expect(judged(['B'], { strain: 0.2, levelDb: -107 }).findings).toEqual(['fail stream-silent']);
  });
});

it('pictures that arrive and are not decoded are a fault of the deployment where there was time to decode them', () => {
  const undecoded = { levelDb: -31, undecoded: ['B'] };
  expect(judged([], { ...undecoded, strain: 0.2 }).findings).toEqual(['fail stream-frozen']);
  const { findings, text } = judged([], { ...undecoded, strain: 0.99 });
  expect(findings).toEqual(['error machine-busy']);
  expect(text).toContain('whether A sees B and C sees B cannot be determined');
});
