/**
 * A step of a call, from facts to verdicts to findings: each stream is judged by what was observed, and what is wrong is
 * found in the verdicts. Judged at the step's end, before the next.
 */
import type { Found } from '../../check.ts';
import { RESTRICTIONS } from '../causes.ts';
import { changesIn, eventsOf, type StepFacts, type StreamFacts } from '../observe/facts.ts';
import { receivedMedia } from '../observe/quality.ts';
import { arrives, type CallStream } from '../result.ts';
import { reasonWords } from '../words/reasons.ts';
import { appFindings } from './app.ts';
import { accountForPressure, excusedByPressure, undecidable } from './cpu-pressure.ts';
import { type Diagnosis, diagnose } from './diagnosis.ts';
import { doorFindings } from './door.ts';
import { cutFindings, expectationFindings, pathFindings } from './expectations.ts';
import { type LikenessLimits, likenessFindings } from './likeness.ts';
import { type MediaExpected, mediaFindings } from './media.ts';
import { type NetworkLimits, networkFindings } from './network.ts';
import { refusals, standstills } from './obstacles.ts';
import { sharingFindings, unableToShare } from './sharing.ts';
import {
  concernsAny,
  gapFindings,
  type Judged,
  muteFindings,
  recoveryFindings,
  slowFindings,
  streamFindings,
} from './stream-findings.ts';

/** What a configuration says of how a call is judged. */
export interface Limits extends NetworkLimits, LikenessLimits {
  /** Milliseconds. */
  readonly maxLatency: number;
  /** Milliseconds. */
  readonly maxFirst: number;
  /** Milliseconds. */
  readonly maxRecovery: number;
  readonly startMuted: 'degraded' | 'expected';
  readonly restrictions: 'degraded' | 'expected';
  /** What arrives must at least be like this; undefined: nothing is expected. */
  readonly expect?: MediaExpected | undefined;
}

/** What a step came to: its streams and what is wrong with them. */
export interface StepVerdict {
  readonly streams: readonly CallStream[];
  readonly findings: readonly Found<'call'>[];
}

/** Judges a step as it stands now. */
export function judgeStep(step: StepFacts, limits: Limits): StepVerdict {
  const judged = step.streams.map((stream) => judgeStream(step, stream, limits));
  if (step.ownFault) {
    // After a fault of ours nothing can be said of what is not there.
    const arrived = judged.filter(({ stream }) => stream.verdict === 'ok');
    return { streams: arrived.map(({ stream }) => stream), findings: [step.ownFault] };
  }
  const { known, doubts } = undecidable(step, judged);
  return {
    streams: known.map(({ stream }) => excusedByPressure(step, stream)),
    // That the machine was busy is said once.
    findings: [
      ...findingsOf(step, known, limits).filter(
        ({ cause, outcome }) => doubts.length === 0 || outcome !== 'pass' || cause.id !== 'machine-busy',
      ),
      ...doubts,
    ],
  };
}

function judgeStream(step: StepFacts, stream: StreamFacts, { maxLatency }: Limits): Judged {
  const diagnosis = stream.muted
    ? resting(stream)
    : // A watch that ends while the call finds its pace says nothing of how late streams are, short of unusable.
      diagnose(step, stream, step.rampedUp ? maxLatency : Number.POSITIVE_INFINITY);
  return { stream: published(step, stream, diagnosis), diagnosis };
}

/** A muted stream is ok when nothing of it arrives and the receiver knows why. */
function resting({ key, track, leaks }: StreamFacts): Diagnosis {
  const { receiver, sender, kind } = key;
  const evidence = {};
  if (leaks)
    return {
      verdict: 'wrong',
      where: 'sender',
      reason: { id: 'mute-leaks', receiver, sender, kind },
      evidence,
    };
  if (track !== null && !track.muted)
    return {
      verdict: 'lost',
      where: 'signaling',
      reason: { id: 'mute-not-signaled', receiver, sender },
      evidence,
    };
  return { verdict: 'ok', where: null, reason: null, evidence };
}

