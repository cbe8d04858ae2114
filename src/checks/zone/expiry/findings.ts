/** Registrations that are about to end, as findings. */
import { DAY_MS } from '../../../base/durations.ts';
import type { Found } from '../../check.ts';
import type { Expiry } from './index.ts';

/** One finding for each registration, however many hosted domains are in it. What is unknown is advice. */
export function expiryFindings(
  { registrations, unknown }: Expiry,
  warnMs: number,
  now: number,
): Found<'zone'>[] {
  const byRegistered = Map.groupBy(registrations, ([, { registered }]) => registered);
  const findings = [...byRegistered].flatMap(([domain, its]): Found<'zone'>[] => {
    const [, { expires, ending }] = its[0]!;
    const left = Date.parse(expires) - now;
    if (left >= warnMs && ending.length === 0) return [];
    const hosted = its.map(([name]) => name);
    const days = Math.floor(left / DAY_MS);
    const gone = left < 0 || ending.length > 0;
    return [
      {
        cause: { id: 'zone-registration-ends', domain, expires, days, ending, hosted },
        outcome: gone ? 'fail' : 'degraded',
      },
    ];
  });
  findings.sort((one, other) => daysOf(one) - daysOf(other));
  if (unknown.length === 0) return findings;
  return [
    ...findings,
    { cause: { id: 'zone-registration-unknown', domains: [...unknown] }, outcome: 'pass' },
  ];
}

function daysOf({ cause }: Found<'zone'>): number {
  return cause.id === 'zone-registration-ends' && 'days' in cause ? cause.days : 0;
}
