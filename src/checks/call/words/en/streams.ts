import { inSeconds } from '../../../../base/durations.ts';
import { list } from '../../../../base/words.ts';
import type { CallCauseOf } from '../../causes.ts';
import type { StreamVerdict } from '../../result.ts';
import { clock, type StreamSentences } from '../contract.ts';
import { reasons } from './reasons.ts';
import { inStep } from './step.ts';

type Streams = CallCauseOf<'stream-missing'>;
type Why = NonNullable<Streams['why']>;
/** Whom and what a sentence is about. */
export type About = Pick<Streams, 'scope' | 'receivers' | 'senders' | 'kinds'>;

/** "C does not see B", "Nobody can hear B any more", without a full stop. */
export function streamClause(
  { scope, receivers, senders, kinds }: About,
  verdict: Exclude<StreamVerdict, 'ok'>,
): string {
  const both = kinds.length === 2;
  const nobody = scope === 'all' || scope === 'sender';
  const plural = receivers.length > 1;
  const perceive = both ? 'hear or see' : kinds[0] === 'audio' ? 'hear' : 'see';
  const perceives = plural ? perceive : perceive.replaceAll(/hear|see/g, (verb) => `${verb}s`);
  const thing = both ? 'sound and picture' : kinds[0] === 'audio' ? 'sound' : 'picture';
  const who = list(receivers);
  const whom = scope === 'all' ? 'anybody' : scope === 'each-other' ? 'each other' : list(senders);
  // What arrives wrong or late arrives so for everybody; what does not arrive, for nobody.
  const gets = nobody ? 'Everybody gets' : `${who} ${plural ? 'get' : 'gets'}`;
  const whose = scope === 'all' ? 'everybody' : whom;
  switch (verdict) {
    case 'missing':
      return nobody
        ? `Nobody can ${perceive} ${whom}`
        : `${who} ${plural ? 'do' : 'does'} not ${perceive} ${whom}`;
    case 'lost':
      return nobody ? `Nobody can ${perceive} ${whom} any more` : `${who} no longer ${perceives} ${whom}`;
    case 'frozen':
      return nobody
        ? `Nobody sees more than a still picture of ${whom}`
        : `${who} ${plural ? 'see' : 'sees'} only a still picture of ${whom}`;
    case 'silent':
      return `${nobody ? 'Nobody can' : `${who} cannot`} hear ${whom}, although packets arrive`;
    case 'wrong':
      return `${gets} another participant's ${thing} as ${whose}'s`;
    case 'late':
      return `${gets} the ${thing} of ${whose} late`;
  }
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
  return inStep(all, `${streamClause(all, verdict)}${since(all.streams)}${because(all)}`);
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
    const verb = kind === 'audio' ? 'hear' : 'see';
    return inStep(
      step,
      `${receiver} did not ${verb} ${sender} for ${inSeconds(ms)} (from ${clock(from, 3)} UTC), then again${change}`,
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
    return inStep(step, `${receiver} ${verb} ${sender} only ${inSeconds(waitedMs)} ${after}${more}`);
  },
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
