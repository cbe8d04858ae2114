/** The zones of the sandbox: what the operator's template asks of each domain, and the hosts behind it. */
import { reportHosts } from '../../checks/records/dmarc.ts';
import { dmarcName, reportName } from '../../checks/records/names.ts';
import { expand, loadTemplate } from '../../checks/zone/template.ts';
import {
  ADDRESS,
  CUSTOMERS,
  HOSTED,
  INCOMING_HOST,
  PROBE_DOMAIN,
  PROBE_HOST,
  RELAY_HOST,
  TEMPLATE,
  TEMPLATE_VARIABLES,
} from '../domains.ts';
import type { ZoneRecordName } from '../mail/faults.ts';
import { txt, type Zone, type ZoneRecord } from './answer.ts';

/**
 * All of `.test` and the loopback's reverse zone, for receivers look above a domain, too (RFC 9989 4.10).
 * There are no NS records: they could only name port 53, where somebody else answers.
 */
export const APEXES = ['test', '127.in-addr.arpa'];

const address: ZoneRecord = { type: 'A', address: ADDRESS };

/**
 * @param key the base64 of `p=` that all domains publish
 * @param gone whether a domain's record is taken away
 */
export function zoneWith(key: string, gone: (record: ZoneRecordName, domain: string) => boolean): Zone {
  const zone: Record<string, ZoneRecord[]> = {
    // "mx:" in the template's SPF record means the MX records of the relay's name, not its address.
    [RELAY_HOST]: [address, { type: 'MX', priority: 10, exchange: RELAY_HOST }],
    [INCOMING_HOST]: [address],
    [PROBE_HOST]: [address],
    [PROBE_DOMAIN]: [{ type: 'MX', priority: 10, exchange: PROBE_HOST }],
    [`${ADDRESS.split('.').reverse().join('.')}.in-addr.arpa`]: [{ type: 'PTR', domain: RELAY_HOST }],
  };
  const template = loadTemplate(TEMPLATE, TEMPLATE_VARIABLES);
  for (const domain of HOSTED) {
    const { mx, spf, dkim, dmarc, report } = expand(template, domain, key);
    const add = (record: ZoneRecordName, name: string, ...records: ZoneRecord[]) => {
      if (!gone(record, domain)) zone[name] = [...(zone[name] ?? []), ...records];
    };
    add('mx', domain, ...(mx ?? []).map((one): ZoneRecord => ({ type: 'MX', ...one })));
    if (spf) add('spf', domain, txt(spf));
    if (dkim?.value) add('dkim', dkim.name, txt(dkim.value));
    if (dmarc) add('dmarc', dmarcName(domain), txt(dmarc));
    if (!dmarc || !report || !CUSTOMERS.some((customer) => customer === domain)) continue;
    for (const host of reportHosts(dmarc)) {
      add('dmarc-report', reportName(domain, host), txt(report));
    }
  }
  return zone;
}
