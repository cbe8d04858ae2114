/** Metrics of a zone check: are the domains' records right. */
import type { Registry } from 'prom-client';
import { recordOk, type ZoneDomain } from '../../checks/zone/result.ts';
import { allOk, gauge, seconds } from './collector.ts';
import type { Collector } from './face.ts';

type MtaSts = NonNullable<NonNullable<ZoneDomain['transport']>['mtaSts']>;

export function zoneMetrics(registry: Registry): Collector<'zone'> {
  const ok = gauge(
    registry,
    'vigie_zone_record_ok',
    'Whether a record does what the template asks for (1), or not (0); absent where the resolver failed.',
    ['check', 'domain', 'record'],
  );
  const inboundDomains = gauge(
    registry,
    'vigie_zone_inbound_domains',
    'Domains by what their mail servers do with mail to postmaster and to a made-up recipient; absent where that is not tested.',
    ['check', 'result'],
  );
  const inboundUsers = gauge(
    registry,
    'vigie_zone_inbound_addresses',
    'Addresses that the directory has of users, by what their mail servers answer; absent where they are not asked about.',
    ['check', 'result'],
  );
  const stsDomains = gauge(
    registry,
    'vigie_zone_mta_sts_domains',
    'Domains that publish MTA-STS, by the mode of their policy; `unusable`: senders cannot use it; `unknown`: it could not be fetched; absent where it is not looked at.',
    ['check', 'mode'],
  );
  const selectorDomains = gauge(
    registry,
    'vigie_zone_selector_domains',
    'Domains by what they publish at a DKIM selector that is looked at.',
    ['check', 'selector', 'state'],
  );
  const selectorSigned = gauge(
    registry,
    'vigie_zone_selector_signed_timestamp_seconds',
    'When a test message signed with this DKIM selector last arrived; absent where none was seen.',
    ['check', 'selector'],
  );
  const selectorSeen = gauge(
    registry,
    'vigie_zone_selector_first_seen_timestamp_seconds',
    'Since when the key that most domains publish at this DKIM selector has been seen; absent where that is not known.',
    ['check', 'selector'],
  );
  const registrationEnds = gauge(
    registry,
    'vigie_zone_registration_expiry_timestamp_seconds',
    'When the registration of a domain ends, as its registry states it; absent where that is not known.',
    ['check', 'domain'],
  );
  return {
    reset() {
      registrationEnds.reset();
      selectorDomains.reset();
      selectorSigned.reset();
      selectorSeen.reset();
      ok.reset();
      stsDomains.reset();
      inboundDomains.reset();
      inboundUsers.reset();
    },
    add({ domains, inbound, selectors = [] }, { check }) {
      for (const { selector, domains: states, signedAt, since } of selectors) {
        for (const [state, number] of Object.entries(states))
          selectorDomains.set({ check, selector, state }, number);
        if (signedAt !== null) selectorSigned.set({ check, selector }, seconds(Date.parse(signedAt)));
        if (since !== null) selectorSeen.set({ check, selector }, seconds(Date.parse(since)));
      }
      if (inbound) {
        const { asExpected, refused, acceptsAll, unknown, untested } = inbound.counts;
        const results = { ok: asExpected, refused, accepts_all: acceptsAll, unknown, untested };
        for (const [result, number] of Object.entries(results)) inboundDomains.set({ check, result }, number);
      }
      for (const [result, number] of Object.entries(inbound?.users?.counts ?? {}))
        inboundUsers.set({ check, result }, number);
      const published = domains.flatMap(({ transport }) => transport?.mtaSts ?? []);
      for (const [mode, its] of Map.groupBy(published, modeOf)) {
        stsDomains.set({ check, mode }, its.length);
      }
      for (const { domain, records, registration } of domains) {
        if (registration) registrationEnds.set({ check, domain }, seconds(Date.parse(registration.expires)));
        // Several answers for one record (reports to several hosts, say) are right when all of them are.
        for (const [record, its] of Map.groupBy(records, (each) => each.record)) {
          const value = allOk(its.map(({ level }) => recordOk(level)));
          if (value !== null) ok.set({ check, domain, record }, value ? 1 : 0);
        }
      }
    },
  };
}

/** Without a policy, and without a fault of it or of its record, it could not be fetched: senders elsewhere may well have it. */
function modeOf({ policy, policyFault, recordFault }: MtaSts): string {
  return policy?.mode ?? (policyFault || recordFault ? 'unusable' : 'unknown');
}
