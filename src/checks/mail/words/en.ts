import { aboutSeconds, limitInSeconds } from '../../../base/durations.ts';
import { instantInUtc } from '../../../base/instants.ts';
import type { Certificate } from '../../certificate.ts';
import { mailboxFaultIn } from '../../hosts/mailbox-faults.ts';
import { lookupFailureIn } from '../../lookup-failure.ts';
import type { MailDoing } from '../doing.ts';
import type { DkimVerdict, SpfVerdict } from '../result.ts';
import type { Shape } from '../shape-names.ts';
import { reasonsEn as reasons } from './reasons-en.ts';
import type { MailWords } from './type.ts';

const STAGES = {
  connection: 'while the session was being set up',
  login: 'at login',
  letter: 'while the message was being submitted',
} as const;

const REFUSALS = {
  refused: () => 'refuses the connection',
  silent: (seconds: string) => `does not answer (no connection within ${seconds})`,
  'no-host': () => 'cannot be reached (no such host answers)',
  reset: () => 'resets the connection',
} as const;

const EXCESS = {
  'header-bytes': (count: number) => `a header of ${count} bytes`,
  'header-lines': (count: number) => `a header of ${count} lines`,
  signatures: (count: number) => `${count} DKIM signatures`,
  'message-bytes': (count: number) => `${count} bytes`,
} as const;

const SHAPES: Readonly<Record<Shape, string>> = {
  'eight-bit': 'a message with 8-bit text',
  'long-line': 'a message with a line of 3000 characters',
  'long-header': 'a message with a Subject and References of more than 1000 characters',
  attachment: 'a message with an attachment',
  html: 'a message in HTML',
  'from-quoted': 'a message with a quoted name in From',
  'from-encoded': 'a message with an encoded name in From',
  'from-bare': 'a message without a name in From',
  'from-comment': 'a message with the name in From as a comment',
  'from-folded': 'a message with a From field of two lines',
};

const LOST = {
  refused: 'is refused by the relay',
  bounced: 'bounced',
  missing: 'has not arrived',
} as const;

function shapeAdvice(shape: Shape): string {
  if (shape === 'eight-bit') {
    return 'For receivers that do not announce 8BITMIME the relay converts it after it was signed. With postfix set force_mime_input_conversion = yes (from 3.9), or disable_mime_output_conversion = yes.';
  }
  if (shape === 'long-line' || shape === 'long-header') {
    return 'The relay breaks lines of more than 998 characters (RFC 5321 4.5.3.1.6) after they were signed. Let the programs that send them encode or fold them, or set smtp_line_length_limit = 0 with postfix.';
  }
  return 'Something between the signer and the receiver changes it: let it be changed before it is signed.';
}

const LISTENING = {
  'in-use': () =>
    'another program listens there. If it is Vigie running as a service, start the run on the page of the check',
  'not-permitted': () => 'this port needs more privileges (CAP_NET_BIND_SERVICE)',
  'not-local': () => 'this machine does not have that address',
  'other-settings': () =>
    'another check listens there with different settings. Give both the same receive.mx, or use another port',
  other: (detail: string) => detail,
} as const;

const RECEIVER = {
  dkim: 'Something between the relay and its verifier may alter the message, or its resolver does not find the key: compare the message in the evidence, and ask other resolvers for the key.',
  spf: 'It may see another address than the Received line shows, or its resolver another record: ask other resolvers for the record.',
  dmarc: 'Look at its dkim= and spf= in the message of the evidence, and ask other resolvers for the record.',
} as const;

