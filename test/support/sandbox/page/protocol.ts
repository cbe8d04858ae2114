/** What the tests ask of the bot in the page. Types only: both sides import it. */

/** What one receiver has of one sender's kind. */
export interface Received {
  readonly owner: string;
  readonly kind: 'audio' | 'video';
  readonly ssrc: number;
  readonly source: string;
  readonly muted: boolean;
  readonly packets: number;
  /** RTP packets that never came. */
  readonly lost: number;
  readonly framesDecoded: number | null;
  /** From capture to playout, in milliseconds, by the sender's reports; null before one came. */
  readonly ageMs: number | null;
  /** Strength of the sound, 0 to 1. */
  readonly audioEnergy: number | null;
  /** Share of red, green and blue in the picture; null for sound or without one. */
  readonly colour: readonly number[] | null;
  /** Changes when the picture does. */
  readonly digest: number | null;
}

export interface Bot {
  readonly events: { readonly name: string; readonly details: string; readonly atMs: number }[];
  join(name: string, room: string, kinds?: readonly ('audio' | 'video')[]): Promise<string>;
  received(): Promise<Received[]>;
  mute(kind: 'audio' | 'video', muted: boolean): Promise<void>;
  constrain(constraints: object): void;
  leave(): Promise<void>;
  /** Counters of what is sent, by kind, and what the bridge reports of it. */
  sent(): Promise<{ kind: string; packets: number; keyFrames: number; roundTrips: number }[]>;
}

declare global {
  var bot: Bot;
}
