/**
 * What participants do, step by step: built-in scenes and those that a configuration writes. A choreography is
 * worked out before the call: who is there after each step, who is muted, and which way media must take.
 */
import { list } from '../../../base/words.ts';
import { DEVICE_KINDS, type DeviceKind, type MediaKind } from '../media.ts';
import type { Moment } from './moments.ts';
import { isRelayed, type NetworkName } from './networks.ts';

/**
 * One thing that participants do. `wait` is milliseconds of nothing. `lobby`: from then on others must be admitted; `knock`: they
 * want to join, and wait; `admit`: who is in the room lets them in. `crash`: their pages are gone without a word; `network`: is cut, or
 * back; `move`: it is replaced by another one. `sleep`: their pages and networks stand still, as behind a lid that is closed; `wake`.
 * `share`: they show a screen beside their camera, `unshare`: no longer.
 */
export type Act =
  | {
      readonly act:
        | 'join'
        | 'leave'
        | 'crash'
        | 'reload'
        | 'lobby'
        | 'knock'
        | 'admit'
        | 'sleep'
        | 'wake'
        | 'share'
        | 'unshare';
      readonly who: readonly string[];
    }
  | {
      readonly act: 'mute' | 'unmute';
      readonly who: readonly string[];
      readonly kinds: readonly DeviceKind[];
    }
  | { readonly act: 'network'; readonly who: readonly string[]; readonly on: boolean }
  | { readonly act: 'move'; readonly who: readonly string[]; readonly to: NetworkName }
  | { readonly act: 'wait'; readonly ms: number };

/** `direct` between two, over the `bridge`, `any`: not judged. */
export const PATHS = ['direct', 'bridge', 'any'] as const;
export type Path = (typeof PATHS)[number];

/** A step as it is written. */
export interface StepWords {
  readonly name?: string | undefined;
  readonly acts: readonly Act[];
  /** The path that media must take; left out: what Jitsi does for that number of participants. */
  readonly path?: Path | undefined;
  /** Milliseconds; left out: the check's own. */
  readonly watch?: number | undefined;
  readonly completeWithin?: number | undefined;
  /** What findings of this step begin with. */
  readonly moment?: Moment | undefined;
}

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

/** The scenes that have a name; docs/call.md says what each is for. */
export const CHOREOGRAPHIES = [
  'join',
  'trickle',
  'handover',
  'reload',
  'rejoin',
  'mute',
  'long',
  'host',
  'lobby',
  'crash',
  'outage',
  'share',
  'roam',
  'sleep',
] as const;
export type ChoreographyName = (typeof CHOREOGRAPHIES)[number];

/** How long a network is away in the scene `outage`: shorter than a browser gives a connection up (RFC 7675: 30 s). */
const OUTAGE_MS = 5000;
/** How long a lid is closed in the scene `sleep`. */
const SLEEP_MS = 10_000;
/**
 * Whoever moves to another network, or slept for long, needs a new media session: browsers give the old connection up after 15 to 30 s,
 * and lib-jitsi-meet waits a moment longer (modules/connectivity/IceFailedHandling.ts). A step with such an act has at least this long.
 */
const RENEWAL_MS = 60_000;
/** A plain call is watched this long; a step among several less, the `long` one longer. Milliseconds. */
const WATCH = { join: 5000, step: 3000, long: 180_000 } as const;

/** A, B, C …: names in the order of joining. */
export const nameOf = (index: number): string => String.fromCharCode(65 + index);

export const mutedKey = (name: string, kind: MediaKind): string => `${name} ${kind}`;

/** Something that cannot be played; the message is for a person. `step` counts from 0. */
export class ChoreographyFault extends Error {
  readonly step: number;
  constructor(step: number, message: string) {
    super(message);
    this.name = 'ChoreographyFault';
    this.step = step;
  }
}

