/**
 * What counters prove by themselves, over a time in which a busy machine would have caught up. What was there in the last moment
 * proves nothing on such a machine: browsers that wait for a processor neither send nor play anything.
 */
import type { RtpStats, StatsSample } from '../page/protocol.ts';

/** Counted over this long at least: beside thirty endless loops, one of three healthy calls took nothing in for two seconds and more. */
const COUNTED_MS = 5000;
/** Packets a second: fewer are leftovers, not a stream. */
const FLOWING_PPS = 2;
/** Of WebRTC's sound, whatever its codec. */
const SAMPLES_PER_SECOND = 48_000;
/** Shares of the time that was played, and of what was played that was made up for want of packets. */
const PLAYED = 0.5;
const MADE_UP = 0.2;
/** Energy of a second of sound, 1 for the loudest: at -60 dB, as `content.ts` has it. */
const INAUDIBLE = 1e-6;

type Select = (rtp: RtpStats) => boolean;

/** What of one direction was counted. */
export interface Counted {
  readonly samples: readonly StatsSample[];
  readonly select: Select;
  /** When the last watermark was read, or the step began; milliseconds since the epoch. */
  readonly since: number;
}

interface Span {
  readonly seconds: number;
  /** By how much a counter grew; null where it is not reported. */
  readonly growth: (of: (rtp: RtpStats) => number | null) => number | null;
}

/** From the first to the last sample since then; null where that is not long enough. */
function spanOf({ samples, select, since }: Counted): Span | null {
  const first = samples.find(({ at }) => at >= since);
  const last = samples.at(-1);
  if (!first || !last || last.at - first.at < COUNTED_MS) return null;
  return {
    seconds: (last.at - first.at) / 1000,
    growth: (of) => {
      const [before, after] = [first, last].map(({ rtp }) => rtp.filter(select).map(of));
      if ([...before!, ...after!].includes(null)) return null;
      return after!.reduce<number>((sum, n) => sum + n!, 0) - before!.reduce<number>((sum, n) => sum + n!, 0);
    },
  };
}

function packetsPerSecond(counted: Counted): number | null {
  const span = spanOf(counted);
  const packets = span?.growth(({ packets: n }) => n) ?? null;
  return span === null || packets === null ? null : packets / span.seconds;
}

/** Packets were sent all the time, and none arrived. */
export function provenLost(sent: Counted, got: Counted): boolean {
  const [left, arrived] = [packetsPerSecond(sent), packetsPerSecond(got)];
  return left !== null && arrived !== null && left >= FLOWING_PPS && arrived < FLOWING_PPS;
}

/** No packet was sent all the time. */
export function provenUnsent(sent: Counted): boolean {
  const left = packetsPerSecond(sent);
  return left !== null && left < FLOWING_PPS;
}

/** From the first packet on sound was played nearly all the time, from packets, and nothing was to be heard in it. */
export function provenSilent(got: Counted): boolean {
  const span = spanOf({ ...got, samples: got.samples.filter(({ rtp }) => rtp.some(got.select)) });
  if (span === null) return false;
  const played = span.growth(({ samples }) => samples);
  const madeUp = span.growth(({ concealedSamples }) => concealedSamples);
  const energy = span.growth(({ audioEnergy }) => audioEnergy);
  if (played === null || madeUp === null || energy === null) return false;
  return (
    played >= PLAYED * SAMPLES_PER_SECOND * span.seconds &&
    madeUp <= MADE_UP * played &&
    energy < INAUDIBLE * span.seconds
  );
}