const unseen = (seen: boolean) => (seen ? '' : ' (no test message came from it)');
const family = (address: string) => (address.includes(':') ? 'an AAAA record' : 'an A record');
const BLOCKLISTS = {
  refused:
    'it does not answer our resolver, as many lists do not answer public resolvers. Use a resolver of your own (resolver.servers)',
  'test-point-missing':
    'it does not list its own test point, so its answers are false, as many lists give them to public resolvers; or it has ended. Use a resolver of your own (resolver.servers)',
  'lists-everything':
    'it lists even what no list may list, so its answers are false: it has ended, or our resolver invents answers. Remove it',
  unreachable: 'no answer',
} as const;
const HELO = {
  'no-name': () =>
    'which is no full host name; some receivers refuse that. Set it (postfix: myhostname) to the name of the address.',
  'no-address': () =>
    'a name without an address in the DNS; some receivers refuse that. Publish one, or give a name that has one (postfix: myhostname).',
  elsewhere: (addresses: readonly string[], address: string) =>
    `a name that leads to ${addresses.join(', ')} and not to ${address}. Few receivers object; spam filters count it.`,
} as const;

const FILES = {
  'no-file': () => 'there is no such file',
  'not-permitted': () => 'permission denied',
  unreadable: (detail: string) => detail,
} as const;

const seconds = (ms: number) => aboutSeconds(ms);
const span = (ms: number) => limitInSeconds(ms);
const said = (response: string | null) =>
  response === null ? '' : ` It answered: ${response.replace(/\s+/g, ' ')}`;
const relay = ({ host, port }: { host: string; port: number }) => `The relay ${host}:${port}`;
const at = ({ addresses }: { addresses: readonly string[] }) => `(${addresses.join(', ')})`;
const key = ({ dkim }: { dkim: DkimVerdict }) => `${dkim.selector}._domainkey.${dkim.domain}`;
const from = ({ domain }: { domain: string }, text: string) => `${domain}: ${text}`;
const bounces = ({ reads }: { reads?: 'messages' | 'bounces' }) =>
  reads === 'bounces' ? 'Bounces cannot be read: ' : '';
const mailbox = ({ user, host, port }: { user?: string; host: string; port: number }) =>
  `the mailbox of ${user} at ${host}:${port}`;
const offered = (certificate: Certificate | undefined) =>
  certificate
    ? `${certificate.problem} (for ${certificate.names.join(', ') || certificate.name}, valid until ${certificate.validTo ? instantInUtc(certificate.validTo) : 'an unreadable date'})`
    : 'the relay offers none';

function progress(doing: MailDoing): string {
  switch (doing.id) {
    case 'receive':
      return 'preparing to receive';
    case 'arrived':
      return `the message from ${doing.from} arrived after ${doing.ms} ms`;
    case 'bounced':
      return `the message from ${doing.from} bounced`;
    case 'not-received':
      return `the message from ${doing.from}: ${doing.submission}, not received`;
  }
}

