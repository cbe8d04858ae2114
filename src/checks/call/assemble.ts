/** From what was seen of a call to its result: matrices, transports, findings. */
import type { CheckResult, Found, Phase } from '../check.ts';
import { type Software, softwareOf } from '../software.ts';
import { droppedMessages } from './drive/own-faults.ts';
import type { Participant } from './drive/participant.ts';
import type { Session } from './drive/session.ts';
import type { Step } from './drive/step.ts';
import { acrossSteps } from './judge/across-steps.ts';
import { published, type StepVerdict } from './judge/step-verdict.ts';
import { signalingRoundTrip } from './observe/pings.ts';
import { sentMedia } from './observe/quality.ts';
import type { CallOptions } from './options.ts';
import {
  type CallBridge,
  type CallParticipant,
  type CallResult,
  type CallStream,
  type CallTransport,
  callBridge,
  callTransport,
} from './result.ts';
import { nameOf } from './scene/acts.ts';
import type { ParticipantPlan } from './scene/participants.ts';

/** A call of which something can be shown while it goes on. */
export interface Begun {
  readonly session: Session;
  readonly options: CallOptions;
  /** When the run began, milliseconds since the epoch. */
  readonly startedAt: number;
  /** What the steps that ended came to. */
  readonly verdicts: ReadonlyMap<Step, StepVerdict>;
}

export interface Seen extends Begun {
  readonly phases: readonly Phase[];
  /** What is wrong with the web front. */
  readonly front: readonly Found<'call'>[];
  /** What of ours failed during the call; null: nothing did. */
  readonly ownFault: Found<'call'> | null;
  /** What kept browsers or pages from starting; null: nothing did. */
  readonly notStarted: Found<'call'> | null;
}

export function assemble(seen: Seen): CheckResult<'call'> {
  const { session, front, ownFault, verdicts } = seen;
  // Without a web front there was no call: what else was seen says nothing.
  if (front.length > 0)
    return { summary: '', findings: front, phases: seen.phases, call: callResult(seen, [], []) };
  // Pages that fail because their browser died say so in many ways; the browser says it in one.
  const before = ownFault === null && seen.notStarted ? [seen.notStarted] : [];
  const judged = [...verdicts].map(([{ plan }, verdict]) => ({ plan, ...verdict }));
  const found = acrossSteps(judged);
  const untold = ownFault && !found.some(({ cause }) => cause.id === ownFault.cause.id) ? [ownFault] : [];
  const dropped = droppedMessages(session.participants);
  return {
    summary: '',
    findings: [...before, ...untold, ...found, ...(dropped ? [dropped] : [])],
    phases: seen.phases,
    call: callResult(
      seen,
      judged.flatMap(({ streams }) => streams),
      session.steps,
    ),
  };
}

function callResult(
  { session, options, startedAt }: Begun,
  streams: readonly CallStream[],
  steps: readonly Step[],
): CallResult {
  return {
    url: options.url,
    room: session.options.room,
    version: session.participants.find(({ version }) => version)?.version ?? null,
    participants: options.participants.map((plan, index) =>
      participantOf(nameOf((session.options.first ?? 0) + index), plan, session.participants[index]),
    ),
    steps: steps.map((step) => {
      const end = step.completeAt ?? step.endedAt ?? step.startedAt;
      return {
        name: step.plan.name,
        atMs: Math.round(step.startedAt - startedAt),
        ms: Math.round(end - step.startedAt),
        ...(step.disturbedAt !== null && {
          recoveredMs: step.completeAt === null ? null : Math.round(step.completeAt - step.disturbedAt),
        }),
        present: step.plan.present,
        ...(step.plan.sharing.length > 0 && { sharing: step.plan.sharing }),
        cpuPressure: step.cpuPressure === null ? null : Math.round(step.cpuPressure * 100) / 100,
      };
    }),
    streams,
  };
}

