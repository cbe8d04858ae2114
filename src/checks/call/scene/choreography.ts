/**
 * A choreography, worked out before the call: who is there after each step, who is muted, and which way media must take.
 */
import { list } from '../../../base/words.ts';
import { DEVICE_KINDS } from '../media.ts';
import { type Act, ChoreographyFault, mutedKey, nameOf, type Path, type StepWords } from './acts.ts';
import type { Moment } from './moments.ts';
import { isRelayed } from './networks.ts';
import { type ChoreographyName, SCENES } from './scenes.ts';

/** A step as it will be played. */
export interface StepPlan {
  readonly name: string;
  /** What findings of this step begin with; null in a call of one step. */
  readonly moment: Moment | null;
  readonly acts: readonly Act[];
  /** Who is in the room once the acts are done. */
  readonly present: readonly string[];
  /** Who stands at the door then: in the lobby, or waiting for a host. */
  readonly waiting: readonly string[];
  /** `A audio`: what is muted then. */
  readonly muted: ReadonlySet<string>;
  /** Who shares a screen then. */
  readonly sharing: readonly string[];
  /** Null: what Jitsi chooses for that number of participants. */
  readonly path: Path | null;
  readonly watch: number;
  readonly completeWithin: number;
}

/**
 * Whoever moves to another network, or slept for long, needs a new media session: browsers give the old connection up after 15 to 30 s,
 * and lib-jitsi-meet waits a moment longer (modules/connectivity/IceFailedHandling.ts). A step with such an act has at least this long.
 */
const RENEWAL_MS = 60_000;
/** A plain call is watched this long; a step among several less, the `long` one longer. Milliseconds. */
const WATCH = { join: 5000, step: 3000, long: 180_000 } as const;

export interface Pace {
  /** Milliseconds each step is watched; undefined: as long as suits the scene. */
  readonly watch: number | undefined;
  readonly completeWithin: number;
}

/**
 * Works a choreography out for a given number of participants.
 * @throws {ChoreographyFault} for what cannot be played, such as somebody leaving who is not there.
 */
export function choreograph(
  scene: ChoreographyName | readonly StepWords[],
  size: number,
  pace: Pace,
): StepPlan[] {
  const names = Array.from({ length: size }, (_, index) => nameOf(index));
  const steps = typeof scene === 'string' ? SCENES[scene](names) : scene;
  const usual = scene === 'long' ? WATCH.long : steps.length > 1 ? WATCH.step : WATCH.join;
  const present = new Set<string>();
  const muted = new Set<string>();
  const waiting = new Set<string>();
  const offline = new Set<string>();
  const sharing = new Set<string>();
  const asleep = new Set<string>();
  const relayed = new Set<string>();
  const taken = new Set<string>();
  let renewed = false;
  return steps.map((step, index) => {
    for (const act of step.acts)
      play(act, { index, names, present, muted, waiting, offline, asleep, relayed, sharing });
    renewed ||= renews(step);
    if (present.size + waiting.size === 0)
      throw new ChoreographyFault(index, 'nobody is in the room after this step');
    if (offline.size > 0)
      throw new ChoreographyFault(
        index,
        `the network of ${list([...offline])} is off at the end of this step, where everybody should hear everybody: end it with "network on"`,
      );
    if (asleep.size > 0)
      throw new ChoreographyFault(
        index,
        `${list([...asleep])} ${asleep.size > 1 ? 'are' : 'is'} asleep at the end of this step, where everybody should hear everybody: end it with "wake"`,
      );
    const name = unique(step.name ?? step.acts.map(slug).join('-'), taken);
    return {
      name,
      moment: steps.length > 1 ? (step.moment ?? { what: 'step', name }) : null,
      acts: step.acts,
      present: names.filter((one) => present.has(one)),
      waiting: names.filter((one) => waiting.has(one)),
      muted: new Set(muted),
      sharing: names.filter((one) => sharing.has(one)),
      // Two whose direct connection was given up stay on the bridge.
      path: step.path ?? (renewed && present.size === 2 ? 'any' : null),
      watch: step.watch ?? pace.watch ?? usual,
      completeWithin: step.completeWithin ?? Math.max(pace.completeWithin, renews(step) ? RENEWAL_MS : 0),
    };
  });
}

interface Stage {
  readonly index: number;
  readonly names: readonly string[];
  readonly present: Set<string>;
  readonly muted: Set<string>;
  readonly waiting: Set<string>;
  readonly offline: Set<string>;
  readonly sharing: Set<string>;
  readonly asleep: Set<string>;
  /** Those who were moved to where media goes through TURN alone. */
  readonly relayed: Set<string>;
}

