/**
 * A room for a device that no browser of ours can stand for: two participants of Vigie's stay in it, a person opens the link with
 * whatever they have, and is led through a few steps by large letters in the pictures of the two.
 */
import { randomBytes } from 'node:crypto';
import { launch, type RunningBrowser } from '../../../browsers/launch.ts';
import { baseOf } from '../../deployment-url.ts';
import { now } from '../drive/clock.ts';
import type { Participant } from '../drive/participant.ts';
import { Session } from '../drive/session.ts';
import { preflight } from '../observe/preflight.ts';
import { plainParticipant } from '../scene/participants.ts';
import { type Glimpse, type GuestReport, GuestWatch, type Reception, reportOf } from './observe.ts';
import {
  GUEST_STEPS,
  type GuestOutcome,
  type GuestStep,
  type GuestStepId,
  received,
  resultOf,
} from './steps.ts';

export interface GuestOptions {
  readonly url: string;
  readonly insecure: boolean;
  /** How long a guest is waited for, in milliseconds. */
  readonly waitMs: number;
  /** A step that depends on nobody but machines must work within this time, in milliseconds. */
  readonly patienceMs: number;
  /** What the guest reads in our pictures. */
  readonly letters: (step: GuestStepId) => string;
}

/** What is known at a moment, for whoever looks on. */
export interface GuestNow {
  readonly step: GuestStepId;
  readonly present: boolean;
  readonly receptions: readonly Reception[];
  readonly report: GuestReport | null;
}

export interface GuestListener {
  /** The room is open, at this address. */
  opened(link: string): void;
  look(now: GuestNow): void;
  stepped(step: GuestStep): void;
}

const LOOK_MS = 500;
/** A step is over when all has been well for this long, and the guest's client has said so, or has had the time to. */
const HOLD_MS = 4000;
const REPORT_WAIT_MS = 16_000;
/** One that a person must do something for. */
const PERSON_MS = 90_000;
const JOIN_MS = 20_000;

/** @throws {Error} where the deployment, or a browser of ours, does not let two of ours into a room */
export async function hostGuest(
  options: GuestOptions,
  listener: GuestListener,
  signal: AbortSignal,
): Promise<GuestOutcome> {
  return new GuestRoom(options, listener, signal).run();
}

class GuestRoom {
  readonly #options: GuestOptions;
  readonly #listener: GuestListener;
  readonly #signal: AbortSignal;
  readonly #steps: GuestStep[] = [];
  readonly #session: Session;
  readonly #startedAt = now();
  #browser: RunningBrowser | null = null;
  #watch: GuestWatch | null = null;
  #link = '';

  constructor(options: GuestOptions, listener: GuestListener, signal: AbortSignal) {
    this.#options = options;
    this.#listener = listener;
    this.#signal = signal;
    const room = `vigie-${randomBytes(4).toString('hex')}`;
    this.#session = new Session({ base: baseOf(options.url), room, p2p: true, watchesGuest: true });
  }