/** The servers' versions: jicofo's as it announced to everybody in the room, otherwise what servers said when they were asked. */
export function softwareOfCall(
  { participants }: Pick<Session, 'participants'>,
  asked: readonly Software[],
): Software[] {
  const joined = participants.flatMap(({ history }) => history.filter(({ name }) => name === 'joined'));
  const [announced] = joined.flatMap(({ detail }) => softwareOf('jicofo', 'JiCoFo', detail.jicofo) ?? []);
  return announced ? [announced, ...asked.filter(({ part }) => part !== 'jicofo')] : [...asked];
}

function participantOf(
  name: string,
  { browser, client, region }: Pick<ParticipantPlan, 'browser' | 'client' | 'region'>,
  participant: Participant | undefined,
): CallParticipant {
  const joined = participant?.history.findLast((event) => event.name === 'joined');
  return {
    name,
    browser,
    client,
    version: participant?.browser.version ?? null,
    endpointId: joined ? String(joined.detail.endpointId) : null,
    transport: participant ? transportOf(participant) : null,
    region,
    ...(participant && { bridge: bridgeOf(participant) }),
    ...(participant && {
      signalingRoundTripMs: signalingRoundTrip(participant.history)?.ms ?? null,
      sent: sentMedia(participant.allSamples),
    }),
  };
}

/**
 * What its media travelled over, as it last reported: whoever left reports nothing any more. Null as well where the page says
 * what no browser does: the run would not be readable any more.
 */
export function transportOf({ allSamples }: Pick<Participant, 'allSamples'>): CallTransport | null {
  const last = allSamples.findLast(({ pairs, p2pActive }) => pairs.some(({ p2p }) => p2p === p2pActive));
  const pair = last?.pairs.find(({ p2p }) => p2p === last.p2pActive);
  if (!pair) return null;
  const parsed = callTransport.safeParse({
    path: pair.p2p ? 'p2p' : 'bridge',
    candidateType: pair.candidateType,
    protocol: pair.relayProtocol ?? pair.protocol,
    localPort: pair.localPort,
    rttMs: pair.rttMs,
  });
  return parsed.success ? parsed.data : null;
}

const LONGEST_NAME = 63;

/** The videobridge that it was last connected to; null where there was none. */
export function bridgeOf({
  allSamples,
  history,
}: Pick<Participant, 'allSamples' | 'history'>): CallBridge | null {
  const last = (name: string) => history.findLast((event) => event.name === name)?.detail;
  const pair = allSamples
    .findLast(({ pairs }) => pairs.some(({ p2p }) => !p2p))
    ?.pairs.find(({ p2p }) => !p2p);
  const socket = last('bridge-socket')?.url;
  const server = typeof socket === 'string' ? /\/colibri-ws\/([^/]+)/.exec(socket)?.[1] : undefined;
  const region = last('bridge-region')?.region;
  if (!pair && server === undefined && region === undefined) return null;
  // They are labels of a metric: no stranger's page makes them longer than names are.
  const short = (name: unknown) => (typeof name === 'string' ? name.slice(0, LONGEST_NAME) : null);
  const parsed = callBridge.safeParse({
    server: short(server),
    address: short(pair?.remoteAddress),
    port: pair?.remotePort ?? null,
    region: short(region),
  });
  return parsed.success ? parsed.data : null;
}

/** What is known while the call goes on, for whoever looks on. */
export function partial(begun: Begun): CallResult {
  const { session, verdicts } = begun;
  const streams = session.steps.flatMap((step) => verdicts.get(step)?.streams ?? soFar(step));
  return callResult(begun, streams, session.steps);
}

function soFar(step: Step): CallStream[] {
  const facts = step.facts();
  return step.cells.all
    .filter((cell) => (step.isMuted(cell.key) ? step.asMeant(cell) : cell.lastAt !== null))
    .map((cell) => {
      const verdict = cell.noticedAt === null ? 'ok' : 'lost';
      return published(facts, step.streamFacts(cell), { verdict, reason: null });
    });
}