/** The steps of a built-in scene for these participants. @throws {ChoreographyFault} where they are too few. */
function builtIn(name: ChoreographyName, names: readonly string[]): StepWords[] {
  const join: StepWords = { name: 'join', acts: [{ act: 'join', who: names }] };
  const [first, second, ...others] = names;
  switch (name) {
    case 'join':
      return [join];
    case 'long':
      return [{ ...join, name: 'long' }];
    case 'trickle':
      return names.slice(1).map((who, i) => ({
        name: `join-${who}`,
        moment: { what: 'joined', who: [who] },
        acts: [...(i === 0 ? [first!] : []), who].map((one) => ({ act: 'join' as const, who: [one] })),
      }));
    case 'handover':
      if (others.length === 0)
        throw new ChoreographyFault(0, 'handover needs at least 3 participants: two talk, and others join');
      return [
        {
          name: 'duo',
          moment: { what: 'two-alone', who: [first!, second!] },
          acts: [{ act: 'join', who: [first!, second!] }],
        },
        {
          name: 'third-joins',
          moment: { what: 'joined-the-two', who: others },
          acts: [{ act: 'join', who: others }],
        },
        {
          name: 'third-leaves',
          moment: { what: 'left-the-two', who: others },
          acts: [{ act: 'leave', who: others }],
        },
      ];
    case 'reload':
      return [
        join,
        ...names.map((who) => ({
          name: `reload-${who}`,
          moment: { what: 'reloaded' as const, who: [who] },
          acts: [{ act: 'reload' as const, who: [who] }],
        })),
      ];
    case 'rejoin':
      return [
        join,
        ...names.map((who) => ({
          name: `rejoin-${who}`,
          moment: { what: 'rejoined' as const, who: [who] },
          acts: [
            { act: 'leave' as const, who: [who] },
            { act: 'join' as const, who: [who] },
          ],
        })),
      ];
    case 'crash':
      return [
        join,
        ...names.map((who) => ({
          name: `crash-${who}`,
          moment: { what: 'crashed' as const, who: [who] },
          acts: [
            { act: 'crash' as const, who: [who] },
            { act: 'join' as const, who: [who] },
          ],
        })),
      ];
    case 'outage':
      return [
        join,
        ...names.map((who) => ({
          name: `outage-${who}`,
          moment: { what: 'network-back' as const, who: [who] },
          acts: [
            { act: 'network' as const, who: [who], on: false },
            { act: 'wait' as const, ms: OUTAGE_MS },
            { act: 'network' as const, who: [who], on: true },
          ],
        })),
      ];
    case 'share':
      return [
        join,
        ...names.flatMap((who) =>
          (['share', 'unshare'] as const).map((act) => ({
            name: `${act}-${who}`,
            moment: { what: act === 'share' ? ('shared' as const) : ('unshared' as const), who: [who] },
            acts: [{ act, who: [who] }],
          })),
        ),
      ];
    case 'roam':
      return [
        join,
        ...names.map((who) => ({
          name: `roam-${who}`,
          moment: { what: 'moved' as const, who: [who] },
          acts: [{ act: 'move' as const, who: [who], to: 'another' as const }],
        })),
      ];
    case 'sleep':
      return [
        join,
        ...names.map((who) => ({
          name: `sleep-${who}`,
          moment: { what: 'woke' as const, who: [who] },
          acts: [
            { act: 'sleep' as const, who: [who] },
            { act: 'wait' as const, ms: SLEEP_MS },
            { act: 'wake' as const, who: [who] },
          ],
        })),
      ];
    case 'host':
      return [
        { name: 'guests-wait', acts: [{ act: 'knock', who: names.slice(1) }] },
        {
          name: 'host-opens',
          moment: { what: 'opened', who: [first!] },
          acts: [
            { act: 'join', who: [first!] },
            { act: 'admit', who: names.slice(1) },
          ],
        },
      ];
    case 'lobby':
      return [
        {
          name: 'closed',
          acts: [
            { act: 'join', who: [first!] },
            { act: 'lobby', who: [first!] },
          ],
        },
        { name: 'knock', acts: [{ act: 'knock', who: names.slice(1) }] },
        {
          name: 'admit',
          moment: { what: 'admitted', who: names.slice(1) },
          acts: [{ act: 'admit', who: names.slice(1) }],
        },
      ];
    case 'mute':
      return [
        join,
        ...names.flatMap((who) =>
          (['mute', 'unmute'] as const).map((act) => ({
            name: `${act}-${who}`,
            moment: { what: act === 'mute' ? ('muted' as const) : ('unmuted' as const), who: [who] },
            acts: [{ act, who: [who], kinds: DEVICE_KINDS }],
          })),
        ),
      ];
  }
}

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
  const steps = typeof scene === 'string' ? builtIn(scene, names) : scene;
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

type Acts = readonly Pick<StepPlan, 'acts'>[];

/** Those whose network is cut in some step, also because it is replaced or because they sleep: theirs must be one that can be. */
export function everOffline(steps: Acts): ReadonlySet<string> {
  return new Set(
    steps.flatMap(({ acts }) =>
      acts.flatMap((act) =>
        act.act === 'network' || act.act === 'move' || act.act === 'sleep' ? act.who : [],
      ),
    ),
  );
}

/** Those whose pages sleep in some step. */
export function everAsleep(steps: Acts): ReadonlySet<string> {
  return new Set(steps.flatMap(({ acts }) => acts.flatMap((act) => (act.act === 'sleep' ? act.who : []))));
}

/** Where each is moved to in some step. */
export function movesOf(steps: Acts): { readonly who: string; readonly to: NetworkName }[] {
  return steps.flatMap(({ acts }) =>
    acts.flatMap((act) => (act.act === 'move' ? act.who.map((who) => ({ who, to: act.to })) : [])),
  );
}

/** Those whose pages are killed in some step. */
export function everCrashed(steps: Acts): ReadonlySet<string> {
  return new Set(steps.flatMap(({ acts }) => acts.flatMap((act) => (act.act === 'crash' ? act.who : []))));
}

/** Those who share a screen in some step. */
export function everSharing(steps: readonly Pick<StepPlan, 'acts'>[]): ReadonlySet<string> {
  return new Set(steps.flatMap(({ acts }) => acts.flatMap((act) => (act.act === 'share' ? act.who : []))));
}