/** Whether media sessions may have to be renewed in a step. */
const renews = ({ acts }: StepWords): boolean => acts.some(({ act }) => act === 'move' || act === 'wake');

/** Who is there and who is muted after an act. */
function play(act: Act, stage: Stage): void {
  const { index, names, present, muted, waiting, sharing } = stage;
  if (act.act === 'wait') return;
  for (const who of act.who) {
    if (!names.includes(who))
      throw new ChoreographyFault(index, `there is no participant ${who}; there are ${list(names)}`);
    if ((act.act === 'join' || act.act === 'knock') && (present.has(who) || waiting.has(who)))
      throw new ChoreographyFault(
        index,
        `${who} cannot ${act.act}: ${who} is ${present.has(who) ? 'in the room' : 'at the door'} already`,
      );
    if (act.act === 'admit') {
      if (!waiting.has(who))
        throw new ChoreographyFault(index, `${who} cannot be admitted: ${who} does not wait at that moment`);
      if (present.size === 0)
        throw new ChoreographyFault(index, `${who} cannot be admitted: nobody is in the room who could`);
    } else if (act.act !== 'join' && act.act !== 'knock' && !present.has(who))
      throw new ChoreographyFault(
        index,
        `${who} cannot ${act.act}: ${who} is not in the room at that moment`,
      );
    if (ofNetwork(act, who, stage)) continue;
    if (act.act === 'join') present.add(who);
    if (act.act === 'knock') waiting.add(who);
    if (act.act === 'admit') {
      waiting.delete(who);
      present.add(who);
    }
    if (act.act === 'leave' || act.act === 'crash') present.delete(who);
    if (act.act === 'share' || act.act === 'unshare') {
      if (sharing.has(who) === (act.act === 'share'))
        throw new ChoreographyFault(
          index,
          `${who} cannot ${act.act}: ${who} shares ${sharing.has(who) ? 'a screen already' : 'no screen at that moment'}`,
        );
      if (act.act === 'share') sharing.add(who);
      else sharing.delete(who);
    } else if (act.act === 'mute' || act.act === 'unmute') {
      for (const kind of act.kinds) {
        if (act.act === 'mute') muted.add(mutedKey(who, kind));
        else muted.delete(mutedKey(who, kind));
      }
    } else {
      // Whoever joins or reloads begins anew, unmuted and without a screen.
      for (const kind of DEVICE_KINDS) muted.delete(mutedKey(who, kind));
      sharing.delete(who);
    }
  }
}

/**
 * What an act does to the network of somebody, and whether that is all it does.
 * @throws {ChoreographyFault} for what their network, or their sleep, forbids.
 */
function ofNetwork(act: Exclude<Act, { act: 'wait' }>, who: string, stage: Stage): boolean {
  const { index, offline, asleep, relayed } = stage;
  const fault = (message: string) => new ChoreographyFault(index, message);
  if (act.act === 'wake') {
    if (!asleep.delete(who)) throw fault(`${who} cannot wake: ${who} is not asleep at that moment`);
    return true;
  }
  if (asleep.has(who)) throw fault(`${who} cannot ${act.act}: ${who} is asleep at that moment`);
  if (act.act === 'network') {
    if (act.on !== offline.has(who)) throw fault(`the network of ${who} is ${act.on ? 'on' : 'off'} already`);
    if (act.on) offline.delete(who);
  } else if (offline.has(who)) throw fault(`${who} cannot ${act.act}: its network is off at that moment`);
  const cuts = act.act === 'sleep' || act.act === 'move' || (act.act === 'network' && !act.on);
  if (cuts && relayed.has(who))
    throw fault(
      `the network of ${who} cannot be cut again: media through a TURN server would go round it ("network to relay-only" and "network to udp-blocked" come last)`,
    );
  if (act.act === 'sleep') asleep.add(who);
  else if (act.act === 'move') {
    if (isRelayed(act.to)) relayed.add(who);
  } else if (act.act !== 'network') return false;
  else if (!act.on) offline.add(who);
  return true;
}

/** `reload-A`, `mute-A-audio`, `wait-10s`. */
function slug(act: Act): string {
  if (act.act === 'wait') return `wait-${act.ms / 1000}s`;
  if (act.act === 'network') return ['network', act.on ? 'on' : 'off', ...act.who].join('-');
  if (act.act === 'move') return ['network-to', act.to, ...act.who].join('-');
  const kinds = 'kinds' in act && act.kinds.length === 1 ? act.kinds : [];
  return [act.act, ...act.who, ...kinds].join('-');
}

function unique(name: string, taken: Set<string>): string {
  let free = name;
  for (let i = 2; taken.has(free); i++) free = `${name}-${i}`;
  taken.add(free);
  return free;
}
