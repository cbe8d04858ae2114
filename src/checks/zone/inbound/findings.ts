/** What is wrong with how mail gets in, as findings. */
import type { Found, Outcome } from '../../check.ts';
import type { Inbound } from './index.ts';
import type { DomainInbound, Exchanger } from './result.ts';

const EXPIRING_DAYS = 14;

/** @param unlisted domains of the configuration that the directory does not list; empty where it was not read */
export function inboundFindings(
  { exchangers, domains, served, domainCounts }: Inbound,
  unlisted: readonly string[],
): Found<'zone'>[] {
  const reached = exchangers.some(({ problem }) => problem === null || problem === 'us-refused');
  return [
    ...exchangers.flatMap((one) => exchangerFindings(one, domainCounts.get(one.host) ?? 0, reached)),
    ...domains.flatMap(domainFindings),
    ...unlisted.flatMap((domain): Found<'zone'>[] => {
      const host = served.get(domain);
      return host === undefined
        ? []
        : [{ cause: { id: 'zone-mx-not-listed', domain, host }, outcome: 'degraded' }];
    }),
  ];
}

function domainFindings({ testedAt: _testedAt, ...one }: DomainInbound): Found<'zone'>[] {
  if (one.postmaster === 'refused')
    return [{ cause: { id: 'zone-postmaster-refused', ...one }, outcome: 'fail' }];
  if (one.postmaster === 'domain-unknown')
    return [{ cause: { id: 'zone-mx-domain-unknown', ...one }, outcome: 'fail' }];
  return [{ cause: { id: 'zone-mx-accepts-all', ...one }, outcome: 'degraded' }];
}

function exchangerFindings(one: Exchanger, domainCount: number, reached: boolean): Found<'zone'>[] {
  const { host, address, problem, response, starttls, certificate } = one;
  if (problem === 'us-refused' || problem === 'closed' || problem === 'resolver')
    return [{ cause: { id: 'zone-mx-unasked', host, response, domainCount }, outcome: 'pass' }];
  if (problem !== null) {
    const cause = { id: 'zone-mx-unreachable', host, address, problem, domainCount } as const;
    return [{ cause, outcome: unreachable(problem, reached) }];
  }
  if (starttls === 'absent' || starttls === 'failed')
    return [{ cause: { id: 'zone-mx-starttls', host, address, starttls }, outcome: 'degraded' }];
  if (certificate === null) return [];
  const expiring = certificate.daysLeft !== null && certificate.daysLeft < EXPIRING_DAYS;
  const reason = certificate.problem !== null ? 'invalid' : expiring ? 'expiring' : null;
  return reason === null
    ? []
    : [{ cause: { id: 'zone-mx-certificate', host, address, certificate, reason }, outcome: 'degraded' }];
}

/** Many networks drop what leaves them for port 25: where no server answers at all, that is more likely. */
function unreachable(problem: NonNullable<Exchanger['problem']>, reached: boolean): Outcome {
  const mayBeOurs = problem === 'silent' || problem === 'no-host' || problem === 'network';
  return mayBeOurs && !reached ? 'error' : 'degraded';
}
