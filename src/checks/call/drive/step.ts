/** One step of a call in progress: who is there, what each reads of each, and whether it is as it should be. */

import { type Cell, type CellKey, Cells, covered, inUse, type Span } from '../observe/cells.ts';
import {
  changesIn,
  eventsOf,
  type LoginFacts,
  type StepFacts,
  type StreamFacts,
  streamFacts,
} from '../observe/facts.ts';
import type { TrackState, WatermarksRead } from '../page/protocol.ts';
import { mutedKey } from '../scene/acts.ts';
import type { StepPlan } from '../scene/choreography.ts';
import { now } from './clock.ts';
import { Disturbances } from './disturbances.ts';
import type { Obstacle } from './obstacle.ts';
import { firstOwnFault } from './own-faults.ts';
import type { Participant } from './participant.ts';
import { Screens } from './screens.ts';
import { Turns, Unheard } from './turns.ts';

/** A page that is late with its report stands still now; nothing can be said of what it missed. */
const LATE_REPORT_MS = 500;
/** A stream that pauses comes back within this time or not at all. */
const RETURN_MS = 2500;
/** At the change between bridge and direct connection pauses of four seconds were seen that healed themselves. */
const RETURN_AT_CHANGE_MS = 6000;
/** Watermarks that were in the making when somebody muted, and a clock that is not quite aligned. */
const MUTE_GRACE_MS = 500;

/** What a step reads of the call it belongs to. */
export interface Call {
  readonly participants: Participant[];
  readonly obstacles: Obstacle[];
  readonly login?: LoginFacts | null;
}

/** Whether a participant, by name, counts for a question. */
type Counts = (name: string) => boolean;
const everybody: Counts = () => true;

export class Step {
  readonly plan: StepPlan;
  readonly cells: Cells;
  /** When its acts began, milliseconds since the epoch. */
  startedAt = now();
  /** When every stream was there, over the right path; null before. */
  completeAt: number | null = null;
  /** When its observation ended; null while it goes on. */
  endedAt: number | null = null;
  /** The share of the watch, or of waiting in vain, in which tasks of this machine waited for a processor; null: not known. */
  watchPressure: number | null = null;
  /** The same over the whole step. */
  cpuPressure: number | null = null;
  /** Latencies are of a call that had found its pace; false where the watch was too short for that. */
  rampedUp = false;
  /** Participants take turns in speaking; null: they all speak. */
  turns: Turns | null = null;
  /** What is done to somebody in it on purpose. */
  readonly #disturbances: Disturbances;
  readonly #screens = new Screens();
  readonly #unheard = new Unheard();
  readonly #call: Call;
  /** When each muted stream was muted in this step, by `A audio`. */
  readonly #mutedAt = new Map<string, number>();

  constructor(plan: StepPlan, call: Call) {
    this.plan = plan;
    this.#call = call;
    this.cells = new Cells(
      plan.present.filter((name) => this.#expects(name)),
      call.participants.map(({ name }) => name),
      plan.sharing,
    );
    this.#disturbances = new Disturbances(this.cells.all);
  }

  /** Those who are in the room once the acts are done. */
  get participants(): Participant[] {
    return this.#call.participants.filter(({ name }) => this.plan.present.includes(name));
  }

  /** Whether anything is expected of somebody: of whoever is known not to get through, nothing is. */
  #expects(name: string): boolean {
    return this.participant(name)?.plan.expect !== 'none';
  }

  get obstacles(): Call['obstacles'] {
    return this.#call.obstacles;
  }

  participant(name: string): Participant | undefined {
    return this.#call.participants.find((participant) => participant.name === name);
  }

  /** Takes what a receiver reported of watermarks and tracks. */
  read(receiver: Participant, watermarks: readonly WatermarksRead[], tracks: readonly TrackState[]): void {
    for (const read of watermarks) {
      const sender = this.participants.find(({ endpointId }) => endpointId === read.endpointId);
      if (!sender) continue;
      this.cells.read(receiver.name, sender.name, read);
      if (read.kind === 'screen')
        this.#screens.read({ receiver: receiver.name, sender: sender.name }, read.watermarks, MUTE_GRACE_MS);
    }
    this.#keepTracks(receiver, tracks);
  }

  /** Its acts begin now; what was made before does not count for it. */
  begin(): void {
    this.startedAt = now();
    for (const cell of this.cells.all) cell.restart(this.startedAt);
  }

  /** Forgets what was read of somebody who began anew, and what they read. */
  restart(who: readonly string[]): void {
    for (const cell of this.cells.all) {
      if (who.includes(cell.key.receiver) || who.includes(cell.key.sender)) cell.restart(now());
    }
  }

  /** The network of these is cut, or back: what they send and receive comes anew then. */
  networkChanged(who: readonly string[], on: boolean): void {
    this.#disturbances.networkChanged(who, on);
    if (on) this.restart(who);
  }

  /** What is done to these on purpose is over. */
  disturbed(who: readonly string[]): void {
    this.#disturbances.over(who);
  }

