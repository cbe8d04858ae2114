/** From what was seen of a call to its result: matrices, transports, findings. */

import { list } from '../../../base/words.ts';
import { BrowserFault } from '../../../browsers/faults.ts';
import type { CheckResult, Finding, Phase } from '../../check.ts';
import { ownFault } from '../../run.ts';
import { type Software, softwareOf } from '../../software.ts';
import { type Participant as Bot, NotLoaded } from '../drive/participant.ts';
import type { Session } from '../drive/session.ts';
import type { Step } from '../drive/step.ts';
import type { CallOptions } from '../options.ts';
import type { CallParticipant, CallResult, CallStream, CallTransport } from '../result.ts';
import { nameOf } from '../scene/choreography.ts';
import { acrossSteps } from './across-steps.ts';
import { ownFaults } from './obstacles.ts';
import { type StepVerdict, streamOf } from './step-verdict.ts';

/** A call of which something can be told while it goes on. */
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
  /** What the web front answered. */
  readonly front: readonly Finding[];
  /** What stopped browsers or pages; null when nothing did. */
  readonly failure: unknown;
}

export function judge(seen: Seen): CheckResult<'call'> {
  const { session, front, failure, verdicts } = seen;
  const ours = ownFaults(session.obstacles);
  // Pages that fail because their browser died say so in many ways; the browser says it in one.
  const died = ours.length > 0 && failure !== null;
  const before = [
    ...front,
    ...(front.length === 0 && failure !== null && !died ? [notStarted(failure)] : []),
  ];
  const judged = [...verdicts].map(([step, { streams, findings }]) => ({
    plan: step.plan,
    streams,
    findings,
  }));
  const found = front.length > 0 ? [] : acrossSteps(judged);
  const untold = ours.filter(({ id }) => !found.some((finding) => finding.id === id));
  return {
    summary: '',
    findings: [...before, ...(front.length > 0 ? [] : untold), ...found],
    phases: seen.phases,
    call: callResult(
      seen,
      front.length > 0 ? [] : judged.flatMap(({ streams }) => streams),
      front.length > 0 ? [] : session.steps,
    ),
  };
}

/** What kept browsers or pages from starting, though the web front answered. */
function notStarted(failure: unknown): Finding {
  if (failure instanceof NotLoaded) {
    const library = failure.urls.some((url) => url.includes('lib-jitsi-meet'));
    return {
      id: library ? 'library-missing' : 'config-missing',
      outcome: 'fail',
      text: `The browser could not load ${list(failure.urls.map((url) => url.replace(/^https?:\/\/[^/]*/, '').replace(/\?.*/, '')))} from the deployment.`,
      where: 'signaling',
      evidence: { urls: failure.urls },
    };
  }
  if (failure instanceof BrowserFault) {
    return ownFault(failure.code, failure.message, { output: failure.output.slice(-1000) });
  }
  const message = failure instanceof Error ? failure.message : String(failure);
  // puppeteer's own words for a command that a browser never answered.
  if (/timed out|timeout/i.test(message)) {
    return ownFault('browser-hung', 'A browser of ours does not answer any more.', { message });
  }
  return ownFault('browser-start', `Our own pages did not start: ${message.split('\n')[0]}`, { message });
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
    participants: options.participants.map(({ browser }, index) =>
      participantOf(nameOf(index), browser, session.participants[index]),
    ),
    steps: steps.map((step) => {
      const end = step.completeAt ?? step.endedAt ?? step.startedAt;
      return {
        name: step.plan.name,
        atMs: Math.round(step.startedAt - startedAt),
        ms: Math.round(end - step.startedAt),
        present: step.plan.present,
        cpuPressure: step.cpuPressure === null ? null : Math.round(step.cpuPressure * 100) / 100,
      };
    }),
    streams,
  };
}

/** The servers' versions: jicofo's as it told everybody in the room, otherwise what servers said when they were asked. */
export function softwareOfCall(
  { participants }: Pick<Session, 'participants'>,
  asked: readonly Software[],
): Software[] {
  const joined = participants.flatMap(({ history }) => history.filter(({ name }) => name === 'joined'));
  const [told] = joined.flatMap(({ detail }) => softwareOf('jicofo', 'JiCoFo', detail.jicofo) ?? []);
  return told ? [told, ...asked.filter(({ part }) => part !== 'jicofo')] : [...asked];
}

function participantOf(
  name: string,
  browser: CallParticipant['browser'],
  bot: Bot | undefined,
): CallParticipant {
  const joined = bot?.history.findLast((event) => event.name === 'joined');
  return {
    name,
    browser,
    version: bot?.browser.version ?? null,
    endpointId: joined ? String(joined.detail.endpointId) : null,
    transport: bot ? transportOf(bot) : null,
  };
}

/** The way its media took, as far as it last told: whoever left tells nothing any more. */
function transportOf(bot: Bot): CallTransport | null {
  const last = bot.allSamples.findLast(({ pairs, p2pActive }) => pairs.some(({ p2p }) => p2p === p2pActive));
  const pair = last?.pairs.find(({ p2p }) => p2p === last.p2pActive);
  if (!pair) return null;
  return {
    path: pair.p2p ? 'p2p' : 'bridge',
    candidateType: pair.candidateType as CallTransport['candidateType'],
    protocol: (pair.relayProtocol ?? pair.protocol) as CallTransport['protocol'],
    localPort: pair.localPort,
    rttMs: pair.rttMs,
  };
}

/** What is known while the call goes on, for whoever looks on. */
export function partial(begun: Begun): CallResult {
  const { session, verdicts } = begun;
  const streams = session.steps.flatMap((step) => verdicts.get(step)?.streams ?? soFar(step));
  return callResult(begun, streams, session.steps);
}

function soFar(step: Step): CallStream[] {
  return step.cells.all
    .filter((cell) => (step.isMuted(cell.key) ? step.asMeant(cell) : cell.lastAt !== null))
    .map((cell) => streamOf(step, cell, cell.noticedAt === null ? 'ok' : 'lost'));
}