  async run(): Promise<GuestOutcome> {
    const { insecure } = this.#options;
    const session = this.#session;
    try {
      const front = await preflight(session.options, insecure, this.#signal);
      const [first] = front.findings;
      if (first) return this.#outcome(first.cause.id);
      session.landed(front.base);
      const browser = await launch('chromium', { insecure, signal: this.#signal, udp: true });
      this.#browser = browser;
      session.guard(browser);
      const plan = plainParticipant('chromium');
      await session.load([0, 1].map(() => ({ plan, browser })));
      await session.join(['A', 'B']);
      await this.#until(() => this.#ours.every(({ endpointId }) => endpointId !== null), JOIN_MS);
      if (session.blocked() || this.#ours.some(({ endpointId }) => endpointId === null))
        return this.#outcome(this.#obstacle() ?? 'join-timeout');
      this.#link = `${session.options.base}${session.options.room}`;
      this.#listener.opened(this.#link);
      for (const id of GUEST_STEPS) {
        if (this.#signal.aborted || session.blocked()) break;
        const step = await this.#play(id);
        if (this.#signal.aborted) break;
        this.#steps.push(step);
        this.#listener.stepped(step);
        if (id === 'arrive' && step.result === 'skipped') break;
      }
      return this.#outcome(session.blocked() ? this.#obstacle() : null);
    } finally {
      await Promise.all(session.participants.map((participant) => participant.leave()));
      await this.#browser?.close();
    }
  }

  #outcome(stopped: string | null): GuestOutcome {
    return { link: this.#link, startedAt: this.#startedAt, steps: this.#steps, stopped };
  }

  #obstacle(): string | null {
    const [first] = this.#session.obstacles;
    if (!first) return null;
    return first.whose === 'ours' ? first.fault.code : String(first.detail.error);
  }

  get #ours(): Participant[] {
    return this.#session.participants;
  }

  /** One step: what our own do, what the guest is asked for, until both directions are well or its time is over. */
  async #play(id: GuestStepId): Promise<GuestStep> {
    const startedAt = now();
    const [a, b] = this.#ours as [Participant, Participant];
    await this.#tell(id);
    if (id === 'two') await b.hangUp();
    if (id === 'three-again') {
      await b.load();
      await this.#session.join(['B']);
      await this.#tell(id);
    }
    this.#watch?.restart();
    const guestBefore = this.#guest();
    let wellSince: number | null = null;
    const reached = (): boolean => {
      if (id === 'arrive') return this.#guest() !== null;
      if (id === 'mute') return this.#mutes();
      if (id === 'return' && (this.#guest() === null || this.#guest() === guestBefore)) return false;
      const report = this.#report(startedAt);
      const good = received(this.#receptions()) && report?.hears !== false && report?.sees !== false;
      wellSince = good ? (wellSince ?? now()) : null;
      if (wellSince === null || now() - wellSince < HOLD_MS) return false;
      return report !== null || now() - startedAt > REPORT_WAIT_MS;
    };
    const personal = id === 'return' || id === 'mute' || id === 'unmute';
    const limit = id === 'arrive' ? this.#options.waitMs : personal ? PERSON_MS : this.#options.patienceMs;
    const done = await this.#until(() => {
      this.#look(id, a, startedAt);
      return reached();
    }, limit);
    const receptions = this.#receptions();
    const report = this.#report(startedAt);
    const undone =
      (id === 'arrive' || id === 'return' || id === 'mute') && !done && this.#undone(id, guestBefore);
    const result = undone
      ? 'skipped'
      : id === 'arrive' || id === 'mute'
        ? 'ok'
        : resultOf(receptions, report);
    return { id, result, ms: Math.round(now() - startedAt), receptions, report };
  }

  /** The guest did not do what it was asked for: nothing is known then. */
  #undone(id: 'arrive' | 'return' | 'mute', before: string | null): boolean {
    if (id === 'return') return this.#guest() === before;
    return true;
  }

  async #tell(id: GuestStepId): Promise<void> {
    const text = this.#options.letters(id);
    const there = this.#ours.filter(({ endpointId }) => endpointId !== null);
    await Promise.all(there.map((each) => each.show(text).catch(() => {})));
  }

  #look(step: GuestStepId, _a: Participant, since: number): void {
    const guest = this.#guest();
    if (guest === null) this.#watch = null;
    else if (this.#watch?.guest !== guest) this.#watch = new GuestWatch(guest);
    const at = now();
    this.#watch?.look(
      this.#ours
        .filter(({ endpointId }) => endpointId !== null)
        .map(
          ({ name, lastReport, samples }): Glimpse => ({
            at,
            receiver: name,
            tracks: lastReport?.tracks ?? [],
            samples,
          }),
        ),
    );
    this.#listener.look({
      step,
      present: guest !== null,
      receptions: this.#receptions(),
      report: this.#report(since),
    });
  }

  #receptions(): readonly Reception[] {
    return this.#watch?.receptions ?? [];
  }

  #report(since: number): GuestReport | null {
    const guest = this.#guest();
    if (guest === null) return null;
    const events = this.#ours.flatMap(({ history }) => history.filter(({ name }) => name === 'remote-stats'));
    return reportOf(guest, events, now(), since);
  }

  #mutes(): boolean {
    const sound = this.#receptions().filter(({ kind }) => kind === 'audio');
    return sound.length > 0 && sound.every(({ state }) => state === 'muted');
  }

  /** The endpoint id of whoever is in the room and is none of ours; null: nobody. The one that came last counts. */
  #guest(): string | null {
    const own = new Set(
      this.#ours.flatMap(({ history }) =>
        history.flatMap(({ name, detail }) => (name === 'joined' ? [String(detail.endpointId)] : [])),
      ),
    );
    const witness = this.#ours.find(({ endpointId }) => endpointId !== null);
    const present: string[] = [];
    for (const { name, detail } of witness?.timeline ?? []) {
      const id = String(detail.id);
      if (name === 'user-joined' && !own.has(id)) present.push(id);
      if (name === 'user-left') present.splice(0, present.length, ...present.filter((one) => one !== id));
    }
    return present.at(-1) ?? null;
  }

  /** Waits until `done()`, at most this long. True when it is done. */
  async #until(done: () => boolean, ms: number): Promise<boolean> {
    const end = now() + ms;
    while (!this.#signal.aborted && !this.#session.blocked()) {
      if (done()) return true;
      if (now() > end) return false;
      await this.#session.until(() => false, now() + LOOK_MS, this.#signal);
    }
    return false;
  }
}