  /** The network of these was replaced, or they are awake again: nothing passes until their media is connected anew. */
  renewed(who: readonly string[]): void {
    this.#disturbances.renew(who);
    this.restart(who);
  }

  /** When the last thing was over that is done in this step on purpose; null: it does no such thing. */
  get disturbedAt(): number | null {
    return this.#disturbances.lastAt;
  }

  /** From now on nothing must come of these kinds, or they come anew. */
  muteChanged(who: readonly string[], kinds: readonly string[], muted: boolean): void {
    for (const cell of this.cells.all) {
      if (!who.includes(cell.key.sender) || !kinds.includes(cell.key.kind)) continue;
      if (!muted) cell.restart(now());
      else this.#mutedAt.set(mutedKey(cell.key.sender, cell.key.kind), now());
    }
  }

  /** They were asked to share a screen; it comes anew. */
  shareBegins(who: readonly string[]): void {
    this.#screens.begin(who);
    for (const cell of this.cells.all)
      if (cell.key.kind === 'screen' && who.includes(cell.key.sender)) cell.restart(now());
  }

  /** They share no screen any more: nobody must see what it showed after this. */
  shareEnded(who: readonly string[]): void {
    this.#screens.end(who);
  }

  /** Whether the sender is muted on purpose. */
  isMuted({ sender, kind }: CellKey): boolean {
    return this.plan.muted.has(mutedKey(sender, kind));
  }

  /** True when something arrived that a muted sender made after it had muted; what was on its way is no leak. */
  leaks({ key, lastMadeAt }: Cell): boolean {
    const since = this.#mutedAt.get(mutedKey(key.sender, key.kind)) ?? this.startedAt;
    return this.isMuted(key) && lastMadeAt !== null && lastMadeAt > since + MUTE_GRACE_MS;
  }

  /** How far a receiver has reported what it reads: a stream is judged at that moment, not at a later one. */
  seenAt({ receiver }: CellKey): number {
    return this.participant(receiver)?.lastReport?.at ?? this.startedAt;
  }

  /** Times in which pages of ours stood still: what was missed then is nobody's loss. */
  excuses({ receiver, sender, kind }: CellKey): Span[] {
    const spans = [
      ...(this.participant(receiver)?.stalls ?? []),
      ...(this.participant(sender)?.stalls ?? []),
    ];
    const sent = this.participant(sender)?.lastReport?.at;
    const current = now();
    if (sent !== undefined && current - sent > LATE_REPORT_MS) spans.push({ from: sent, to: current });
    if (kind === 'audio' && this.turns) spans.push(...this.turns.excuses(sender, current));
    return spans;
  }

  /** True when everybody is in the room, and whoever is to wait stands at the door. */
  joined(counts: Counts = everybody): boolean {
    const { waiting } = this.plan;
    return (
      this.participants.every(({ name, endpointId }) => !counts(name) || endpointId !== null) &&
      this.#call.participants.every((each) => !waiting.includes(each.name) || each.waits)
    );
  }

  /** Every stream is as expected, none is in doubt, and media takes the expected way. */
  complete(): boolean {
    const spoken = this.turns?.round ?? true;
    return spoken && this.onPath() && this.#arrived(everybody);
  }

  /** Somebody can never take part, and all others are as expected: there is nothing more to wait for. */
  exhausted(): boolean {
    const barred = new Set(this.participants.flatMap((each) => (each.barred ? [each.name] : [])));
    return barred.size > 0 && this.#arrived((name) => !barred.has(name));
  }