function findingsOf(step: StepFacts, judged: readonly Judged[], limits: Limits): Found<'call'>[] {
  const broken = judged.filter(({ stream }) => !arrives(stream));
  const refused = refusals(step);
  // Whoever is alone in the room has no streams that could be broken.
  const alone = step.streams.length === 0 && step.completeAt === null;
  const unfinished = broken.length > 0 || alone ? standstills(step, refused) : [];
  // A refusal ends the call: those who had no time left accuse nobody.
  const stuck = refused.length === 0 ? unfinished : [];
  const out = new Set([...refused, ...unfinished].flatMap(({ participants }) => participants));
  // Streams of those who are out of the call are explained by why they are out.
  const unable = unableToShare(step);
  const unexplained = judged.filter(
    ({ stream: { receiver, sender, kind } }) =>
      !out.has(receiver) && !out.has(sender) && !(kind === 'screen' && unable.has(sender)),
  );
  const names = step.participants.map(({ name }) => name).filter((name) => !out.has(name));
  const { moment } = step.plan;
  const renewed = step.renewed ?? [];
  return accountForPressure(step, [
    ...[...refused, ...stuck].map(({ finding }) => finding),
    ...streamFindings(
      unexplained,
      names,
      step.plan.sharing.filter((name) => names.includes(name) && !unable.has(name)),
    ),
    ...sharingFindings(step),
    ...muteFindings(unexplained),
    ...(out.size === 0 ? pathFindings(step) : []),
    ...expectationFindings(step, out),
    ...cutFindings(step),
    ...doorFindings(step),
    ...appFindings(
      step,
      judged.map(({ stream }) => stream),
      endpointsOf(step),
    ),
    ...startMuted(step, limits),
    ...restricted(step, limits),
    ...loudestOnly(step),
    ...gapFindings(
      step.loudestOnly ? unexplained.filter(({ stream }) => stream.kind !== 'audio') : unexplained,
      (span) => changesIn(step.pathChanges, span),
    ),
    ...recoveryFindings(unexplained, renewed, limits.maxRecovery),
    // Whoever had to be connected anew is judged by that.
    ...slowFindings(
      unexplained.filter(({ stream }) => !concernsAny(stream, renewed)),
      {
        since: moment === null ? 'joining' : 'step',
        maxFirst: limits.maxFirst,
        inRoomMs: (name) => inRoomMs(step, name),
        sharedMs: (name) => Math.max(0, (step.sharedAt?.get(name) ?? 0) - step.startedAt),
        cutMs: Math.max(0, ...[...(step.backAt?.values() ?? [])].map((at) => at - step.startedAt)),
      },
    ),
    ...networkFindings(step, limits),
    ...mediaFindings(step, limits.expect, out),
    ...likenessFindings(step, limits, out),
  ]);
}

/** When somebody was in the room, with a network, in milliseconds since the step began; 0 for those who were there before. */
function inRoomMs({ participants, startedAt, backAt }: StepFacts, name: string): number | null {
  const back = backAt?.get(name);
  if (back !== undefined) return Math.round(back - startedAt);
  const participant = participants.find((each) => each.name === name);
  const joined = participant && eventsOf(participant, 'joined').at(-1);
  return joined ? Math.max(0, Math.round(joined.at - startedAt)) : null;
}

/** Endpoint ids of those who joined. */
function endpointsOf({ participants }: StepFacts): Map<string, string> {
  return new Map(
    participants.flatMap((each) =>
      eventsOf(each, 'joined').map(({ detail }): [string, string] => [each.name, String(detail.endpointId)]),
    ),
  );
}

