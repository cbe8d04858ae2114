/** The scenes that have a name, as steps for any number of participants. */
import { DEVICE_KINDS } from '../media.ts';
import { type Act, ChoreographyFault, type StepWords } from './acts.ts';
import type { Moment } from './moments.ts';

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

const join = (names: readonly string[]): StepWords => ({ name: 'join', acts: [{ act: 'join', who: names }] });

type What = Exclude<Moment['what'], 'step'>;

/** All join; then each does the same, as a step of its own. */
const inTurn =
  (name: string, what: What, acts: (who: readonly string[]) => readonly Act[]) =>
  (names: readonly string[]): StepWords[] => [
    join(names),
    ...names.map((who) => ({ name: `${name}-${who}`, moment: { what, who: [who] }, acts: acts([who]) })),
  ];

/** All join; then each does something, and takes it back. */
const thereAndBack =
  <There extends string, Back extends string>(
    there: readonly [act: There, what: What],
    back: readonly [act: Back, what: What],
    toAct: (act: There | Back, who: readonly string[]) => Act,
  ) =>
  (names: readonly string[]): StepWords[] => [
    join(names),
    ...names.flatMap((who) =>
      [there, back].map(([act, what]) => ({
        name: `${act}-${who}`,
        moment: { what, who: [who] },
        acts: [toAct(act, [who])],
      })),
    ),
  ];

function trickle(names: readonly string[]): StepWords[] {
  const [first] = names;
  return names.slice(1).map((who, i) => ({
    name: `join-${who}`,
    moment: { what: 'joined', who: [who] },
    acts: [...(i === 0 ? [first!] : []), who].map((one) => ({ act: 'join' as const, who: [one] })),
  }));
}

function handover([first, second, ...others]: readonly string[]): StepWords[] {
  if (others.length === 0)
    throw new ChoreographyFault(0, 'handover needs at least 3 participants: two talk, and others join');
  const two = [first!, second!];
  return [
    { name: 'duo', moment: { what: 'two-alone', who: two }, acts: [{ act: 'join', who: two }] },
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
}

function host([first, ...guests]: readonly string[]): StepWords[] {
  return [
    { name: 'guests-wait', acts: [{ act: 'knock', who: guests }] },
    {
      name: 'host-opens',
      moment: { what: 'opened', who: [first!] },
      acts: [
        { act: 'join', who: [first!] },
        { act: 'admit', who: guests },
      ],
    },
  ];
}

function lobby([first, ...guests]: readonly string[]): StepWords[] {
  return [
    {
      name: 'closed',
      acts: [
        { act: 'join', who: [first!] },
        { act: 'lobby', who: [first!] },
      ],
    },
    { name: 'knock', acts: [{ act: 'knock', who: guests }] },
    { name: 'admit', moment: { what: 'admitted', who: guests }, acts: [{ act: 'admit', who: guests }] },
  ];
}

/** @throws {ChoreographyFault} where the participants are too few */
export const SCENES: Readonly<Record<ChoreographyName, (names: readonly string[]) => StepWords[]>> = {
  join: (names) => [join(names)],
  long: (names) => [{ ...join(names), name: 'long' }],
  trickle,
  handover,
  reload: inTurn('reload', 'reloaded', (who) => [{ act: 'reload', who }]),
  rejoin: inTurn('rejoin', 'rejoined', (who) => [
    { act: 'leave', who },
    { act: 'join', who },
  ]),
  crash: inTurn('crash', 'crashed', (who) => [
    { act: 'crash', who },
    { act: 'join', who },
  ]),
  outage: inTurn('outage', 'network-back', (who) => [
    { act: 'network', who, on: false },
    { act: 'wait', ms: OUTAGE_MS },
    { act: 'network', who, on: true },
  ]),
  roam: inTurn('roam', 'moved', (who) => [{ act: 'move', who, to: 'another' }]),
  sleep: inTurn('sleep', 'woke', (who) => [
    { act: 'sleep', who },
    { act: 'wait', ms: SLEEP_MS },
    { act: 'wake', who },
  ]),
  share: thereAndBack(['share', 'shared'], ['unshare', 'unshared'], (act, who) => ({ act, who })),
  mute: thereAndBack(['mute', 'muted'], ['unmute', 'unmuted'], (act, who) => ({
    act,
    who,
    kinds: DEVICE_KINDS,
  })),
  host,
  lobby,
};
