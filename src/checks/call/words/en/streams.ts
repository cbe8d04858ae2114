import { inSeconds } from '../../../../base/durations.ts';
import { list } from '../../../../base/words.ts';
import type { CallCauseOf } from '../../causes.ts';
import type { MediaKind } from '../../media.ts';
import type { StreamVerdict } from '../../result.ts';
import { clock, type StreamSentences } from '../contract.ts';
import { reasons } from './reasons.ts';
import { inStep } from './step.ts';

type Streams = CallCauseOf<'stream-missing'>;
type Why = NonNullable<Streams['why']>;
/** Whom and what a sentence is about. */
export type About = Pick<Streams, 'scope' | 'receivers' | 'senders' | 'kinds'> &
  Partial<Pick<Streams, 'why'>>;

/** "sound and picture", "picture and shared screen": what is received, as a thing. */
const THINGS: Readonly<Record<MediaKind, string>> = {
  audio: 'sound',
  video: 'picture',
  screen: 'shared screen',
};

/** `'s`, which "each other" and "anybody" take as names do. */
const own = (whom: string): string => `${whom}'s`;

/** "hear or see B", "see the screen of B", "hear or see B or B's shared screen": what a receiver does not. */
function perceiving(kinds: readonly MediaKind[], whom: string, third = false): string {
  const verbs = [
    ...(kinds.includes('audio') ? ['hear'] : []),
    ...(kinds.includes('video') ? ['see'] : []),
  ].map((verb) => (third ? `${verb}s` : verb));
  const see = third ? 'sees' : 'see';
  const screen = `${own(whom)} shared screen`;
  if (!kinds.includes('screen')) return `${verbs.join(' or ')} ${whom}`;
  if (verbs.length === 0) return `${see} ${screen}`;
  return `${verbs.join(' or ')} ${whom} or ${kinds.includes('video') ? '' : `${see} `}${screen}`;
}

/** "C does not see B", "Nobody can hear B any more", without a full stop. */
export function streamClause(
  { scope, receivers, senders, kinds, why }: About,
  verdict: Exclude<StreamVerdict, 'ok'>,
): string {
  const nobody = scope === 'all' || scope === 'sender';
  const plural = receivers.length > 1;
  const thing = list(kinds.map((kind) => THINGS[kind]));
  const who = list(receivers);
  const whom = scope === 'all' ? 'anybody' : scope === 'each-other' ? 'each other' : list(senders);
  // What arrives wrong or late arrives so for everybody; what does not arrive, for nobody.
  const gets = nobody ? 'Everybody gets' : `${who} ${plural ? 'get' : 'gets'}`;
  const whose = scope === 'all' ? 'everybody' : whom;
  const screenOnly = kinds.every((kind) => kind === 'screen');
  switch (verdict) {
    case 'missing':
      return nobody
        ? `Nobody can ${perceiving(kinds, whom)}`
        : `${who} ${plural ? 'do' : 'does'} not ${perceiving(kinds, whom)}`;
    case 'lost':
      return nobody
        ? `Nobody can ${perceiving(kinds, whom)} any more`
        : `${who} no longer ${perceiving(kinds, whom, !plural)}`;
    case 'frozen': {
      const of = screenOnly ? `${own(whom)} shared screen` : whom;
      const both = !screenOnly && kinds.includes('screen') ? ` and of ${own(whom)} shared screen` : '';
      return nobody
        ? `Nobody sees more than a still picture of ${of}${both}`
        : `${who} ${plural ? 'see' : 'sees'} only a still picture of ${of}${both}`;
    }
    case 'silent':
      return `${nobody ? 'Nobody can' : `${who} cannot`} hear ${whom}, although packets arrive`;
    case 'wrong':
      return why?.id === 'other-picture'
        ? `${gets} another picture as ${own(whose)} ${thing}`
        : `${gets} another participant's ${thing} as ${own(whose)}`;
    case 'late':
      return `${gets} the ${thing} of ${whose} late`;
  }
}

/** `, while B shares the screen`; nothing where the moment of the step says so. */
function meanwhile({ whileSharing, moment }: Streams): string {
  if (!whileSharing || moment?.what === 'shared') return '';
  return `, while ${list(whileSharing)} ${whileSharing.length > 1 ? 'share screens' : 'shares the screen'}`;
}

/** ` since 15:00:07 UTC`: when the first of them stopped. */
function since(streams: Streams['streams']): string {
  const [first] = streams.flatMap(({ lostAt }) => lostAt ?? []).sort();
  return first ? ` since ${clock(first)} UTC` : '';
}

/** `: the first reason (and 2 more reasons)`. */
function because({ why, otherReasons: more }: Streams): string {
  if (!why) return '';
  const others = more > 0 ? ` (and ${more} more ${more === 1 ? 'reason' : 'reasons'})` : '';
  return `: ${(reasons[why.id] as (reason: Why) => string)(why)}${others}`;
}

const streams = (verdict: Exclude<StreamVerdict, 'ok'>) => (cause: Omit<Streams, 'id'>) => {
  const all = cause as Streams;
  return inStep(all, `${streamClause(all, verdict)}${since(all.streams)}${meanwhile(all)}${because(all)}`);
};

export const streamSentences: StreamSentences = {
  'stream-missing': streams('missing'),
  'stream-lost': streams('lost'),
  'stream-frozen': streams('frozen'),
  'stream-silent': streams('silent'),
  'stream-wrong': streams('wrong'),
  'stream-late': streams('late'),
  'stream-gap': ({ receiver, sender, kind, from, ms, duringPathChange, ...step }) => {
    const change = duringPathChange ? ', while the call changed its path (direct or bridge)' : '';
    return inStep(
      step,
      `${receiver} did not ${perceiving([kind], sender)} for ${inSeconds(ms)} (from ${clock(from, 3)} UTC), then again${change}`,
    );
  },
  'stream-slow': ({ streams: slow, since: start, ...step }) => {
    // There is no finding without one.
    const { receiver, sender, kind, firstMs, waitedMs = firstMs } = slow[0]!;
    const joining = waitedMs < firstMs ? 'after both were in the room' : 'after joining';
    const after = start === 'joining' ? joining : 'later';
    const others = slow.length - 1;
    const more = others > 0 ? `; ${others} more ${others === 1 ? 'stream' : 'streams'} arrived late` : '';
    const verb = kind === 'audio' ? 'heard' : 'saw';
    const what = kind === 'screen' ? `${own(sender)} shared screen` : sender;
    return inStep(step, `${receiver} ${verb} ${what} only ${inSeconds(waitedMs)} ${after}${more}`);
  },
  'share-failed': ({ failures, ...step }) =>
    inStep(
      step,
      failures
        .map(
          ({ participant, stopping, message }) =>
            `${participant} cannot ${stopping ? 'stop sharing' : 'share'} the screen: "${message}"`,
        )
        .join('; '),
    ),
  'share-not-stopped': ({ streams: left, ...step }) =>
    inStep(
      step,
      `A screen that is shared no longer is still shown: ${left.map(({ receiver, sender }) => `${receiver} sees what ${sender} showed after it had stopped`).join('; ')}`,
    ),
  'mute-ignored': ({ streams: leaking, ...step }) =>
    inStep(
      step,
      `Muting does not mute: ${leaking.map((one) => reasons['mute-leaks']({ id: 'mute-leaks', ...one })).join('; ')}`,
    ),
  'mute-untold': ({ streams: untold, ...step }) =>
    inStep(
      step,
      `Muting is not signaled: ${untold.map((one) => reasons['mute-not-signaled']({ id: 'mute-not-signaled', ...one })).join('; ')}`,
    ),
};