function startMuted({ participants }: StepFacts, limits: Limits): Found<'call'>[] {
  if (limits.startMuted === 'expected') return [];
  const muted = participants.flatMap((participant) => {
    const events = eventsOf(participant, 'start-muted');
    return events.length > 0 ? [{ name: participant.name, events }] : [];
  });
  if (muted.length === 0) return [];
  const keys = new Set(muted.flatMap(({ events }) => events.map(({ detail }) => String(detail.key))));
  return [
    {
      cause: { id: 'start-muted', participants: muted.map(({ name }) => name), keys: [...keys] },
      outcome: 'degraded',
      where: 'sender',
    },
  ];
}

/** The bridge forwards the loudest alone: all were heard when they spoke in turn, as people do. */
function loudestOnly({ loudestOnly: unheard, participants }: StepFacts): Found<'call'>[] {
  if (!unheard) return [];
  const cause = { id: 'loudest-only', unheard, participants: participants.map(({ name }) => name) } as const;
  return [{ cause, outcome: 'pass', where: 'bridge' }];
}

/** What `config.js` keeps from people; a limit that this call does not reach is none. */
function restricted({ participants }: StepFacts, limits: Limits): Found<'call'>[] {
  if (limits.restrictions === 'expected') return [];
  const affected = participants.flatMap((participant) => {
    const settings = eventsOf(participant, 'restricted').flatMap(({ detail }) => {
      const key = RESTRICTIONS.find((one) => one === detail.key);
      const value = typeof detail.value === 'number' ? detail.value : null;
      if (!key || (value !== null && value >= reach(key, participants.length))) return [];
      return [{ key, value }];
    });
    return settings.length > 0 ? [{ name: participant.name, settings }] : [];
  });
  const [first] = affected;
  if (!first) return [];
  const cause = {
    id: 'restricted',
    participants: affected.map(({ name }) => name),
    settings: first.settings,
  } as const;
  return [{ cause, outcome: 'degraded', where: 'signaling' }];
}

/** From which number on a limit keeps nothing from a call of that size. */
const reach = (key: (typeof RESTRICTIONS)[number], size: number): number =>
  key.endsWith('LastN') ? size - 1 : size;

function pathTaken({ participants }: StepFacts, { key }: StreamFacts): CallStream['path'] {
  const receiver = participants.find(({ name }) => name === key.receiver);
  if (!receiver || receiver.samples.length === 0) return null;
  return eventsOf(receiver, 'p2p').at(-1)?.detail.active === true ? 'p2p' : 'bridge';
}

/** How long a stream took to be back, where something was done to one of the two on purpose. */
function recovery(
  { disturbed }: StepFacts,
  { key, firstAt, muted }: StreamFacts,
): Pick<CallStream, 'recoveredMs'> {
  const over = [key.receiver, key.sender].flatMap((name) => disturbed?.get(name) ?? []);
  if (over.length === 0 || muted) return {};
  return { recoveredMs: firstAt === null ? null : Math.max(0, Math.round(firstAt - Math.max(...over))) };
}

/** A stream as a run publishes it. */
export function published(
  step: StepFacts,
  stream: StreamFacts,
  { verdict, reason }: Pick<Diagnosis, 'verdict' | 'reason'>,
): CallStream {
  const { key, muted, firstAt, lastAt, noticedAt, latencyMs, gaps, track, likeness = null } = stream;
  const stopped = noticedAt !== null && lastAt !== null;
  return {
    step: step.plan.name,
    ...key,
    verdict,
    muted,
    path: pathTaken(step, stream),
    ...recovery(step, stream),
    firstMs: muted || firstAt === null ? null : Math.round(firstAt - step.startedAt),
    lostAt: stopped ? new Date(lastAt).toISOString() : null,
    noticedAt: stopped ? new Date(noticedAt).toISOString() : null,
    latencyMs: muted ? null : latencyMs,
    gaps: [...gaps],
    received: receivedMedia(step.participants, stream),
    ...(key.kind === 'audio'
      ? { signalToNoiseDb: muted ? null : likeness }
      : { readHeight: track?.readHeight ?? null, similarity: muted ? null : likeness }),
    ssrc: track?.ssrc ?? null,
    reason: reason && reasonWords.en(reason),
    cause: reason,
  };
}
