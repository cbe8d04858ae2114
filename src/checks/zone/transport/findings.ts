/** What is wrong with the encryption of mail to the domains, as findings. */
import type { Found } from '../../check.ts';
import type { DomainTransport } from './index.ts';

/** @param advise whether domains that publish nothing are named */
export function transportFindings(all: readonly DomainTransport[], advise: boolean): Found<'zone'>[] {
  const unknown = all.filter(({ policyUnknown }) => policyUnknown).map(({ domain }) => domain);
  return [
    ...all.flatMap(domainFindings),
    ...(unknown.length > 0 ? [advice({ id: 'zone-mta-sts-unknown', domains: unknown })] : []),
    ...(advise ? missing(all) : []),
  ];
}

const advice = (cause: Found<'zone'>['cause']): Found<'zone'> => ({ cause, outcome: 'pass' });
const degraded = (cause: Found<'zone'>['cause']): Found<'zone'> => ({ cause, outcome: 'degraded' });

function domainFindings({ domain, transport: { mtaSts, tlsRpt } }: DomainTransport): Found<'zone'>[] {
  const findings: Found<'zone'>[] = [];
  if (tlsRpt?.recordFault) {
    findings.push(
      degraded({ id: 'zone-tls-rpt-record', domain, fault: tlsRpt.recordFault, record: tlsRpt.record }),
    );
  }
  if (!mtaSts) return findings;
  const { record, recordFault, policy, policyFault, unmatched } = mtaSts;
  if (recordFault) findings.push(degraded({ id: 'zone-mta-sts-record', domain, fault: recordFault, record }));
  if (policyFault) findings.push(degraded({ id: 'zone-mta-sts-policy', domain, ...policyFault }));
  if (policy && unmatched.length > 0) {
    const { mode, mx } = policy;
    findings.push({
      cause: { id: 'zone-mta-sts-mx', domain, mode, mx, unmatched },
      // Senders that know the policy deliver to no such host (RFC 8461 5).
      outcome: mode === 'enforce' ? 'fail' : 'degraded',
    });
  }
  return findings;
}

function missing(all: readonly DomainTransport[]): Found<'zone'>[] {
  const without = (what: 'mtaSts' | 'tlsRpt') =>
    all
      .filter(({ transport, unknown }) => transport[what] === null && !unknown[what])
      .map(({ domain }) => domain);
  const [mtaSts, tlsRpt] = [without('mtaSts'), without('tlsRpt')];
  if (mtaSts.length === 0 && tlsRpt.length === 0) return [];
  return [advice({ id: 'zone-transport-missing', mtaSts, tlsRpt })];
}
