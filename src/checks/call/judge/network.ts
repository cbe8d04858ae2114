/** What participants' own statistics say of their networks: loss and round trip during the watch, and of the XMPP server. */

import { middleValue } from '../../../base/median.ts';
import type { Found } from '../../check.ts';
import type { ParticipantFacts, StepFacts } from '../observe/facts.ts';
import { signalingRoundTrip } from '../observe/pings.ts';
import { offerTo } from './offered.ts';

/** What a network may do before it is a finding. */
export interface NetworkLimits {
  /** Share of packets, 0 to 1. */
  readonly maxLoss: number;
  /** Milliseconds. */
  readonly maxRoundTrip: number;
  /** Of a question to the XMPP server, in milliseconds. */
  readonly maxSignalingRoundTrip: number;
}

/** So few packets say nothing of a share. */
const MIN_PACKETS = 100;

/** The share of packets lost since everybody was complete; null when there were too few to say. */
function lossOf(participant: ParticipantFacts, since: number): number | null {
  const inbound = (at: 'first' | 'last') => {
    const sample =
      at === 'last'
        ? participant.samples.at(-1)
        : participant.samples.find((candidate) => candidate.at >= since);
    return sample?.rtp.filter(({ direction }) => direction === 'in') ?? [];
  };
  const before = new Map(inbound('first').map((rtp) => [rtp.ssrc, rtp]));
  let received = 0;
  let lost = 0;
  for (const rtp of inbound('last')) {
    const then = before.get(rtp.ssrc);
    if (!then) continue;
    received += rtp.packets - then.packets;
    lost += Math.max(0, (rtp.packetsLost ?? 0) - (then.packetsLost ?? 0));
  }
  return received + lost < MIN_PACKETS ? null : lost / (received + lost);
}

/** Median round trip of the path in use since then, in milliseconds; null before the first measurement. */
function roundTripOf(participant: ParticipantFacts, since: number): number | null {
  const times = participant.samples
    .filter(({ at }) => at >= since)
    .flatMap(({ pairs, p2pActive }) =>
      pairs.filter(({ p2p }) => p2p === p2pActive).flatMap(({ rttMs }) => rttMs ?? []),
    );
  return middleValue(times);
}

/** Findings on networks that work badly. */
export function networkFindings(step: StepFacts, limits: NetworkLimits): Found<'call'>[] {
  const since = step.completeAt ?? step.startedAt;
  const lossByReceiver: Record<string, number> = {};
  const roundTripMs: Record<string, number> = {};
  for (const participant of step.participants) {
    const loss = lossOf(participant, since);
    if (loss !== null && loss > limits.maxLoss)
      lossByReceiver[participant.name] = Math.round(loss * 1000) / 1000;
    const roundTrip = roundTripOf(participant, since);
    if (roundTrip !== null && roundTrip > limits.maxRoundTrip) roundTripMs[participant.name] = roundTrip;
  }
  const findings: Found<'call'>[] = [];
  if (Object.keys(lossByReceiver).length > 0) {
    const { maxLoss } = limits;
    findings.push({
      cause: { id: 'network-loss', lossByReceiver, maxLoss },
      outcome: 'degraded',
      where: 'downlink',
    });
  }
  findings.push(...relayedFindings(step));
  if (Object.keys(roundTripMs).length > 0) {
    findings.push({
      cause: { id: 'network-delay', roundTripMs, maxRoundTripMs: limits.maxRoundTrip },
      outcome: 'degraded',
      where: 'unknown',
    });
  }
  findings.push(...signalingFindings(step, limits.maxSignalingRoundTrip));
  return findings;
}

/** One answer that takes long is chance. */
const MIN_PINGS = 2;

/** Whose questions to the XMPP server take long in this step. */
function signalingFindings({ participants, startedAt }: StepFacts, threshold: number): Found<'call'>[] {
  const roundTripMs: Record<string, number> = {};
  for (const { name, timeline } of participants) {
    const trip = signalingRoundTrip(timeline.filter(({ at }) => at >= startedAt));
    if (trip && trip.pings >= MIN_PINGS && trip.ms > threshold) roundTripMs[name] = trip.ms;
  }
  if (Object.keys(roundTripMs).length === 0) return [];
  return [
    {
      cause: { id: 'signaling-slow', roundTripMs, threshold },
      outcome: 'degraded',
      where: 'signaling',
    },
  ];
}

/** Who reaches the bridge through a TURN server alone: for everybody, that is the deployment's. */
function relayedFindings({ participants }: StepFacts): Found<'call'>[] {
  const relayed = participants.filter(({ samples }) => {
    const last = samples.at(-1);
    const pair = last?.pairs.find(({ p2p }) => !p2p);
    return (
      !last?.p2pActive &&
      pair?.candidateType === 'relay' &&
      last?.peers.find(({ p2p }) => !p2p)?.direct === false
    );
  });
  if (relayed.length === 0) return [];
  const everybody = relayed.length === participants.length;
  return [
    {
      cause: {
        id: 'bridge-unreachable-directly',
        participants: relayed.map(({ name }) => name),
        everybody,
        offered: offerTo(relayed),
      },
      outcome: everybody ? 'degraded' : 'pass',
      where: everybody ? 'bridge' : 'unknown',
    },
  ];
}
