/** What participants' own statistics say of their networks: loss and round trip during the watch. */

import { middleValue } from '../../../base/median.ts';
import { list } from '../../../base/words.ts';
import type { Finding } from '../../check.ts';
import type { Participant } from '../drive/participant.ts';
import type { Step } from '../drive/step.ts';
import type { CallOptions } from '../options.ts';

/** So few packets say nothing of a share. */
const MIN_PACKETS = 100;

/** Packets received and lost since everybody was complete; null when too few to tell. */
function lossOf(
  participant: Participant,
  since: number,
): { received: number; lost: number; share: number } | null {
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
  return received + lost < MIN_PACKETS ? null : { received, lost, share: lost / (received + lost) };
}

/** Median round trip of the path in use since then, in milliseconds; null before the first measurement. */
function roundTripOf(participant: Participant, since: number): number | null {
  const times = participant.samples
    .filter(({ at }) => at >= since)
    .flatMap(({ pairs, p2pActive }) =>
      pairs.filter(({ p2p }) => p2p === p2pActive).flatMap(({ rttMs }) => rttMs ?? []),
    );
  return middleValue(times);
}

/** Findings on networks that work badly. */
export function networkFindings(step: Step, options: CallOptions): Finding[] {
  const since = step.completeAt ?? step.startedAt;
  const lossy: Record<string, number> = {};
  const slow: Record<string, number> = {};
  for (const participant of step.participants) {
    const loss = lossOf(participant, since);
    if (loss && loss.share > options.maxLoss) lossy[participant.name] = Math.round(loss.share * 1000) / 1000;
    const roundTrip = roundTripOf(participant, since);
    if (roundTrip !== null && roundTrip > options.maxRoundTrip) slow[participant.name] = roundTrip;
  }
  const findings: Finding[] = [];
  if (Object.keys(lossy).length > 0) {
    const worst = Math.round(Math.max(...Object.values(lossy)) * 100);
    findings.push({
      id: 'network-loss',
      outcome: 'degraded',
      text: `${list(Object.keys(lossy))} lost up to ${worst} % of the packets on the way from the bridge (threshold ${Math.round(options.maxLoss * 100)} %).`,
      where: 'downlink',
      evidence: { lossByReceiver: lossy },
    });
  }
  findings.push(...relayedFindings(step));
  if (Object.keys(slow).length > 0) {
    findings.push({
      id: 'network-delay',
      outcome: 'degraded',
      text: `The round trip of ${list(Object.keys(slow))} is up to ${Math.max(...Object.values(slow))} ms (threshold ${options.maxRoundTrip} ms).`,
      where: 'unknown',
      evidence: { roundTripMs: slow },
    });
  }
  return findings;
}

/** Who reaches the bridge through a TURN server alone: for everybody, that is the deployment's. */
function relayedFindings(step: Step): Finding[] {
  const relayed = step.participants.filter((participant) => {
    const last = participant.samples.at(-1);
    const pair = last?.pairs.find(({ p2p }) => !p2p);
    return (
      !last?.p2pActive &&
      pair?.candidateType === 'relay' &&
      last?.peers.find(({ p2p }) => !p2p)?.direct === false
    );
  });
  if (relayed.length === 0) return [];
  const names = relayed.map(({ name }) => name);
  const all = names.length === step.participants.length;
  return [
    {
      id: 'bridge-unreachable-directly',
      outcome: all ? 'degraded' : 'pass',
      text: `${all ? 'Nobody reaches' : `${list(names)} ${names.length > 1 ? 'do' : 'does'} not reach`} the bridge itself (its UDP port): media goes through the TURN server.`,
      where: all ? 'bridge' : 'unknown',
      evidence: { participants: names },
    },
  ];
}
