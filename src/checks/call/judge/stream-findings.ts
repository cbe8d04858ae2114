/** Findings about streams: which, since when, why; those that share a sender or a receiver are one. */
import type { Found, Where } from '../../check.ts';
import type { CallCause, CallCauseOf } from '../causes.ts';
import { MEDIA_KINDS, type MediaKind } from '../media.ts';
import type { StreamReason } from '../reasons.ts';
import type { CallStream, StreamVerdict } from '../result.ts';
import type { Diagnosis } from './diagnosis.ts';

export interface Judged {
  readonly stream: CallStream;
  readonly diagnosis: Diagnosis;
}

type Grouped = CallCauseOf<'stream-missing'>;

interface Group {
  readonly receivers: readonly string[];
  readonly senders: readonly string[];
  readonly members: readonly Judged[];
}

/**
 * One finding for each group of streams that went wrong in the same way.
 * @param sharing who shares a screen meanwhile
 */
export function streamFindings(
  judged: readonly Judged[],
  names: readonly string[],
  sharing: readonly string[] = [],
): Found<'call'>[] {
  const broken = judged.filter(({ stream }) => stream.verdict !== 'ok' && !stream.muted);
  const findings: Found<'call'>[] = [];
  for (const verdict of ['missing', 'lost', 'frozen', 'silent', 'wrong', 'late'] as const) {
    const left = new Set(broken.filter(({ stream }) => stream.verdict === verdict));
    for (const group of groups(left, names, sharing))
      findings.push(findingOf(group, verdict, { names, sharing }));
  }
  return findings;
}

/** Takes whole matrices, columns and rows out first, then what is left, stream by stream. */
function groups(left: Set<Judged>, names: readonly string[], sharing: readonly string[]): Group[] {
  const found: Group[] = [];
  const take = (receivers: readonly string[], senders: readonly string[], kinds: readonly MediaKind[]) => {
    const want = receivers.flatMap((receiver) =>
      senders
        .filter((sender) => sender !== receiver)
        .flatMap((sender) =>
          kinds
            .filter((kind) => kind !== 'screen' || sharing.includes(sender))
            .map((kind) => `${receiver} ${sender} ${kind}`),
        ),
    );
    const members = [...left].filter(({ stream: { receiver, sender, kind } }) =>
      want.includes(`${receiver} ${sender} ${kind}`),
    );
    if (members.length !== want.length || members.length === 0) return;
    for (const member of members) left.delete(member);
    found.push({ receivers, senders, members });
  };
  const together = KIND_SETS.filter((kinds) => sharing.length > 0 || !kinds.includes('screen'));
  for (const kinds of together) take(names, names, kinds);
  for (const kinds of together) {
    for (const name of names) {
      const others = names.filter((other) => other !== name);
      if (others.length < 2) continue;
      take(others, [name], kinds);
      take([name], others, kinds);
    }
  }
  if (sharing.length > 0) takeScreens(names, sharing, take);
  for (const kinds of [...together, ['screen'] as const]) {
    for (const receiver of names)
      for (const sender of names) if (receiver !== sender) take([receiver], [sender], kinds);
  }
  return found;
}

/** What may break together. */
const KIND_SETS: readonly (readonly MediaKind[])[] = [
  ['audio', 'video', 'screen'],
  ['audio', 'video'],
  ['video', 'screen'],
  ['audio'],
  ['video'],
];

/** Screens alone: first what nobody sees, then who sees none of several. */
function takeScreens(
  names: readonly string[],
  sharing: readonly string[],
  take: (receivers: readonly string[], senders: readonly string[], kinds: readonly MediaKind[]) => void,
): void {
  const others = (name: string) => names.filter((other) => other !== name);
  if (names.length < 3) return;
  for (const sender of sharing) take(others(sender), [sender], ['screen']);
  for (const receiver of names) {
    const senders = sharing.filter((sender) => sender !== receiver);
    if (senders.length > 1) take([receiver], senders, ['screen']);
  }
}

function findingOf(
  { receivers, senders, members }: Group,
  verdict: Exclude<StreamVerdict, 'ok'>,
  { names, sharing }: { readonly names: readonly string[]; readonly sharing: readonly string[] },
): Found<'call'> {
  const kinds = MEDIA_KINDS.filter((kind) => members.some(({ stream }) => stream.kind === kind));
  const reasons = reasonsOf(members);
  return {
    cause: {
      id: `stream-${verdict}`,
      scope: scopeOf(receivers, senders, names),
      receivers,
      senders,
      kinds,
      why: reasons[0] ?? null,
      otherReasons: Math.max(0, reasons.length - 1),
      ...(sharing.length > 0 && !kinds.includes('screen') && { whileSharing: sharing }),
      streams: members.map(({ stream, diagnosis }) => ({
        receiver: stream.receiver,
        sender: stream.sender,
        kind: stream.kind,
        lostAt: stream.lostAt,
        reason: stream.reason,
        cause: diagnosis.reason,
        where: diagnosis.where,
        ...diagnosis.evidence,
      })),
    } as CallCause,
    outcome: verdict === 'late' ? 'degraded' : 'fail',
    where: onePlace(members),
  };
}

/** Whom a finding is about, where there is a shorter way to say it than by names. */
function scopeOf(
  receivers: readonly string[],
  senders: readonly string[],
  names: readonly string[],
): Grouped['scope'] {
  if (receivers.length === names.length) return names.length === 2 ? 'each-other' : 'all';
  // "Nobody sees B" where everybody but B is a receiver, and there are at least two of them.
  return senders.length === 1 && receivers.length === names.length - 1 && receivers.length > 1
    ? 'sender'
    : 'some';
}

