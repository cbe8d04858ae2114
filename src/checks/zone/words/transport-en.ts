/** The encryption of mail to the domains, in English. */
import { list } from '../../../base/words.ts';
import { certificateFault, certificateWords } from '../../../net/certificate-faults.ts';
import type { Sentences } from '../../wording.ts';
import type { FurtherDomains } from '../causes.ts';
import type { TransportCause } from '../transport/causes.ts';
import type { PolicyFault, RptRecordFault, StsRecordFault } from '../transport/result.ts';

const STS: Readonly<Record<StsRecordFault, string>> = {
  multiple: 'there are several records, so senders use none. Leave one',
  syntax: 'it is not "v=STSv1; id=…"',
  id: 'its id is missing, or is not 1 to 32 letters and digits',
};
const RPT: Readonly<Record<RptRecordFault, string>> = {
  multiple: 'there are several records, so senders use none. Leave one',
  syntax: 'it is not "v=TLSRPTv1; rua=mailto:…"',
  'no-address': 'it names no address for reports (rua)',
  address: 'an address in rua is neither mailto: nor https:',
};
const POLICY: { readonly [Fault in PolicyFault['fault']]: (detail: string) => string } = {
  'no-address': () => 'that host has no address',
  'private-address': () => 'that host has only private addresses, which nobody outside reaches',
  refused: () => 'that host refuses the connection',
  certificate: (code) =>
    `its certificate is not accepted: ${certificateWords.en[certificateFault(code) ?? 'unverified'](code)}`,
  tls: (code) => `the TLS handshake fails${code === '' ? '' : ` (${code})`}`,
  redirect: (status) => `it redirects (HTTP ${status}), which senders do not follow`,
  status: (status) => `it answers HTTP ${status}`,
  type: (type) => `its type is ${type === '' ? 'missing' : `"${type}"`}; expected text/plain`,
  'too-large': () => 'it is larger than 64 KiB',
  version: () => 'it has no line "version: STSv1"',
  mode: (mode) => `its mode is ${mode === '' ? 'missing' : `"${mode}"`}; expected enforce, testing or none`,
  'max-age': (age) =>
    `its max_age is ${age === '' ? 'missing' : `"${age}"`}; expected seconds, at most 31557600`,
  'no-mx': () => 'it names no mail server (mx)',
};

const one = (domains: readonly string[]) =>
  domains.length === 1 ? domains[0]! : `${domains.length} domains`;

export function transportEn(further: (cause: FurtherDomains) => string): Sentences<TransportCause> {
  return {
    'zone-mta-sts-record': (cause) =>
      'domains' in cause
        ? further(cause)
        : `_mta-sts.${cause.domain}: MTA-STS is not in force: ${STS[cause.fault]}.`,
    'zone-mta-sts-policy': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.domain} announces MTA-STS, but senders cannot use the policy at https://mta-sts.${cause.domain}/.well-known/mta-sts.txt: ${POLICY[cause.fault](cause.detail)}.`,
    'zone-mta-sts-mx': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.domain}: its MTA-STS policy (${cause.mode}) names ${list(cause.mx)} and not ${list(cause.unmatched)}, an MX host of the domain. ${cause.mode === 'enforce' ? 'Strict senders, such as Gmail and Outlook, deliver no mail to it.' : 'In mode enforce no mail would be delivered to it.'} Correct the policy, then the id in its record.`,
    'zone-mta-sts-unknown': ({ domains }) =>
      `The MTA-STS policy of ${one(domains)} could not be fetched: no answer in time, or our own network or resolver failed.`,
    'zone-tls-rpt-record': (cause) =>
      'domains' in cause
        ? further(cause)
        : `_smtp._tls.${cause.domain}: no reports about TLS are sent: ${RPT[cause.fault]}.`,
    'zone-transport-missing': ({ mtaSts, tlsRpt }) => {
      const parts = [
        ...(mtaSts.length > 0 ? [`${one(mtaSts)} without MTA-STS`] : []),
        ...(tlsRpt.length > 0 ? [`${one(tlsRpt)} without TLS-RPT`] : []),
      ];
      return `${list(parts)}: whoever stands between the servers can have mail to them delivered unencrypted or elsewhere, and no sender is informed. Begin with TLS-RPT and a policy in mode testing.`;
    },
  };
}
