/**
 * Taking turns in speaking. A bridge may be set up to forward the loudest alone (`videobridge.loudest.route-loudest-only`), as it
 * suits people, who speak one after the other. Ours all speak at once, so that it looks like a loss: where one's sound reaches
 * nobody although its picture reaches everybody, and others are heard, each speaks alone for a while. Whoever is heard then was
 * never lost.
 */
import type { Cell, CellKey, Span } from '../observe/cells.ts';

/** Sound that nobody gets for this long, from the first picture on, makes them take turns. */
const HOLD_MS = 2000;
/** So does the third time that it stops for everybody at once: a bridge that forwards three of five changes between them. */
const EPISODES = 3;
/** A turn lasts this long where everybody hears the one who speaks, and longer where not. */
const TURN_MS = 1800;
export const LONGEST_TURN_MS = 4500;
/** A bridge takes a moment to rank who speaks; what arrives late is nobody's loss. */
const GRACE_MS = 1200;

/** Without a watermark made in this time somebody is not heard, when all speak. */
const CONFIRM_MS = 1000;

interface Turn {
  readonly speaker: string;
  readonly from: number;
  to: number | null;
}

/** Whom it is about, and how they are asked to speak. */
export interface Speakers {
  /** Those whose sound is expected, in the order of their turns. */
  readonly names: readonly string[];
  readonly speak: (name: string, on: boolean) => void;
  /** Whether everybody has read a watermark of theirs that was made since then. */
  readonly heardSince: (name: string, at: number) => boolean;
}

export class Turns {
  readonly #speakers: Speakers;
  /** Whose sound reached nobody before. */
  readonly #unheard: readonly string[];
  readonly #turns: Turn[] = [];
  readonly #heard = new Set<string>();
  readonly #had = new Set<string>();
  #endedAt: number | null = null;
  #confirmed = false;

  constructor(speakers: Speakers, unheard: readonly string[], at: number) {
    this.#speakers = speakers;
    this.#unheard = unheard;
    for (const name of speakers.names) speakers.speak(name, false);
    this.#next(at);
  }

  /** Everybody has had a turn. */
  get round(): boolean {
    return this.#speakers.names.every((name) => this.#had.has(name));
  }

  /** The longest that a round may take. */
  get longestMs(): number {
    return this.#speakers.names.length * LONGEST_TURN_MS;
  }

  /** Those who reached nobody while all spoke, and everybody in their own turn; null where that is not so. */
  get loudestOnly(): readonly string[] | null {
    return this.#proven && this.#confirmed ? this.#unheard : null;
  }

  get #proven(): boolean {
    return this.#unheard.every((name) => this.#heard.has(name));
  }

  /**
   * All have spoken again for a while: only if somebody is unheard again, while others are heard, it is how the bridge is set up.
   * Otherwise the sound was late.
   */
  confirm(at: number): void {
    const { names, heardSince } = this.#speakers;
    const heard = names.filter((name) => heardSince(name, at - CONFIRM_MS));
    this.#confirmed = heard.length > 0 && heard.length < names.length;
  }

  /** Looks whether it is the next one's turn. */
  tick(at: number): void {
    const turn = this.#turns.at(-1);
    if (!turn || this.#endedAt !== null) return;
    const heard = this.#speakers.heardSince(turn.speaker, turn.from);
    if (heard) this.#heard.add(turn.speaker);
    const lasted = at - turn.from;
    if (lasted < (heard ? TURN_MS : LONGEST_TURN_MS)) return;
    this.#had.add(turn.speaker);
    turn.to = at;
    this.#speakers.speak(turn.speaker, false);
    this.#next(at);
  }

  /** All speak again. */
  end(at: number): void {
    const turn = this.#turns.at(-1);
    if (!turn || this.#endedAt !== null) return;
    turn.to = at;
    this.#endedAt = at;
    for (const name of this.#speakers.names) this.#speakers.speak(name, true);
  }

  /** Times in which nothing was expected of a sender's sound. */
  excuses(sender: string, at: number): Span[] {
    const spans = this.#turns.map(({ speaker, from, to }) =>
      speaker === sender ? { from, to: from + GRACE_MS } : { from, to: to ?? at },
    );
    const ended = this.#endedAt;
    if (ended === null) return spans;
    return [...spans, { from: ended, to: this.#proven ? at : ended + GRACE_MS }];
  }

  #next(at: number): void {
    const { names, speak } = this.#speakers;
    const last = this.#turns.at(-1)?.speaker;
    // Those who were not heard come first.
    const order = [...this.#unheard, ...names.filter((name) => !this.#unheard.includes(name))];
    const speaker = order[(last === undefined ? 0 : order.indexOf(last) + 1) % order.length]!;
    this.#turns.push({ speaker, from: at, to: null });
    speak(speaker, true);
  }
}

/** Watches for senders whose sound stops for everybody at once while others are heard. */
export class Unheard {
  readonly #since = new Map<string, number>();
  readonly #episodes = new Map<string, number>();

  /**
   * Those for whom turns have to be taken now; null: nobody.
   * @param fresh whether a stream flows
   */
  look(cells: readonly Cell[], fresh: (cell: Cell) => boolean, at: number): string[] | null {
    const of = (sender: string, kind: CellKey['kind']) =>
      cells.filter(({ key }) => key.sender === sender && key.kind === kind);
    const senders = [
      ...new Set(cells.filter(({ key }) => key.kind === 'audio').map(({ key }) => key.sender)),
    ];
    const someHeard = senders.some((sender) => of(sender, 'audio').every(fresh));
    const unheard = senders.filter(
      (sender) =>
        of(sender, 'audio').every(({ lastAt, noticedAt }) => lastAt === null || noticedAt !== null) &&
        of(sender, 'video').length > 0 &&
        of(sender, 'video').every(fresh),
    );
    if (!someHeard) return null;
    for (const sender of senders) {
      if (!unheard.includes(sender)) this.#since.delete(sender);
      else if (!this.#since.has(sender)) {
        this.#since.set(sender, at);
        this.#episodes.set(sender, (this.#episodes.get(sender) ?? 0) + 1);
      }
    }
    const due = unheard.some((sender) => at - (this.#since.get(sender) ?? at) >= HOLD_MS);
    const often = [...this.#episodes.values()].reduce((sum, count) => sum + count, 0) >= EPISODES;
    return unheard.length > 0 && (due || often) ? unheard.sort() : null;
  }
}