export const en: MailWords = {
  kind: 'mail',
  progress,
  service: {
    name: 'Mail',
    works: 'Mail is delivered and authenticated.',
    slow: 'Mail is delivered, but not as well as it should be.',
    broken: 'Mail may not arrive, or may be taken for spam.',
  },
  reasons,
  shapes: SHAPES,
  probes: {
    stranger: 'a message without a login',
    'foreign-envelope': 'a message in the name of another account',
    'foreign-from': 'a message with the address of another account in From',
  },
  findings: {
    'resolver-failed': (cause) =>
      cause.user === undefined
        ? `${relay(cause)} cannot be looked up: ${lookupFailureIn('en', cause.lookup)}.`
        : `${bounces(cause)}Cannot read ${mailbox(cause)}: ${lookupFailureIn('en', cause.lookup)}.`,
    'relay-no-address': (cause) =>
      `${relay(cause)} cannot be found: ${cause.host} has no address in the DNS.`,
    'relay-unreachable': (cause) =>
      `${relay(cause)} ${at(cause)} ${REFUSALS[cause.reason](span(cause.timeoutMs))}.`,
    network: (cause) => `${relay(cause)} ${at(cause)} cannot be reached from this machine (${cause.reason}).`,
    'relay-silent': (cause) =>
      `${relay(cause)} accepts connections but did not answer within ${span(cause.timeoutMs)} (${STAGES[cause.stage]}).`,
    'relay-closed': (cause) =>
      `${relay(cause)} closed the connection ${STAGES[cause.stage]}${cause.detail === null ? '' : ` (${cause.detail})`}.`,
    'relay-no-starttls': (cause) =>
      `${relay(cause)} does not offer STARTTLS: users could only log in unencrypted. No password was sent.`,
    'relay-tls': (cause) => `${relay(cause)}: the TLS handshake failed: ${cause.detail}.`,
    'relay-certificate': (cause) =>
      `${relay(cause)} has a certificate that mail programs reject: ${offered(cause.certificate)}. No password was sent.`,
    'relay-login-refused': (cause) =>
      `${relay(cause)} refuses the login: the configured password is wrong, or the relay cannot check passwords.${said(cause.response)}`,
    'relay-deferred': (cause) =>
      `${relay(cause)} does not accept mail now (${STAGES[cause.stage]}).${said(cause.response)}`,
    'relay-refused': (cause) =>
      `${relay(cause)} refuses to accept mail (${STAGES[cause.stage]}).${said(cause.response)}`,
    'relay-certificate-expiring': ({ host, certificate: { daysLeft, validTo } }) =>
      `The certificate of the relay ${host} expires in ${daysLeft} days (${validTo && instantInUtc(validTo)}).`,

    'submission-uncertain': (cause) =>
      `The connection to the relay ${cause.host} ended after the message from ${cause.from} was sent and before the relay answered; the message has not arrived. The relay may or may not have it.`,
    'submission-unanswered': (cause) =>
      `The relay ${cause.host} took the message from ${cause.from} without answering in time: it arrived, but a mail program would send it again.`,
    'not-delivered': (cause) => {
      const queued = cause.queueId === null ? '' : ` as ${cause.queueId}`;
      const seen =
        cause.notes.length > 0
          ? ' The relay connected to our mail server meanwhile.'
          : ' Nothing connected to our mail server meanwhile.';
      return `The message from ${cause.from} to ${cause.to}, which the relay accepted${queued}, has not arrived within ${seconds(cause.withinMs)}.${cause.via === 'mx' ? seen : ''}`;
    },
    'mx-at-capacity': (cause) =>
      `Could not tell whether the message from ${cause.from} to ${cause.to} was delivered: it has not arrived, and too many clients connected to the embedded mail server meanwhile, so the relay may have been kept out.`,
    bounced: ({ from: sender, to, bounce }) => {
      const by = bounce.remoteMta ?? bounce.reportingMta ?? 'the receiving server';
      const reason = bounce.diagnostic ?? bounce.status ?? 'without a readable reason';
      return `The message from ${sender} to ${to} bounced. ${by} answered: ${reason}.`;
    },
    'sorted-as-spam': (cause) =>
      `The message from ${cause.from} to ${cause.to} arrived, but was sorted into the folder for spam (${cause.folder}): people do not see such mail. Read its header (X-Spam-Status, Authentication-Results) for the reason; where it is only that test messages look alike, let the filter of this mailbox accept their sender.`,
    'receiver-disagrees': (cause) =>
      `${cause.receivedBy} does not authenticate the message from ${cause.from} as Vigie does: it states ${cause.mechanism}=${cause.result}, here ${cause.mechanism.toUpperCase()} passes. ${RECEIVER[cause.mechanism]}`,
    'slow-delivery': (cause) =>
      `The message from ${cause.from} took ${seconds(cause.ms)} to arrive; expected at most ${seconds(cause.expectedMs)}.`,
    'message-too-large': (cause) =>
      `The message from ${cause.from} to ${cause.to} arrived with ${EXCESS[cause.what](cause.found)}; at most ${cause.limit} are read. Something in transit added to it, and it was not authenticated.`,
    'delivery-not-encrypted': (cause) =>
      `The message from ${cause.from} reached the receiving server unencrypted.`,
    'late-letters': ({ count, latestMs, latestSentAt }) =>
      `${count === 1 ? 'A test message' : `${count} test messages`} of earlier runs arrived late, at most ${seconds(latestMs)} after being sent (${latestSentAt}).`,

    'delivered-twice': ({ count, copies, apartMs, identical, sentAt }) => {
      const what = count === 1 ? 'A test message' : `${count} test messages`;
      const most = count === 1 ? `${copies} times` : `more than once, at most ${copies} times`;
      const why =
        identical === true
          ? 'The copies are the same to the byte: the relay sent it again, as it does when the answer to the first delivery was lost. If that goes on, look for a connection that is cut after the message (a firewall, a filter that takes long).'
          : identical === false
            ? 'The copies differ: they came by different paths, such as an alias and a list that both lead to the recipient, or two relays.'
            : 'Either an alias and a list, or two rules, both lead to the mailbox; or the relay sent it again because the answer to the first delivery was lost. The Received lines of the copies show which.';
      return `${what} arrived ${most} within ${seconds(apartMs)} (sent ${sentAt}). ${why}`;
    },

    'relay-name-missing': ({ address, seen }) =>
      `The relay's address ${address} has no name in the DNS (PTR)${unseen(seen)}. Large receivers refuse mail from such addresses. Whoever owns the address (the hoster) sets the record, to a name that leads back to it.`,
    'relay-name-unconfirmed': ({ address, names, seen }) =>
      `The relay's address ${address}${unseen(seen)} is named ${names.join(', ')} in the DNS (PTR), but no such name leads back to ${address}, so receivers do not believe it. Publish ${family(address)} for the name, or correct the PTR record.`,
    'relay-helo': ({ address, helo, problem, addresses }) =>
      `The relay introduces itself from ${address} as "${helo}" (HELO), ${HELO[problem](addresses, address)}`,
    'relay-tls-old': ({ address, tls }) =>
      `The relay delivered from ${address} with ${tls}, which receivers are giving up (RFC 8996). Allow TLS 1.2 and 1.3 where it sends.`,
    'relay-identity-unknown': ({ address, lookup }) =>
      `How receivers see the relay's address ${address} could not be checked: ${lookupFailureIn('en', lookup)}.`,
    'blocklist-listed': ({ list, subject, codes, text }) =>
      `${subject} is on the block list ${list} (${codes.join(', ')}): servers that ask it refuse or sort out mail. Find out why there, stop that, then ask to be removed.${text === null ? '' : ` The list says: "${text}".`}`,
    'blocklist-unusable': ({ list, reason, lookup }) =>
      lookup
        ? `The block list ${list} could not be asked: ${lookupFailureIn('en', lookup)}.`
        : `The block list ${list} could not be asked: ${BLOCKLISTS[reason]}.`,
    'from-rewritten': (cause) =>
      `${cause.domain}: the From field of the message from ${cause.from} was rewritten in transit; its domain is now ${cause.now ?? 'not readable'}.`,
    'dkim-unsigned': (cause) => from(cause, 'the message is not signed (no DKIM-Signature).'),
    'dkim-unknown': (cause) => from(cause, `DKIM could not be checked: ${why(cause)}.`),
    'dkim-body-altered': (cause) =>
      from(
        cause,
        `the body was altered after it was signed${cause.alteredLine === null ? '' : `; the first line that differs from what was sent is ${JSON.stringify(cause.alteredLine)}`}.`,
      ),
    'dkim-header-altered': (cause) =>
      from(cause, 'the signature does not verify: a header field was altered after it was signed.'),
    'dkim-wrong-key': (cause) =>
      from(
        cause,
        cause.dkim.keyMatchesZone === false
          ? `the message is signed with another key than the zone publishes at ${key(cause)}.`
          : `the signature does not verify with the key at ${key(cause)}: the relay probably signs with another key than the zone publishes.`,
      ),
    'dkim-no-key': (cause) => from(cause, `the zone has no key at ${key(cause)}.`),
    'dkim-invalid-key': (cause) =>
      from(
        cause,
        cause.dkim.cause?.code === 'damaged-key'
          ? `the record at ${key(cause)} contains no usable key: ${why(cause)}.`
          : `the record at ${key(cause)} contains no usable key (revoked, or damaged).`,
      ),
    'dkim-expired': (cause) => from(cause, 'the signature has expired (x=), or a clock is wrong.'),
    'dkim-invalid': (cause) => from(cause, `the signature is not valid: ${why(cause)}.`),
    'dkim-not-aligned': (cause) =>
      from(
        cause,
        `the message is signed by ${cause.dkim.domain}, not by the domain in From, so the signature does not authenticate it.`,
      ),
    'dkim-selector': (cause) =>
      from(cause, `signed with the selector ${cause.dkim.selector}; expected ${cause.expected}.`),
    'dkim-weak-key': (cause) =>
      from(cause, `the key has ${cause.dkim.bits} bits; expected at least ${cause.minBits}.`),
    'dkim-key-multiple': (cause) =>
      from(
        cause,
        `the zone has ${cause.records} TXT records at ${cause.dkim.selector}._domainkey; a receiver may use any of them (RFC 6376 3.6.2.2).`,
      ),
    'dkim-testing': (cause) =>
      from(cause, 'the key has t=y (testing): receivers may treat the message as unsigned.'),
    'dkim-body-limit': (cause) =>
      from(
        cause,
        `the signature covers only the first ${cause.dkim.bodyLimit} bytes of the body (l=): anything can be added after them.`,
      ),
    'dkim-from-not-oversigned': (cause) =>
      from(
        cause,
        'From is signed, but not oversigned: a second From could be added without breaking the signature (opendkim: OversignHeaders From).',
      ),
    'dkim-other-broken': ({ other, ...cause }) =>
      from(
        cause,
        `the message is authenticated, but another signature in it is not valid (d=${other.domain}, s=${other.selector}${other.algorithm === null ? '' : `, ${other.algorithm}`}): ${other.cause ? reasons.dkim(other.cause) : other.result}. Receivers that can read only that one do not authenticate it.`,
      ),
    'dkim-clock-ahead': (cause) =>
      from(
        cause,
        `the signature was made ${seconds(cause.aheadMs)} in the future: the clock of the relay, or that of this machine, is wrong. Some receivers ignore such signatures (RFC 6376 3.5).`,
      ),

    'spf-failed': (cause) =>
      from(
        cause,
        `SPF result ${cause.spf.result}: ${cause.spf.clientIp ?? 'an unknown address'} may not send for ${cause.spf.domain} (${cause.spf.record ?? 'no record'}).`,
      ),
    'spf-missing': (cause) => from(cause, `there is no SPF record at ${cause.spf.domain}.`),
    'spf-invalid': (cause) =>
      from(cause, `the SPF record of ${cause.spf.domain} cannot be evaluated: ${whySpf(cause)}.`),
    'spf-not-aligned': (cause) =>
      from(
        cause,
        `SPF passes for ${cause.spf.domain}, which is not the domain in From, so it does not authenticate the message.`,
      ),
    'spf-address-hidden': (cause) =>
      from(
        cause,
        `SPF could not be checked: the message came from ${cause.spf.clientIp}, a private address, so a NAT or a proxy hides the address of the relay (see receive.mx.proxies).`,
      ),
    'spf-unknown': (cause) => from(cause, `SPF could not be checked: ${whySpf(cause)}.`),

    'dmarc-failed': (cause) => {
      const reason = cause.dmarc.cause ? ` (${reasons.dmarc(cause.dmarc.cause)})` : '';
      return from(cause, `DMARC fails: neither DKIM nor SPF passes for the domain in From${reason}.`);
    },
    'dmarc-missing': (cause) => from(cause, `there is no DMARC record at _dmarc.${cause.domain}.`),
    'dmarc-multiple': (cause) =>
      from(
        cause,
        `the zone has ${cause.records} DMARC records, so receivers ignore them all (RFC 9989 4.10).`,
      ),
    'dmarc-not-strict': (cause) =>
      from(
        cause,
        'DMARC passes only because its record allows relaxed alignment: neither DKIM nor SPF is by exactly the domain in From.',
      ),
    'dmarc-policy': (cause) =>
      from(cause, `the DMARC policy is ${cause.dmarc.policy}; expected ${cause.expected}.`),
    'dmarc-unknown': (cause) =>
      from(
        cause,
        `DMARC could not be checked: ${cause.dmarc.cause ? reasons.dmarc(cause.dmarc.cause) : cause.dmarc.reason}.`,
      ),

    'shape-dkim-lost': ({ domain, shape, dkim, alteredLine }) => {
      const reason = dkim.cause ? reasons.dkim(dkim.cause) : dkim.reason || dkim.result;
      const line =
        alteredLine === null
          ? ''
          : `; the first line that differs is ${JSON.stringify(alteredLine.slice(0, 80))}`;
      return `${domain}: ${SHAPES[shape]} loses its DKIM signature on the way (${reason}${line}), while a short plain one keeps it. ${shapeAdvice(shape)}`;
    },
    'shape-lost': ({ domain, shape, how, response }) =>
      `${domain}: ${SHAPES[shape]} ${LOST[how]}, while a short plain one is delivered.${said(response)}`,

    'mailbox-unreachable': (cause) =>
      `${bounces(cause)}Cannot read ${mailbox(cause)}: ${mailboxFaultIn('en', cause)}.`,
    'mailbox-login-refused': (cause) => {
      const answer = cause.response === null ? '' : ` ("${cause.response}")`;
      return `${bounces(cause)}Cannot read ${mailbox(cause)}: the login was refused${answer}. It was tried once; check the user and the password, or the access token.`;
    },
    'mailbox-lost': (cause) =>
      `${bounces(cause)}The connection to the mailbox at ${cause.host} was lost: ${cause.detail}.`,
    'mx-not-listening': (cause) =>
      `The embedded mail server cannot listen on ${cause.address} (receive.mx.listen): ${LISTENING[cause.reason](cause.detail)}.`,
    configuration: (cause) => {
      const { key: name, path, reason, detail = '' } = cause;
      if (reason === 'pair-incomplete') return `${name}: key and cert are needed together; one is missing.`;
      if (reason === 'no-public-key')
        return `${name}: ${path} contains no public key in PEM form: ${detail}.`;
      return `${name}: ${path} cannot be read: ${FILES[reason](detail)}.`;
    },

    'relay-open': (cause) =>
      `${relay(cause)} accepts mail from anybody, without a login: it can be used for spam. (No message was sent.)`,
    'foreign-from-believed': ({ login, letter, by, name }) => {
      const how = by.map(({ mechanism, domain }) =>
        mechanism === 'dkim' ? `signed with d=${domain}` : `SPF passes for ${domain}`,
      );
      const what = name === 'foreign-from' ? 'only From was foreign' : 'envelope and From were foreign';
      return `The relay lets ${login} write as ${letter.from}, and receivers authenticate it: ${how.join(', ')} (${what}).`;
    },
    'probe-inconclusive': (cause) =>
      cause.letter
        ? `Could not check whether the relay lets ${cause.login} write as ${cause.letter.from}: the message was neither refused nor has it arrived.`
        : `Could not check whether the relay ${cause.host}:${cause.port} refuses mail without a login.${said(cause.response ?? null)}`,
  },
};

function why({ dkim }: { dkim: DkimVerdict }): string {
  return dkim.cause ? reasons.dkim(dkim.cause) : dkim.reason || dkim.result;
}

function whySpf({ spf }: { spf: SpfVerdict }): string {
  return spf.cause ? reasons.spf(spf.cause) : spf.reason || 'it is invalid';
}
