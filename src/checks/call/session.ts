/** A call in progress: participants in a room, what they read, and what of that is our own fault. */
import { BrowserFault } from '../../browsers/faults.ts';
import type { RunningBrowser } from '../../browsers/launch.ts';
import { type CellKey, Cells, inUse, type Span } from './cells.ts';
import type { PageMessage, TrackState } from './page/protocol.ts';
import { pageFiles } from './pagefiles.ts';
import { NotLoaded, Participant } from './participant.ts';

/** A page that has not reported for this long hangs; reports come several times a second. */
const HUNG_MS = 8000;
/** A page that is late with its report stands still now; nothing can be said of what it missed. */
const LATE_REPORT_MS = 500;
/** A stream that pauses, as at the change to the direct connection, comes back within this time or not at all. */
const RETURN_MS = 2500;
const MOMENT_MS = 1000;
/** Long enough for a stream that flows to show packets in two samples. */
const FLOW_MS = 600;
/** When one participant is refused, the others have this long to say what they were told. */
const GRACE_MS = 700;

/** Why a call cannot go on. `target`: what a participant was told; it is for the findings to name. */
export type Obstacle =
  | { readonly whose: 'ours'; readonly fault: BrowserFault; readonly at: number }
  | {
      readonly whose: 'target';
      readonly participant: string;
      readonly detail: Record<string, unknown>;
      readonly at: number;
    };

export interface SessionOptions {
  /** With a slash at its end. */
  readonly base: string;
  readonly room: string;
  readonly p2p: boolean;
}

/** Names in the order of joining: A, B, C … */
export const nameOf = (index: number): string => String.fromCharCode(65 + index);

export const now = (): number => performance.timeOrigin + performance.now();

export class Session {
  readonly options: SessionOptions;
  readonly participants: Participant[] = [];
  readonly cells: Cells;
  readonly obstacles: Obstacle[] = [];
  /** When the pages were told to join, milliseconds since the epoch. */
  startedAt = 0;
  /** When every stream was there; null before. */
  completeAt: number | null = null;
  /** The share of the watch, or of joining in vain, in which tasks of this machine waited for a processor; null: not known. */
  strain: number | null = null;
  /** Latencies are of a call that had found its pace; false where the watch was too short for that. */
  rampedUp = false;
  /** When the observation ended; null while it goes on. */
  endedAt: number | null = null;
  /** When everybody was in the room; null before. */
  joinedAt: number | null = null;
  #onChange: () => void = () => {};

  constructor(options: SessionOptions, size: number) {
    this.options = options;
    this.cells = new Cells(Array.from({ length: size }, (_, index) => nameOf(index)));
  }

