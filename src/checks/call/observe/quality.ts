/** What statistics say of the media that is sent and received: codecs, sizes, rates and layers. Facts, and no verdict. */
import type { RtpStats, StatsSample } from '../page/protocol.ts';
import type { ReceivedMedia, SentMedia } from '../result.ts';
import type { ParticipantFacts, StreamFacts } from './facts.ts';

/** Rates are over this long where a participant has been there for so long, else over half of it. Milliseconds. */
const SPAN_MS = [1900, 900] as const;

/** The last sample, and the one before it that rates are counted from. */
function span(
  samples: readonly StatsSample[],
): { last: StatsSample; before: StatsSample | undefined } | null {
  const last = samples.at(-1);
  if (!last) return null;
  const at = (ms: number) => samples.findLast((sample) => last.at - sample.at >= ms);
  return { last, before: at(SPAN_MS[0]) ?? at(SPAN_MS[1]) };
}

/** `video/VP9` is VP9. */
const codecName = ({ codec }: RtpStats): string | null => codec?.replace(/^.*\//, '') ?? null;
const whole = (value: number | null | undefined): number | null =>
  value == null || value < 0 ? null : Math.round(value);

/** Rates of one RTP stream; null where there is nothing to count from. */
function rates(
  now: RtpStats,
  then: RtpStats | undefined,
  ms: number,
): { kbps: number | null; fps: number | null } {
  if (!then || ms <= 0) return { kbps: null, fps: null };
  const fps = now.frames === null || then.frames === null ? null : ((now.frames - then.frames) * 1000) / ms;
  return { kbps: whole(((now.bytes - then.bytes) * 8) / ms), fps: whole(fps) };
}

function media(now: RtpStats, then: RtpStats | undefined, ms: number): ReceivedMedia {
  const { kbps, fps } = rates(now, then, ms);
  const codec = codecName(now);
  return now.kind === 'audio'
    ? { codec, kbps, channels: whole(now.channels), parameters: now.parameters ?? null }
    : { codec, kbps, width: whole(now.width), height: whole(now.height), framesPerSecond: fps };
}

const isSound = ({ kind }: Pick<RtpStats, 'kind'>): boolean => kind === 'audio';

/** What a receiver gets of one stream; null where statistics have nothing of it. */
export function receivedMedia(
  participants: readonly Pick<ParticipantFacts, 'name' | 'samples'>[],
  { key, track, muted }: Pick<StreamFacts, 'key' | 'track' | 'muted'>,
): ReceivedMedia | null {
  const samples = participants.find(({ name }) => name === key.receiver)?.samples ?? [];
  const found = span(samples);
  if (!found || muted || track?.ssrc == null) return null;
  const of = (sample: StatsSample | undefined) =>
    sample?.rtp.find(
      (rtp) => rtp.direction === 'in' && rtp.ssrc === track.ssrc && isSound(rtp) === isSound(key),
    );
  const now = of(found.last);
  if (!now) return null;
  return media(now, of(found.before), found.last.at - (found.before?.at ?? found.last.at));
}

/** Everything that a participant sends over the path in use: of a simulcast each layer. */
export function sentMedia(samples: readonly StatsSample[]): SentMedia[] {
  const found = span(samples);
  if (!found) return [];
  const { last, before } = found;
  return last.rtp
    .filter(({ direction, p2p, packets }) => direction === 'out' && p2p === last.p2pActive && packets > 0)
    .map((now): SentMedia => {
      const then = before?.rtp.find(({ direction, ssrc }) => direction === 'out' && ssrc === now.ssrc);
      const facts = media(now, then, last.at - (before?.at ?? last.at));
      const { kind, active, layer = null, scalability = null, limitedBy = null } = now;
      return kind === 'audio'
        ? { kind, active, ...facts }
        : { kind, active, ...facts, layer, scalability, limitedBy };
    });
}
