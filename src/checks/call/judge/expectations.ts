/** Whether media takes the path, and each participant the transport, that is expected. */
import type { Found } from '../../check.ts';
import { isDirect, type StepFacts } from '../observe/facts.ts';
import { connected } from './diagnosis.ts';

/** Media that takes another path than Jitsi chooses for this number of participants. */
export function pathFindings(step: StepFacts): Found<'call'>[] {
  const { offPath, expectedPath } = step;
  if (offPath.length === 0 || expectedPath === null) return directOff(step);
  return [
    {
      cause: { id: 'path-unexpected', participants: offPath, expected: expectedPath },
      outcome: 'degraded',
      where: 'signaling',
    },
  ];
}

/** A scene of two whose media may not go directly has no change of path in it: it tests less than it looks. */
function directOff({ plan, expectedPath }: StepFacts): Found<'call'>[] {
  const two = plan.moment !== null && plan.path === null && plan.present.length === 2;
  return two && expectedPath !== 'direct' ? [{ cause: { id: 'direct-off' }, outcome: 'pass' }] : [];
}

/** A cut that our browser did not make: whether media comes back after one is not known. */
export function cutFindings({ uncut = [] }: Pick<StepFacts, 'uncut'>): Found<'call'>[] {
  return uncut.length === 0
    ? []
    : [{ cause: { id: 'network-not-cut', participants: uncut }, outcome: 'error' }];
}

/** Participants who are connected in another way than their plan expects. */
export function expectationFindings(step: StepFacts, out: ReadonlySet<string>): Found<'call'>[] {
  return step.participants.flatMap((participant): Found<'call'>[] => {
    const { name, plan, samples } = participant;
    const direct = isDirect(participant);
    const pair = samples.at(-1)?.pairs.find(({ p2p }) => p2p === direct);
    const way = pair ? `${pair.candidateType}, ${pair.relayProtocol ?? pair.protocol}` : null;
    const about = { participants: [name], network: plan.network, way };
    if (plan.expect === 'none')
      return connected(participant, direct)
        ? [{ cause: { id: 'media-unexpected', ...about }, outcome: 'degraded' }]
        : [];
    if (plan.expect !== 'relay' || !pair || out.has(name) || pair.candidateType === 'relay') return [];
    return plan.network !== null
      ? [{ cause: { id: 'network-profile', ...about }, outcome: 'error' }]
      : [{ cause: { id: 'relay-expected', ...about }, outcome: 'degraded' }];
  });
}
