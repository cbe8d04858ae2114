/** Whether pictures arrive as large, as often and in the codec that is expected. */
import type { Found } from '../../check.ts';
import type { ParticipantFacts, StepFacts, StreamFacts } from '../observe/facts.ts';
import { receivedMedia, sentMedia } from '../observe/quality.ts';
import { isApp } from '../scene/participants.ts';
import { type Picture, SMALLEST } from '../scene/sends.ts';

/** What a configuration expects of every picture of those who send as much. */
export interface MediaExpected {
  /** Lines. */
  readonly height?: number | undefined;
  /** Pictures a second. */
  readonly fps?: number | undefined;
  /** Any of these. */
  readonly codec?: readonly string[] | undefined;
  /** How long it may take after the watch, in milliseconds. */
  readonly within: number;
}

/** A rate that is counted over two seconds is a picture or two off. */
const RATE_SLACK = 0.85;

interface Shown {
  readonly receiver: string;
  readonly sender: string;
  readonly height: number | null;
  readonly fps: number | null;
}

const sends = ({ plan }: Pick<ParticipantFacts, 'plan'>): Picture => plan.send ?? SMALLEST;

/** What arrives of each picture that can be judged: the app asks for what its layout needs, so that it is no receiver here. */
function pictures({ participants, streams }: Pick<StepFacts, 'participants' | 'streams'>): {
  readonly shown: Shown;
  readonly sent: Picture;
}[] {
  const named = (name: string) => participants.find((each) => each.name === name);
  const judged = ({ key, muted }: StreamFacts) =>
    key.kind === 'video' && !muted && !isApp(named(key.receiver)?.plan.client);
  return streams.filter(judged).flatMap((stream) => {
    const { receiver, sender } = stream.key;
    const from = named(sender);
    if (!from || stream.lastAt === null || stream.noticedAt !== null) return [];
    const fps = receivedMedia(participants, stream)?.framesPerSecond ?? null;
    return [
      { shown: { receiver, sender, height: stream.track?.readHeight ?? null, fps }, sent: sends(from) },
    ];
  });
}

/** Pictures that are below what is expected of those who send as much; one that is not measured yet is. */
function below(step: Pick<StepFacts, 'participants' | 'streams'>, expected: MediaExpected): Shown[] {
  const { height = 0, fps = 0 } = expected;
  return pictures(step).flatMap(({ shown, sent }) => {
    const small = height > 0 && sent.height >= height && (shown.height ?? 0) < height;
    const few = fps > 0 && sent.fps >= fps && (shown.fps ?? 0) < fps * RATE_SLACK;
    return small || few ? [shown] : [];
  });
}

/** Whether nothing more is to be waited for. */
export function mediaReached(
  step: Pick<StepFacts, 'participants' | 'streams'>,
  expected: MediaExpected | undefined,
): boolean {
  return !expected || below(step, expected).length === 0;
}

export function mediaFindings(
  step: StepFacts,
  expected: MediaExpected | undefined,
  out: ReadonlySet<string>,
): Found<'call'>[] {
  if (!expected || step.completeAt === null) return [];
  const there = {
    ...step,
    streams: step.streams.filter(({ key }) => !out.has(key.receiver) && !out.has(key.sender)),
  };
  return [...belowFindings(there, expected), ...codecFindings(there, expected.codec ?? [])];
}

function belowFindings(step: StepFacts, expected: MediaExpected): Found<'call'>[] {
  const streams = below(step, expected).map((shown) => {
    const sender = step.participants.find(({ name }) => name === shown.sender);
    const sent = sentMedia(sender?.samples ?? []).filter(
      ({ kind, active }) => kind === 'video' && active !== false,
    );
    const largest = sent.toSorted((a, b) => (b.height ?? 0) - (a.height ?? 0))[0];
    return {
      ...shown,
      sentHeight: largest?.height ?? null,
      limitedBy: limitOf(sender?.samples ?? []),
    };
  });
  if (streams.length === 0) return [];
  const height = expected.height ?? null;
  const bySender = streams.every(
    ({ sentHeight }) => height !== null && sentHeight !== null && sentHeight < height,
  );
  // A browser of ours that has too little CPU sends less: that is none of the deployment's doing.
  const ours = bySender && streams.every(({ limitedBy }) => limitedBy === 'cpu');
  return [
    {
      cause: { id: 'picture-below', height, fps: expected.fps ?? null, withinMs: expected.within, streams },
      outcome: ours ? 'pass' : 'degraded',
      where: bySender ? 'sender' : 'unknown',
    },
  ];
}

/** A browser that has just been given more still sends small pictures: what kept it from more a moment ago is why. */
const LIMITED_SAMPLES = 4;

/** What keeps, or kept, a sender's pictures small, as its browser says; null: nothing. */
function limitOf(samples: ParticipantFacts['samples']): string | null {
  const limits = samples
    .slice(-LIMITED_SAMPLES)
    .flatMap(({ rtp }) => rtp)
    .filter(({ direction, kind }) => direction === 'out' && kind === 'video')
    .flatMap(({ limitedBy }) => limitedBy ?? []);
  return limits.findLast((limit) => limit !== 'none') ?? null;
}

function codecFindings(step: StepFacts, expected: readonly string[]): Found<'call'>[] {
  if (expected.length === 0) return [];
  const streams = step.streams.flatMap((stream) => {
    const { receiver, sender, kind } = stream.key;
    const codec = kind === 'video' ? receivedMedia(step.participants, stream)?.codec : null;
    return codec && !expected.includes(codec) ? [{ receiver, sender, codec }] : [];
  });
  if (streams.length === 0) return [];
  return [{ cause: { id: 'codec-unexpected', expected, streams }, outcome: 'degraded', where: 'signaling' }];
}
