/** Metrics of a mail check: whether test messages arrive, and whether receivers authenticate them. */
import type { Registry } from 'prom-client';
import type { AuthResult, MessageResult } from '../../checks/mail/result.ts';
import { allOk, gauge, seconds } from './collector.ts';
import type { Collector } from './face.ts';

const MECHANISMS = ['dkim', 'spf', 'dmarc'] as const;
type Mechanism = (typeof MECHANISMS)[number];

/** Whether a mechanism passes, for the domain that a reader sees; null when it is undecided. */
function passes(message: MessageResult, mechanism: Mechanism): boolean | null {
  const verdict = message[mechanism];
  if (verdict === null || undecided(verdict.result)) return null;
  const aligned = 'aligned' in verdict ? verdict.aligned : true;
  return verdict.result === 'pass' && aligned;
}

/** What the receiver states; null where it states nothing, or could not decide. */
function receiverPasses({ receiver }: MessageResult, mechanism: Mechanism): boolean | null {
  const result = receiver?.[mechanism] ?? null;
  return result === null || result === 'temperror' || result === 'unknown' ? null : result === 'pass';
}

function undecided(result: AuthResult): boolean {
  return result === 'temperror';
}

/** The slowest of several messages in milliseconds; null unless all have arrived. */
function slowest(messages: readonly MessageResult[]): number | null {
  const times = messages.map(({ delivery }) => delivery?.ms ?? null);
  return times.length === 0 || times.includes(null) ? null : Math.max(...times.map(Number));
}

export function mailMetrics(registry: Registry): Collector<'mail'> {
  const delivery = gauge(
    registry,
    'vigie_mail_delivery_seconds',
    'From the acceptance of the test message by the relay to its arrival, of the slowest; absent unless all arrived.',
    ['check'],
  );
  const authenticated = gauge(
    registry,
    'vigie_mail_authenticated',
    'Whether every test message passes the mechanism for the domain of its sender (1), or not (0).',
    ['check', 'mechanism'],
  );
  const byDomain = gauge(
    registry,
    'vigie_mail_domain_authenticated',
    'The same for each domain that sent a test message.',
    ['check', 'domain', 'mechanism'],
  );
  const deliveryByDomain = gauge(
    registry,
    'vigie_mail_domain_delivery_seconds',
    'From the acceptance of the test message by the relay to its arrival, for each domain that sent one.',
    ['check', 'domain'],
  );
  const expiry = gauge(
    registry,
    'vigie_mail_certificate_expiry_timestamp_seconds',
    "When the relay's certificate expires.",
    ['check'],
  );
  const named = gauge(
    registry,
    'vigie_mail_relay_name_confirmed',
    'Whether the names (PTR) of the addresses that test messages came from lead back to them; absent where that is not known.',
    ['check', 'family'],
  );
  const listed = gauge(
    registry,
    'vigie_mail_blocklisted',
    "How many of the relay's addresses, or of the senders' domains, are on a DNS block list; absent where it could not be asked.",
    ['check', 'list'],
  );
  const receiver = gauge(
    registry,
    'vigie_mail_receiver_authenticated',
    'Whether the server of the mailbox states that every test message passes the mechanism (1), or not (0); absent where it states nothing.',
    ['check', 'mechanism'],
  );
  const all = [receiver, listed, delivery, authenticated, byDomain, deliveryByDomain, expiry, named];
  return {
    reset() {
      for (const metric of all) metric.reset();
    },
    add(mail, { check }) {
      if (mail.letters.length === 0) return;
      const ms = slowest(mail.letters);
      if (ms !== null) delivery.set({ check }, seconds(ms));
      for (const mechanism of MECHANISMS) {
        const ok = allOk(mail.letters.map((message) => passes(message, mechanism)));
        if (ok !== null) authenticated.set({ check, mechanism }, ok ? 1 : 0);
      }
      for (const mechanism of MECHANISMS) {
        const ok = allOk(mail.letters.map((message) => receiverPasses(message, mechanism)));
        if (ok !== null) receiver.set({ check, mechanism }, ok ? 1 : 0);
      }
      const domains = Map.groupBy(mail.letters, ({ from }) => from.replace(/^.*@/, '').toLowerCase());
      for (const [domain, messages] of domains) {
        const its = slowest(messages);
        if (its !== null) deliveryByDomain.set({ check, domain }, seconds(its));
        for (const mechanism of MECHANISMS) {
          const ok = allOk(messages.map((message) => passes(message, mechanism)));
          if (ok !== null) byDomain.set({ check, domain, mechanism }, ok ? 1 : 0);
        }
      }
      const expiries = mail.letters.flatMap(({ submission }) =>
        submission.certificate?.validTo ? [Date.parse(submission.certificate.validTo)] : [],
      );
      for (const one of mail.blocklists ?? []) {
        if (one.state === 'ok') listed.set({ check, list: one.list }, one.listed.length);
      }
      for (const family of ['ipv4', 'ipv6'] as const) {
        const seen = (mail.identity ?? []).filter(
          (one) => one.seen && (family === 'ipv6') === one.address.includes(':'),
        );
        const confirmed = allOk(seen.map((one) => one.confirmed));
        if (seen.length > 0 && confirmed !== null) named.set({ check, family }, confirmed ? 1 : 0);
      }
      if (expiries.length > 0) expiry.set({ check }, seconds(Math.min(...expiries)));
    },
  };
}
