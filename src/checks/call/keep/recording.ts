/** What was recorded of a call, as plain data: what a report of the run is drawn from. */
import type { BrowserName } from '../../../browsers/browser.ts';
import type { Span } from '../observe/cells.ts';
import type { RawPage, StatsSample, TrackState } from '../page/protocol.ts';
import type { Played } from './played.ts';

/** The schemas of its samples, for whoever reads a recording back. */
export { statsSample, trackState } from './sample-schema.ts';

/** One entry of a participant's timeline. */
export interface RecordedEvent {
  /** Milliseconds since the epoch, on Vigie's clock. */
  readonly at: number;
  readonly name: string;
  readonly detail: Record<string, unknown>;
}

/** What a receiver had of its tracks at one moment. */
export interface HeardSample {
  readonly at: number;
  readonly tracks: readonly TrackState[];
}

export interface RecordedParticipant {
  /** A, B, C … */
  readonly name: string;
  readonly browser: BrowserName;
  readonly version: string | null;
  readonly timeline: readonly RecordedEvent[];
  readonly console: readonly string[];
  readonly samples: readonly StatsSample[];
  readonly heard: readonly HeardSample[];
  /** When its page stood still: our own fault. */
  readonly stalls: readonly Span[];
  /** A PNG in base64 of what its page showed at the end; null when there is none. */
  readonly screenshot: string | null;
}

/** Everything but the complete statistics. Times are milliseconds since the epoch, on Vigie's clock. */
export interface CallRecording {
  /** When the participants were asked to join; 0 when it did not come to that. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly played: Played;
  readonly participants: readonly RecordedParticipant[];
}

/** The complete statistics of one participant: one entry for each time its page was loaded. */
export interface RawParticipant {
  readonly name: string;
  readonly pages: readonly RawPage[];
}

/** Twice a second is enough for a graph. */
const HEARD_MS = 450;
/** Half an hour of it; afterwards every second one of the older half goes. */
const HEARD = 4000;

/** Keeps what a receiver had of its tracks, bounded: what is older gets sparser. */
export class Heard {
  samples: HeardSample[] = [];

  note(at: number, tracks: readonly TrackState[]): void {
    const last = this.samples.at(-1);
    if (last && at - last.at < HEARD_MS) return;
    this.samples.push({ at, tracks });
    if (this.samples.length > HEARD) {
      this.samples = this.samples.filter((_, index) => index >= HEARD / 2 || index % 2 === 0);
    }
  }
}