  /** Those who count are there, media of nobody is still where their network was, and their streams are as expected. */
  #arrived(counts: Counts): boolean {
    return (
      this.joined(counts) &&
      !this.participants.some(({ conditions }) => conditions.moving) &&
      this.cells.all.every((cell) => {
        const { sender, receiver } = cell.key;
        return !counts(sender) || !counts(receiver) || this.asMeant(cell);
      })
    );
  }

  /** A stream that flows, or one that is muted and rests. */
  asMeant(cell: Cell): boolean {
    const fresh = cell.fresh(this.seenAt(cell.key), this.excuses(cell.key));
    if (!this.isMuted(cell.key)) return fresh;
    return !fresh && (cell.track === null || cell.track.muted);
  }

  /** The way media must take; null: not judged. */
  pathMeant(): 'direct' | 'bridge' | null {
    const { path, present } = this.plan;
    if (path === 'any' || present.length < 2) return null;
    if (path !== null) return path;
    return present.length === 2 && this.participants.every(({ directAllowed }) => directAllowed)
      ? 'direct'
      : 'bridge';
  }

  /** Those whose media takes another way than it must. */
  offPath(): string[] {
    const meant = this.pathMeant();
    if (meant === null) return [];
    return this.participants
      .filter(({ name }) => this.#expects(name))
      .filter((participant) => participant.direct() !== (meant === 'direct'))
      .map(({ name }) => name);
  }

  onPath(): boolean {
    return this.offPath().length === 0;
  }

  /** Looks for streams that have stopped. */
  notice(): void {
    for (const cell of this.cells.all) {
      if (!this.isMuted(cell.key)) cell.notice(this.seenAt(cell.key), this.excuses(cell.key));
    }
    for (const { name, conditions } of this.participants) {
      if (conditions.moving) this.#disturbances.lookAtMoving(name);
    }
    if (this.turns) this.turns.tick(now());
    else this.#lookForTurns();
  }

  /** Where the bridge seems to forward the loudest alone, they take turns from now on. */
  #lookForTurns(): void {
    const bridged = this.participants.every(
      (participant) => !participant.direct() && !participant.conditions.moving,
    );
    if (this.plan.present.length < 3 || !this.joined() || !bridged || this.#disturbances.anybodyOffline)
      return;
    const cells = this.cells.all.filter(({ key }) => !this.isMuted(key));
    const fresh = (cell: Cell) => cell.fresh(this.seenAt(cell.key), this.excuses(cell.key));
    const unheard = this.#unheard.look(cells, fresh, now());
    if (!unheard) return;
    const heard = (name: string) => cells.filter(({ key }) => key.sender === name && key.kind === 'audio');
    const names = this.plan.present.filter((name) => heard(name).length > 0);
    const speak = (name: string, on: boolean) => void this.participant(name)?.speak(on);
    const heardSince = (name: string, at: number) =>
      heard(name).every(({ lastMadeAt }) => lastMadeAt !== null && lastMadeAt > at);
    this.turns = new Turns({ names, speak, heardSince }, unheard, now());
  }

  /** No stream is about to stop, and none has only just: a verdict now would stand. */
  settled(): boolean {
    return !this.cells.all.some(
      (cell) =>
        !this.isMuted(cell.key) &&
        (cell.inDoubt(this.seenAt(cell.key), this.excuses(cell.key)) ||
          (cell.noticedAt !== null && now() - cell.noticedAt < this.#returnMs(cell))),
    );
  }

  /** How long a stream that stopped may take to come back. */
  #returnMs({ lastAt, noticedAt }: Cell): number {
    const changed =
      lastAt !== null && noticedAt !== null && this.changedPath({ from: lastAt, to: noticedAt });
    return changed ? RETURN_AT_CHANGE_MS : RETURN_MS;
  }

  /** How long it takes, in milliseconds, until it is clear whether streams that are about to begin do; 0 where none is. */
  beginsMs(): number {
    const begun = this.cells.all.some(({ firstAt }) => firstAt !== null && now() - firstAt < RETURN_MS);
    return begun && this.cells.all.some(({ firstAt }) => firstAt === null) ? RETURN_MS : 0;
  }

  /** True when two changed between bridge and direct connection in this time, give or take a moment. */
  changedPath(span: Span): boolean {
    return changesIn(this.#pathChanges(), span);
  }

  #pathChanges(): number[] {
    return this.participants.flatMap((participant) => eventsOf(participant, 'p2p').map(({ at }) => at));
  }

  /** What was observed so far, as data. */
  facts(): StepFacts {
    const { plan, startedAt, completeAt, rampedUp, watchPressure } = this;
    return {
      ...{ plan, startedAt, completeAt, rampedUp, watchPressure },
      everybody: this.#call.participants.map(({ name }) => name),
      participants: this.participants.map(({ name, plan: own, conditions, timeline, samples }) => {
        const { relayed } = conditions;
        const { send, client } = own;
        const network = relayed ?? own.network;
        const expect = relayed && own.expect === 'media' ? 'relay' : own.expect;
        return { name, plan: { network, expect, send, client }, timeline, samples };
      }),
      door: this.#call.participants
        .filter(({ name }) => plan.waiting.includes(name))
        .map(({ name, timeline }) => ({ name, timeline })),
      login: this.#call.login ?? null,
      streams: this.cells.all.map((cell) => this.streamFacts(cell)),
      expectedPath: this.pathMeant(),
      offPath: this.offPath(),
      pathChanges: this.#pathChanges(),
      loudestOnly: this.turns?.loudestOnly ?? null,
      backAt: new Map(this.#disturbances.backAt),
      disturbed: new Map(this.#disturbances.overAt),
      renewed: [...this.#disturbances.renewed],
      uncut: [...this.#disturbances.uncut],
      sharedAt: new Map(this.#screens.sharedAt),
      leftovers: this.#screens.leftovers,
      stalledShare: this.#stalledShare(),
      refusals: this.#call.obstacles.flatMap((obstacle) =>
        obstacle.whose === 'target' ? [{ participant: obstacle.participant, detail: obstacle.detail }] : [],
      ),
      ownFault: firstOwnFault(this.#call.obstacles),
    };
  }

  #stalledShare(): number {
    const span = { from: this.startedAt, to: this.endedAt ?? now() };
    const lasted = span.to - span.from;
    if (lasted <= 0 || this.participants.length === 0) return 0;
    const stood = this.participants.reduce((sum, { stalls }) => sum + covered(span, stalls), 0);
    return stood / (lasted * this.participants.length);
  }

  /** What was observed of one stream. */
  streamFacts(cell: Cell): StreamFacts {
    return streamFacts(cell, { muted: this.isMuted(cell.key), leaks: this.leaks(cell) });
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
}
