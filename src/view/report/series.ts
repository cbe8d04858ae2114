/** From a call's recording to what can be drawn: rates and levels over time, per sender and receiver. */

import { middleValue } from '../../base/median.ts';
import type { CallRecording, HeardSample, RecordedParticipant } from '../../checks/call/keep/recording.ts';
import type { RtpStats, StatsSample } from '../../checks/call/page/protocol.ts';
import type { MediaKind } from '../../checks/call/result.ts';

/** One point of a line; null: nothing is known here, and the line has a gap. `at`: milliseconds since the epoch. */
export interface Point {
  readonly at: number;
  readonly value: number | null;
}

/** Two samples nearer than this give no rate, two further apart none that is worth showing. */
const NEAR_MS = 300;
const FAR_MS = 4000;
/** Nothing is quieter on a graph. */
export const SILENCE_DB = -90;

/** The endpoint ids that a participant had: another one each time it joined. */
export function endpointsOf({ timeline }: RecordedParticipant): string[] {
  return timeline.filter(({ name }) => name === 'joined').map(({ detail }) => String(detail.endpointId));
}

/** Who has an endpoint id; null for one that is none of ours. */
export function nameOfEndpoint(recording: CallRecording, id: string): string | null {
  return recording.participants.find((participant) => endpointsOf(participant).includes(id))?.name ?? null;
}

type Metric = 'packets' | 'frames';

/** What a sender sends of one kind, per second; of several encodings, packets together and the frames of the fastest. */
export function sent({ samples }: RecordedParticipant, kind: MediaKind, metric: Metric): Point[] {
  return rates(samples, metric, (rtp) => rtp.direction === 'out' && rtp.kind === kind);
}

/** What a receiver gets of a sender, per second; no line where it had no track of the sender's. */
export function received(
  receiver: RecordedParticipant,
  sender: RecordedParticipant,
  kind: MediaKind,
  metric: Metric,
): Point[] {
  const endpoints = new Set(endpointsOf(sender));
  const tracks = new TracksOverTime(receiver.heard, endpoints, kind);
  return rates(
    receiver.samples,
    metric,
    (rtp, at) =>
      rtp.direction === 'in' &&
      (rtp.kind === 'audio') === (kind === 'audio') &&
      tracks.ssrcsAt(at).has(rtp.ssrc),
  );
}

/** The level of the strongest tone that a receiver heard of a sender, in dBFS. */
export function heardLevel(receiver: RecordedParticipant, sender: RecordedParticipant): Point[] {
  const endpoints = new Set(endpointsOf(sender));
  return receiver.heard.map(({ at, tracks }) => {
    const levels = tracks.flatMap(({ endpointId, kind, levelDb }) =>
      kind === 'audio' && endpoints.has(endpointId) && levelDb !== null ? [levelDb] : [],
    );
    return { at, value: levels.length > 0 ? Math.max(SILENCE_DB, ...levels) : null };
  });
}

/** Which RTP streams carried a sender, as the receiver's tracks said at each moment: a bridge uses them again. */
class TracksOverTime {
  readonly #steps: readonly { at: number; ssrcs: ReadonlySet<number> }[];

  constructor(heard: readonly HeardSample[], endpoints: ReadonlySet<string>, kind: MediaKind) {
    this.#steps = heard.map(({ at, tracks }) => ({
      at,
      ssrcs: new Set(
        tracks.flatMap((track) =>
          track.kind === kind && endpoints.has(track.endpointId) && track.ssrc !== null ? [track.ssrc] : [],
        ),
      ),
    }));
  }

  ssrcsAt(at: number): ReadonlySet<number> {
    return this.#steps.findLast((step) => step.at <= at)?.ssrcs ?? this.#steps[0]?.ssrcs ?? new Set();
  }
}

function rates(
  samples: readonly StatsSample[],
  metric: Metric,
  select: (rtp: RtpStats, at: number) => boolean,
): Point[] {
  const points: Point[] = [];
  let before: StatsSample | null = null;
  for (const sample of samples) {
    if (before && sample.at - before.at < NEAR_MS) continue;
    if (before) {
      // A rate is that of the whole time between two samples: a level line with steps, not a slope.
      const value = rate(before, sample, metric, select);
      points.push({ at: before.at, value }, { at: sample.at, value });
    }
    before = sample;
  }
  return points;
}

/** What was counted between two samples, per second; null where there is nothing to count, or the samples are far apart. */
function rate(
  before: StatsSample,
  sample: StatsSample,
  metric: Metric,
  select: (rtp: RtpStats, at: number) => boolean,
): number | null {
  const ms = sample.at - before.at;
  if (ms > FAR_MS) return null;
  const chosen = sample.rtp.filter((rtp) => rtp[metric] !== null && select(rtp, sample.at));
  if (chosen.length === 0) return null;
  const risen = chosen.map((rtp) => {
    const then = before.rtp.find((old) => old.direction === rtp.direction && old.ssrc === rtp.ssrc);
    const rise = (rtp[metric] ?? 0) - (then?.[metric] ?? 0);
    // A counter that went back began anew.
    return rise < 0 ? (rtp[metric] ?? 0) : rise;
  });
  const total = metric === 'frames' ? Math.max(...risen) : risen.reduce((sum, value) => sum + value, 0);
  return (total * 1000) / ms;
}

/** What a line has in the middle of a span of time: its median, which a moment of ramp-up does not move; null without points. */
export function medianOf(points: readonly Point[], from: number, to: number): number | null {
  return middleValue(
    points.flatMap(({ at, value }) => (at >= from && at <= to && value !== null ? [value] : [])),
  );
}

/** At most a given number of points, each the median of its neighbours; gaps stay gaps. */
export function thinned(points: readonly Point[], most: number): readonly Point[] {
  if (points.length <= most) return points;
  const size = Math.ceil(points.length / most);
  return Array.from({ length: Math.ceil(points.length / size) }, (_, index) => {
    const part = points.slice(index * size, (index + 1) * size);
    const at = part.reduce((sum, point) => sum + point.at, 0) / part.length;
    return { at, value: medianOf(part, part[0]!.at, part.at(-1)!.at) };
  });
}
