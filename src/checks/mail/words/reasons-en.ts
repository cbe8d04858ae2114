import { lookupFailureIn } from '../../lookup-failure.ts';
import { spfFaultIn } from '../../records/spf-fault.ts';
import type { AUTHOR_FAULTS, DkimComplaint, DkimReason } from '../reasons.ts';
import type { ReasonWords } from './type.ts';

const DKIM: Readonly<Record<DkimComplaint, string>> = {
  'body-altered': 'body hash did not verify',
  'bad-signature': 'bad signature',
  expired: 'expired',
  'no-key': 'no key',
  'invalid-key': 'invalid public key',
  'unknown-key-version': 'unknown key version',
  'unknown-key-type': 'unknown key type',
  'key-too-short': 'the key is too short',
  'key-not-for-mail': 'the key is not for mail (s=)',
  'key-forbids-hash': 'the key does not allow the hash algorithm (h=)',
  'key-of-other-algorithm': 'the key is of another algorithm than the signature',
  'weak-algorithm': 'the algorithm is too weak (rsa-sha1)',
  'unknown-algorithm': 'unknown algorithm',
  'unknown-canonicalization': 'unknown canonicalization',
  'unknown-version': 'unknown version of the signature',
  'unsupported-query-method': 'unsupported query method (q=)',
  'missing-tag': 'the signature lacks a required tag',
  'syntax-error': 'syntax error in the signature',
  'invalid-expiration': 'the signature expires before it was made',
  'identity-mismatch': 'i= is not in the signing domain',
  'from-not-signed': 'From is not signed',
};

const AUTHOR: Readonly<Record<(typeof AUTHOR_FAULTS)[number], string>> = {
  'several-from-fields': 'the message has several From fields',
  'several-author-domains': 'the message has authors in several domains',
  'invalid-author-domain': 'the From field contains no valid domain',
  'no-author-domain': 'the message has no From domain',
};

const unrecognised = (raw: string) => raw || 'no reason given';

type DamagedKey = Extract<DkimReason, { readonly code: 'damaged-key' }>;

const DAMAGES: Readonly<Record<DamagedKey['damage'], (reason: DamagedKey) => string>> = {
  marks: () => 'it contains quotation marks or backslashes, which a form adds automatically',
  'tag-case': () => 'the tag is written "P=", and tag names of DKIM have a case: "p="',
  'no-key-tag': () => 'it has no key (no tag p=)',
  revoked: () => 'the key is revoked (p= is empty)',
  characters: () => 'the key contains characters that do not belong in it',
  'cut-off': ({ bytes, announced }) => `the key is cut off after ${bytes} of ${announced} bytes`,
  unreadable: () => 'what stands in p= is not a public key',
};

export const reasonsEn: ReasonWords = {
  dkim(reason) {
    if (reason.code === 'unsigned') return 'the message has no signature';
    if (reason.code === 'several-from-fields') return `the message has ${reason.fields} From fields`;
    if (reason.code === 'lookup-failed') return lookupFailureIn('en', reason.lookup);
    if (reason.code === 'damaged-key') return DAMAGES[reason.damage](reason);
    if (reason.code === 'dns-error') return `DNS failure: ${reason.error}`;
    if (reason.code === 'unrecognised') return unrecognised(reason.raw);
    return DKIM[reason.code];
  },
  spf(reason) {
    if ('sender' in reason) {
      if (reason.code === 'fail')
        return `domain of ${reason.sender} does not designate ${reason.clientIp} as permitted sender`;
      if (reason.code === 'softfail')
        return `domain of transitioning ${reason.sender} does not designate ${reason.clientIp} as permitted sender`;
      return `${reason.clientIp} is neither permitted nor denied by domain of ${reason.sender}`;
    }
    if (reason.code === 'none') return `${reason.domain} does not designate permitted sender hosts`;
    if (reason.code === 'no-hop') {
      const { hosts = [] } = reason;
      return hosts.length === 0
        ? 'the server that handed over the message is not known'
        : `the server that handed over the message is not known: no Received line was written by a host of the mailbox's MX record, but by ${hosts.join(', ')}. Name the one that takes mail from outside in receive.imap.receivedBy`;
    }
    if (reason.code === 'no-client-address') return 'the address of the client is not known';
    if (reason.code === 'lookup-failed') return lookupFailureIn('en', reason.lookup);
    return spfFaultIn('en', reason);
  },
  dmarc(reason) {
    if (reason.code === 'not-aligned') return reason.policies;
    if (reason.code === 'dkim-undecided') return reasonsEn.dkim(reason.dkim);
    if (reason.code === 'spf-undecided') return reasonsEn.spf(reason.spf);
    if (reason.code === 'too-many-domains')
      return `${reason.domain} was not compared: too many domains in one message`;
    if (reason.code === 'lookup-failed') return lookupFailureIn('en', reason.lookup);
    if (reason.code === 'unrecognised') return unrecognised(reason.raw);
    return AUTHOR[reason.code];
  },
};