/** Reasons that differ; those that differ in their figures alone are one. */
function reasonsOf(members: readonly Judged[]): StreamReason[] {
  const reasons = new Map<string, StreamReason>();
  for (const { diagnosis } of members) {
    const { reason } = diagnosis;
    if (!reason) continue;
    const kind = JSON.stringify(reason, (_, value: unknown) => (typeof value === 'number' ? 0 : value));
    if (!reasons.has(kind)) reasons.set(kind, reason);
  }
  return [...reasons.values()];
}

function onePlace(members: readonly Judged[]): Where {
  const places = new Set(members.map(({ diagnosis }) => diagnosis.where ?? 'unknown'));
  return places.size === 1 ? [...places][0]! : 'unknown';
}

/** Muted streams that arrive all the same, or whose receiver does not know of it. */
export function muteFindings(judged: readonly Judged[]): Found<'call'>[] {
  const muted = judged.filter(({ stream }) => stream.muted && stream.verdict !== 'ok');
  const of = (verdict: StreamVerdict) =>
    muted
      .filter(({ stream }) => stream.verdict === verdict)
      .map(({ stream: { receiver, sender, kind, reason } }) => ({ receiver, sender, kind, reason }));
  const findings: Found<'call'>[] = [];
  const [leaking, untold] = [of('wrong'), of('lost')];
  if (leaking.length > 0)
    findings.push({ cause: { id: 'mute-ignored', streams: leaking }, outcome: 'fail', where: 'sender' });
  if (untold.length > 0)
    findings.push({ cause: { id: 'mute-untold', streams: untold }, outcome: 'degraded', where: 'signaling' });
  return findings;
}

/** Pauses after which a stream came back. A pause while two change their path is how Jitsi does it: advice. */
export function gapFindings(
  judged: readonly Judged[],
  pathChanged: (span: { readonly from: number; readonly to: number }) => boolean,
): Found<'call'>[] {
  return judged.flatMap(({ stream: { receiver, sender, kind, gaps } }) =>
    gaps.map((gap): Found<'call'> => {
      const from = Date.parse(gap.from);
      const changed = pathChanged({ from, to: from + gap.ms });
      return {
        cause: {
          id: 'stream-gap',
          ...{ receiver, sender, kind, ...gap },
          ...(changed && { duringPathChange: true }),
        },
        outcome: changed ? 'pass' : 'degraded',
        where: 'unknown',
      };
    }),
  );
}

/**
 * Streams that were back late after the network of one of the two was replaced, or one of them slept: then media has to be connected
 * anew, which takes longer than joining.
 */
export function recoveryFindings(
  judged: readonly Judged[],
  renewed: readonly string[],
  maxRecoveryMs: number,
): Found<'call'>[] {
  const streams = judged
    .flatMap(({ stream: { receiver, sender, kind, recoveredMs = null } }) =>
      recoveredMs !== null && recoveredMs > maxRecoveryMs && concernsAny({ receiver, sender }, renewed)
        ? [{ receiver, sender, kind, recoveredMs }]
        : [],
    )
    .sort((a, b) => b.recoveredMs - a.recoveredMs);
  if (streams.length === 0) return [];
  const participants = renewed.filter((name) => streams.some((one) => concernsAny(one, [name])));
  return [
    {
      cause: { id: 'recovery-slow', participants, maxRecoveryMs, streams },
      outcome: 'degraded',
      where: 'unknown',
    },
  ];
}

/** Whether a stream is from or to one of these. */
export const concernsAny = (
  { receiver, sender }: Pick<CallStream, 'receiver' | 'sender'>,
  names: readonly string[],
): boolean => names.includes(receiver) || names.includes(sender);

/** A step that needs longer than this until a stream arrives is worth a word, whatever took the time. */
const SLOW_MS = 6000;

/** What is counted as slow. */
export interface Slowness {
  /** What `firstMs` is counted from. */
  readonly since: CallCauseOf<'stream-slow'>['since'];
  /** Whoever is in a room with somebody waits at most this long for their first picture or sound; milliseconds. */
  readonly maxFirst: number;
  /** When somebody was in the room, in milliseconds since the step began; 0: they were there before, null: not known. */
  readonly inRoomMs: (name: string) => number | null;
  /** When somebody began to share a screen, in milliseconds since the step began. */
  readonly sharedMs?: (name: string) => number;
  /** How long a network was cut on purpose at the beginning of the step, in milliseconds. */
  readonly cutMs?: number;
}

/**
 * Streams that came, but late: what heals itself would otherwise never be seen. Degraded where a person in the room looked at a
 * black tile for longer than `maxFirst`; advice where the time went into joining.
 */
export function slowFindings(
  judged: readonly Judged[],
  { since, maxFirst, inRoomMs, sharedMs = () => 0, cutMs = 0 }: Slowness,
): Found<'call'>[] {
  const streams = judged
    .flatMap(({ stream: { receiver, sender, kind, firstMs, ssrc, verdict } }) => {
      if (verdict !== 'ok' || firstMs === null) return [];
      const [here, there] = [inRoomMs(receiver), inRoomMs(sender)];
      const began = kind === 'screen' ? sharedMs(sender) : 0;
      const waitedMs =
        here === null || there === null ? firstMs - began : firstMs - Math.max(here, there, began);
      const slow = firstMs - Math.max(cutMs, began) > SLOW_MS || waitedMs > maxFirst;
      return slow ? [{ receiver, sender, kind, ssrc, firstMs, waitedMs }] : [];
    })
    .sort((a, b) => b.waitedMs - a.waitedMs);
  const [slowest] = streams;
  if (!slowest) return [];
  return [
    {
      cause: { id: 'stream-slow', streams, since },
      outcome: slowest.waitedMs > maxFirst ? 'degraded' : 'pass',
      where: 'unknown',
    },
  ];
}
