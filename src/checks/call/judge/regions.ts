/** Whether those who say where they are were given a bridge there. */
import type { Found } from '../../check.ts';
import type { CallParticipant } from '../result.ts';

/**
 * One finding for each region in which somebody is who was given a bridge elsewhere. It is degraded where the deployment is
 * known to have a bridge there, because another participant met it, in whatever room; otherwise advice: nothing says that there is one.
 */
export function bridgesElsewhere(
  participants: readonly Pick<CallParticipant, 'name' | 'region' | 'bridge'>[],
): Found<'call'>[] {
  const regions = new Set(participants.flatMap(({ region }) => region ?? []));
  return [...regions].flatMap((region): Found<'call'>[] => {
    const met = participants.flatMap(({ name, region: wanted, bridge }) =>
      bridge && wanted === region && bridge.region !== region
        ? [{ participant: name, region: bridge.region, server: bridge.server }]
        : [],
    );
    if (met.length === 0) return [];
    const there = participants.filter(({ bridge }) => bridge?.region === region).map(({ name }) => name);
    return [
      {
        cause: { id: 'bridge-elsewhere', region, met, there },
        outcome: there.length > 0 ? 'degraded' : 'pass',
        where: 'signaling',
      },
    ];
  });
}