  /** Opens and loads a page for each browser given. @throws {NotLoaded | BrowserFault | Error} the first that fails. */
  async load(browsers: readonly RunningBrowser[]): Promise<void> {
    const { base, room } = this.options;
    const url = `${base}${room}/`;
    const files = await pageFiles(base, room, url);
    const opened = await Promise.allSettled(
      browsers.map(async (browser, index) => {
        const participant = await Participant.open(nameOf(index), index, browser);
        this.participants.push(participant);
        void participant.crashed.then((fault) => this.#obstacle({ whose: 'ours', fault, at: now() }));
        await participant.load(base, url, files);
      }),
    );
    this.participants.sort((a, b) => a.index - b.index);
    const failures = opened.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    // What the deployment did not serve says more than a page that then failed.
    if (failures.length > 0) throw failures.find((failure) => failure instanceof NotLoaded) ?? failures[0];
  }

  /** Watches over a browser: its death is our own fault, and the call ends. */
  guard(browser: RunningBrowser): void {
    void browser.died.then((fault) => this.#obstacle({ whose: 'ours', fault, at: now() }));
  }

  /** Everybody joins at once. */
  async join(): Promise<void> {
    const { base, room, p2p } = this.options;
    const offsets = await Promise.all(this.participants.map((participant) => participant.clockOffset()));
    this.startedAt = now();
    await Promise.all(
      this.participants.map((participant, index) =>
        participant.start(
          {
            name: participant.name,
            index: participant.index,
            room,
            base,
            p2p,
            clockOffsetMs: offsets[index]!,
          },
          (message) => this.#hear(participant, message),
        ),
      ),
    );
  }

  /**
   * Waits until `done()` says so, an obstacle ends the call, `deadline` (milliseconds since the epoch) passes or
   * `signal` aborts; looks at every message and every 100 ms.
   */
  async until(done: () => boolean, deadline: number, signal: AbortSignal): Promise<boolean> {
    if (this.blocked() || done()) return !this.blocked();
    return new Promise((resolve) => {
      const look = () => {
        this.#findHung();
        for (const cell of this.cells.all) cell.notice(this.seenAt(cell.key), this.excuses(cell.key));
        const finished = done();
        if (!finished && !this.blocked() && now() < deadline && !signal.aborted) return;
        clearInterval(timer);
        this.#onChange = () => {};
        signal.removeEventListener('abort', look);
        resolve(finished && !this.blocked());
      };
      const timer = setInterval(look, 100);
      signal.addEventListener('abort', look);
      this.#onChange = look;
    });
  }

  /** Statistics of everybody, now; where streams have stopped, twice, so that it shows what still flows. */
  async sampleAll(): Promise<void> {
    const sample = () => Promise.allSettled(this.participants.map((participant) => participant.sample()));
    await sample();
    if (this.cells.all.every((cell) => cell.lastAt !== null && cell.noticedAt === null)) return;
    await new Promise((resolve) => setTimeout(resolve, FLOW_MS));
    await sample();
  }

  /** True when the call cannot become complete any more, and whoever was about to say why had the time to. */
  blocked(): boolean {
    const [first] = this.obstacles;
    if (!first) return false;
    const told = new Set(
      this.obstacles.map((obstacle) => (obstacle.whose === 'target' ? obstacle.participant : '')),
    );
    return first.whose === 'ours' || told.size === this.participants.length || now() - first.at > GRACE_MS;
  }

  /** How far a receiver has told what it reads: a stream is judged at that moment, not at a later one. */
  seenAt({ receiver }: CellKey): number {
    return this.participant(receiver)?.lastReport?.at ?? this.startedAt;
  }

  /** Times in which pages of ours stood still: what was missed then is nobody's loss. */
  excuses({ receiver, sender }: CellKey): Span[] {
    const spans = [
      ...(this.participant(receiver)?.stalls ?? []),
      ...(this.participant(sender)?.stalls ?? []),
    ];
    const sent = this.participant(sender)?.lastReport?.at;
    const current = now();
    if (sent !== undefined && current - sent > LATE_REPORT_MS) spans.push({ from: sent, to: current });
    return spans;
  }

  /** Every stream brought a mark and none is in doubt. */
  complete(): boolean {
    return this.cells.all.every((cell) => cell.fresh(this.seenAt(cell.key), this.excuses(cell.key)));
  }

  /** No stream is about to stop, and none has only just: a verdict now would stand. */
  settled(): boolean {
    return !this.cells.all.some(
      (cell) =>
        cell.inDoubt(this.seenAt(cell.key), this.excuses(cell.key)) ||
        (cell.noticedAt !== null && now() - cell.noticedAt < RETURN_MS),
    );
  }

  /** True when two changed between bridge and direct connection in this time, give or take a moment. */
  changedPath({ from, to }: Span): boolean {
    return this.participants.some((participant) =>
      participant.events('p2p').some(({ at }) => at > from - MOMENT_MS && at < to + MOMENT_MS),
    );
  }

  nameOfEndpoint(endpointId: string): string | null {
    return this.participants.find((participant) => participant.endpointId === endpointId)?.name ?? null;
  }

  participant(name: string): Participant | undefined {
    return this.participants.find((participant) => participant.name === name);
  }

  #hear(participant: Participant, message: PageMessage): void {
    if (message.type === 'report') {
      for (const marks of message.read) {
        const sender = this.nameOfEndpoint(marks.endpointId);
        if (sender) this.cells.read(participant.name, sender, marks);
      }
      this.#keepTracks(participant, message.tracks);
    } else if (message.type === 'event') {
      if (message.name === 'joined' && this.participants.every(({ endpointId }) => endpointId))
        this.joinedAt = message.at;
      if (message.name === 'failed') {
        this.#obstacle({
          whose: 'target',
          participant: participant.name,
          detail: message.detail,
          at: message.at,
        });
      }
    }
    this.#onChange();
  }

  /** Remembers which track carried each stream, also after it is gone. */
  #keepTracks(receiver: Participant, tracks: readonly TrackState[]): void {
    const p2p = receiver.samples.at(-1)?.p2pActive ?? false;
    for (const cell of this.cells.all) {
      if (cell.key.receiver !== receiver.name) continue;
      const endpointId = this.participant(cell.key.sender)?.endpointId;
      const own = tracks.filter((track) => track.endpointId === endpointId && track.kind === cell.key.kind);
      cell.track = inUse(own, p2p) ?? cell.track;
    }
  }

  #findHung(): void {
    if (this.startedAt === 0) return;
    for (const participant of this.participants) {
      const last = participant.lastReport?.at ?? this.startedAt;
      if (now() - last < HUNG_MS) continue;
      const fault = new BrowserFault(
        'browser-hung',
        `The page of ${participant.name} in our ${participant.browser.name} has not moved for ${HUNG_MS / 1000} s.`,
      );
      if (!this.obstacles.some(({ whose }) => whose === 'ours'))
        this.#obstacle({ whose: 'ours', fault, at: now() });
    }
  }

  #obstacle(obstacle: Obstacle): void {
    this.obstacles.push(obstacle);
    this.#onChange();
  }
}
