/** A zone result in which everything beside the records is looked at. */
import type { ZoneResult } from '../../../src/checks/zone/result.ts';
import type { SelectorState } from '../../../src/checks/zone/rotation/result.ts';
import { aRecord, aZone } from '../history/results.ts';

const at = '2026-11-22T15:00:00.000Z';
const sts = { record: ['v=STSv1; id=1'], recordFault: null, policyFault: null, unmatched: [] };
const policy = { maxAge: 86_400, mx: ['mx.example.org'] };

function selector(name: string, changes: Partial<SelectorState>): SelectorState {
  return {
    selector: name,
    template: false,
    role: 'unknown',
    domains: { published: 0, revoked: 0, missing: 0, unusable: 0, unknown: 0 },
    without: [],
    algorithm: null,
    bits: null,
    fingerprint: null,
    variants: 1,
    since: null,
    signedAt: null,
    ...changes,
  };
}

/** Four domains: MTA-STS enforced, one whose policy leaves out a host, one that is unusable, one without. */
export function aPublishedZone(): ZoneResult {
  const names = ['good.example', 'left.example', 'bad.example', 'plain.example'];
  const zone = aZone(Object.fromEntries(names.map((name) => [name, [aRecord('mx', 'exact')]])));
  const [good, left, bad, plain] = zone.domains;
  const rpt = { record: ['v=TLSRPTv1; rua=mailto:a@b.example'], recordFault: null };
  const registration = (registered: string, expires: string) => ({
    registered,
    expires,
    ending: [],
    askedAt: at,
  });
  return {
    ...zone,
    domains: [
      {
        ...good!,
        transport: { mtaSts: { ...sts, policy: { ...policy, mode: 'enforce' } }, tlsRpt: rpt },
        registration: registration('good.example', '2027-11-22T15:00:00.000Z'),
      },
      {
        ...left!,
        transport: {
          mtaSts: { ...sts, policy: { ...policy, mode: 'enforce' }, unmatched: ['mx2.example.org'] },
          tlsRpt: null,
        },
        registration: {
          ...registration('left.example', '2026-12-01T15:00:00.000Z'),
          ending: ['pending delete'],
        },
      },
      {
        ...bad!,
        transport: {
          mtaSts: { ...sts, policy: null, policyFault: { fault: 'status', detail: '404' } },
          tlsRpt: { record: ['v=TLSRPTv1'], recordFault: 'no-address' },
        },
      },
      plain!,
    ],
    dane: [
      { host: 'mx.example.org', state: 'mismatch', records: ['3 1 1 00'] },
      { host: 'mx2.example.org', state: 'none', records: [] },
    ],
    registrations: { known: 2, notPublished: 0, noService: 1, unknown: 0, unasked: 1 },
    selectors: [
      selector('smtp', {
        template: true,
        role: 'signs',
        domains: { published: 4, revoked: 0, missing: 0, unusable: 0, unknown: 0 },
        algorithm: 'rsa',
        bits: 2048,
        since: '2026-01-01T00:00:00.000Z',
        signedAt: at,
      }),
      selector('smtp2027', {
        role: 'idle',
        domains: { published: 1, revoked: 0, missing: 3, unusable: 0, unknown: 0 },
        algorithm: 'ed25519',
        bits: 256,
      }),
    ],
  };
}
