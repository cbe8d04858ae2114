/** What is expected of pictures, against what arrived. */
import { describe, expect, it } from 'vitest';
import { type MediaExpected, mediaFindings, mediaReached } from '../../../../src/checks/call/judge/media.ts';
import type { StepFacts } from '../../../../src/checks/call/observe/facts.ts';
import { sentMedia } from '../../../../src/checks/call/observe/quality.ts';
import type { RtpStats, StatsSample } from '../../../../src/checks/call/page/protocol.ts';
import type { Client } from '../../../../src/checks/call/scene/participants.ts';
import { pictureOf, SMALLEST } from '../../../../src/checks/call/scene/sends.ts';
import { callWords } from '../../../../src/checks/call/words/index.ts';

const rtp = (seconds: number, more: Partial<RtpStats>): RtpStats => ({
  ...{ direction: 'in', kind: 'video', p2p: false, ssrc: 1, trackId: null, packetsLost: 0, freezes: null },
  ...{ packets: 50 * seconds, bytes: 60_000 * seconds, frames: 15 * seconds, width: 1280, height: 720 },
  ...{ bufferedSeconds: null, bufferedCount: null, concealedSamples: null, samples: null, audioEnergy: null },
  ...{ active: null, codec: 'video/VP9' },
  ...more,
});

const samples = (at: (seconds: number) => RtpStats[]): StatsSample[] =>
  [8, 9, 10].map((seconds) => ({
    ...{ at: seconds * 1000, p2pActive: false, peers: [], pairs: [] },
    rtp: at(seconds),
  }));

interface Given {
  readonly readHeight?: number;
  readonly frames?: number;
  readonly sent?: readonly Partial<RtpStats>[];
  readonly client?: Client;
}

/** A sends 720 lines, B receives them. */
function step({ readHeight = 720, frames = 15, sent = [{}], client = 'library' }: Given): StepFacts {
  const base = { network: null, expect: 'media' } as const;
  return {
    completeAt: 1,
    participants: [
      {
        ...{ name: 'A', timeline: [], plan: { ...base, send: pictureOf('720p'), client: 'library' } },
        samples: samples((seconds) =>
          sent.map((more, i) => rtp(seconds, { direction: 'out', ssrc: 10 + i, active: true, ...more })),
        ),
      },
      {
        ...{ name: 'B', timeline: [], plan: { ...base, send: SMALLEST, client } },
        samples: samples((seconds) => [rtp(seconds, { frames: frames * seconds })]),
      },
    ],
    streams: [
      {
        key: { receiver: 'B', sender: 'A', kind: 'video' },
        ...{ firstAt: 1, lastAt: 2, noticedAt: null, gaps: [], latencyMs: 50, wrongIndex: null },
        ...{ muted: false, leaks: false },
        track: { endpointId: 'a', kind: 'video', p2p: false, ssrc: 1, muted: false, readHeight },
      },
    ],
  } as unknown as StepFacts;
}

const within = 20_000;
const judge = (given: Given, expected: Omit<MediaExpected, 'within'>) =>
  mediaFindings(step(given), { within, ...expected }, new Set());

describe('pictures', () => {
  it('that arrive as expected are no finding', () => {
    expect(judge({}, { height: 720, fps: 15, codec: ['AV1', 'VP9'] })).toEqual([]);
    expect(mediaReached(step({}), { within, height: 720 })).toBe(true);
    expect(mediaFindings(step({}), undefined, new Set())).toEqual([]);
  });

  it('are judged by the picture in which the watermark was read, not by what statistics say', () => {
    expect(mediaReached(step({ readHeight: 360 }), { within, height: 720 })).toBe(false);
    const [found] = judge({ readHeight: 360 }, { height: 720 });
    expect(found).toMatchObject({
      outcome: 'degraded',
      where: 'unknown',
      cause: { id: 'picture-below', streams: [{ height: 360, sentHeight: 720, limitedBy: null }] },
    });
    expect(callWords.en.findings['picture-below'](found!.cause as never)).toBe(
      'Pictures stay below what is expected (720 lines) 20 s after the watch: A at B 360 lines of 720 lines that are sent, 15 pictures/s.',
    );
    expect(callWords.fr.findings['picture-below'](found!.cause as never)).toContain(
      'sur 720 lignes envoyées',
    );
  });

  it('that are sent small are the sender’s, and ours where a CPU of ours keeps them small', () => {
    const small = { readHeight: 180, sent: [{ height: 180 }, { height: 720, active: false }] };
    expect(judge(small, { height: 720 })).toMatchObject([{ outcome: 'degraded', where: 'sender' }]);
    const starved = { readHeight: 180, sent: [{ height: 180, limitedBy: 'cpu' }] };
    expect(judge(starved, { height: 720 })).toMatchObject([{ outcome: 'pass', where: 'sender' }]);
  });

  it('that are few are found, with a rate that is counted over two seconds', () => {
    expect(judge({ frames: 14 }, { fps: 15 })).toEqual([]);
    expect(judge({ frames: 8 }, { fps: 15 })).toMatchObject([{ cause: { streams: [{ fps: 8 }] } }]);
  });

  it('of another size are expected of nobody who sends less, nor at the web app', () => {
    expect(judge({ readHeight: 360 }, { height: 1080 })).toEqual([]);
    expect(judge({ readHeight: 180, client: 'app' }, { height: 720 })).toEqual([]);
  });

  it('in another codec are named', () => {
    expect(judge({}, { codec: ['H264'] })).toMatchObject([
      {
        outcome: 'degraded',
        cause: { id: 'codec-unexpected', expected: ['H264'], streams: [{ codec: 'VP9' }] },
      },
    ]);
  });
});

it('what is sent is a list of layers, with rates', () => {
  const layers = ['0', '1', '2'].map((layer, i) => ({ layer, height: [180, 360, 720][i]!, bytes: 0 }));
  const sent = sentMedia(step({ sent: layers }).participants[0]!.samples);
  expect(sent.map(({ layer, height }) => [layer, height])).toEqual([
    ['0', 180],
    ['1', 360],
    ['2', 720],
  ]);
  expect(sent[0]).toMatchObject({ codec: 'VP9', framesPerSecond: 15, active: true });
});
