/** The particulars of a mail run: how each test message was delivered, and whether receivers authenticate it. */
import { delayInWords } from '../base/durations.ts';
import type {
  AuthResult,
  BlocklistResult,
  LateMessage,
  MailResult,
  MessageResult,
  ProbeResult,
  RelayAddress,
  ShapeResult,
} from '../checks/mail/result.ts';
import { mailWords } from '../checks/mail/words/index.ts';
import type { RunFrame, TerminalFace } from './face.ts';
import type { Paint } from './paint.ts';

export const mailFace: TerminalFace<'mail'> = { particulars };

function particulars(mail: MailResult, run: RunFrame, paint: Paint): string[] {
  if (mail.letters.length === 0) return [];
  const lines = mail.letters.flatMap((message) => [
    `${paint('bold', message.from)}  ${delivered(message)}`,
    ...authentication(message, paint),
    ...receiver(message, paint),
    paint('dim', `  ${submission(message)}`),
  ]);
  const notes = [
    ...(mail.identity ?? []).map(identity),
    ...(mail.blocklists ?? []).map(blocklist),
    ...mail.probes.map(probe),
    ...shapes(mail.shapes ?? []),
    ...certificate(mail.letters),
    ...(mail.late.length > 0 ? [late(mail.late)] : []),
    run.phases.map(({ name, ms }) => `${name} ${delayInWords(ms)}`).join(', '),
  ];
  return [...lines, '', ...notes.map((note) => paint('dim', note))];
}

function delivered({ submission: { state }, delivery, bounce }: MessageResult): string {
  if (delivery) {
    const by = delivery.clientIp ? ` from ${delivery.clientIp}` : '';
    return `arrived ${delayInWords(delivery.wholeMs)} after it was sent${by}`;
  }
  if (bounce) return `bounced: ${bounce.diagnostic ?? bounce.status ?? bounce.action}`;
  return state === 'accepted' ? 'accepted by the relay, not arrived' : STATES[state];
}

const STATES = {
  refused: 'refused by the relay',
  deferred: 'deferred by the relay',
  uncertain: 'sent, but the relay did not answer; not arrived',
  failed: 'not submitted',
  unknown: 'not submitted',
} as const;

/** `  dkim pass  d=example.org s=smtp 2048 bits`, one line per mechanism. */
function authentication({ dkim, spf, dmarc }: MessageResult, paint: Paint): string[] {
  if (!dkim || !spf || !dmarc) return [];
  const line = (name: string, result: AuthResult, aligned: boolean, details: string) =>
    `  ${name.padEnd(5)}  ${word(result, aligned, paint)}  ${details}`.trimEnd();
  const signed = dkim.domain ? `d=${dkim.domain} s=${dkim.selector}` : '';
  const bits = dkim.bits === null ? '' : ` ${dkim.bits} bits`;
  const policy = dmarc.policy ? `p=${dmarc.policy}` : '';
  const by = dmarc.alignedBy.length > 0 ? `by ${dmarc.alignedBy.join(' and ')}` : '';
  return [
    line('dkim', dkim.result, dkim.aligned, `${signed}${bits}${because(dkim.reason)}`),
    line('spf', spf.result, spf.aligned, `${spf.domain ?? ''}${because(spf.reason)}`),
    line('dmarc', dmarc.result, true, `${[policy, by].filter(Boolean).join(', ')}${because(dmarc.reason)}`),
  ];
}

/** `  receiver mx.example.net: dkim=pass, spf=pass, dmarc=pass`. */
function receiver({ to, receiver: verdict }: MessageResult, paint: Paint): string[] {
  if (!verdict) return [];
  const said = (['dkim', 'spf', 'dmarc', 'arc'] as const)
    .filter((name) => verdict[name] !== null)
    .map((name) => `${name}=${verdict[name]}`);
  const who = verdict.authservId ?? to.replace(/^.*@/, '');
  return [paint('dim', `  receiver ${who}: ${said.join(', ')}`)];
}

function word(result: AuthResult, aligned: boolean, paint: Paint): string {
  const text = result === 'pass' && !aligned ? 'pass, for another domain' : result;
  const style = result === 'temperror' ? 'magenta' : result === 'pass' && aligned ? 'green' : 'red';
  return paint(style, text.padEnd(4));
}

const because = (reason: string): string => (reason ? ` (${reason})` : '');

function submission({ to, submission: { host, port, tls, queueId, ms } }: MessageResult): string {
  const steps = Object.entries(ms)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${delayInWords(value ?? 0)}`);
  const how = [`to ${to} by ${host}:${port}`, tls?.protocol, queueId && `queued as ${queueId}`];
  return [...how.filter(Boolean), ...steps].join(', ');
}

function certificate(messages: readonly MessageResult[]): string[] {
  const shown = messages.find(({ submission: { certificate: offered } }) => offered)?.submission.certificate;
  if (!shown) return [];
  const trouble = shown.problem ? `; not accepted: ${shown.problem}` : '';
  const left = shown.daysLeft === null ? 'no readable date' : `${shown.daysLeft} days left`;
  return [`certificate of ${shown.chain.join(' ← ')}, ${left}${trouble}`];
}

/** `the relay is 192.0.2.25, named out.example.org (confirmed), HELO out.example.org, TLSv1.3`. */
function identity({ address, seen, names, confirmed, helo, tls }: RelayAddress): string {
  const standing = confirmed === null ? 'could not check' : confirmed ? 'confirmed' : 'not confirmed';
  const named = names.length > 0 ? `named ${names.join(', ')} (${standing})` : nameless(confirmed);
  const how = [named, helo && `HELO ${helo}`, tls, !seen && 'no test message came from there'];
  return `the relay is ${[address, ...how].filter(Boolean).join(', ')}`;
}

function blocklist({ list, state, listed }: BlocklistResult): string {
  if (state !== 'ok') return `block list ${list}: could not be asked`;
  const names = listed.map(({ subject }) => subject).join(', ');
  return `block list ${list}: ${listed.length === 0 ? 'not listed' : `lists ${names}`}`;
}

const nameless = (confirmed: boolean | null) =>
  confirmed === null ? 'its name could not be looked up' : 'without a name';

function probe({ name, result, response }: ProbeResult): string {
  const said = response ? ` (${response.replace(/\s+/g, ' ')})` : '';
  return `${mailWords.en.probes[name]}: ${result === 'unknown' ? 'could not check' : result}${said}`;
}

function shapes(results: readonly ShapeResult[]): string[] {
  const [first] = results;
  if (!first) return [];
  const signed = results.filter(({ became }) => became === 'signed').length;
  const others = results.filter(({ became }) => became !== 'signed').map(({ shape }) => shape);
  const but = others.length > 0 ? `; not: ${others.join(', ')}` : '';
  return [
    `${signed} of ${results.length} messages of real shape keep their signature${but} (tested at ${first.testedAt.slice(0, 16).replace('T', ' ')} UTC)`,
  ];
}

function late(messages: readonly LateMessage[]): string {
  const worst = Math.max(...messages.map(({ lateMs }) => lateMs));
  const count = messages.length === 1 ? '1 message' : `${messages.length} messages`;
  return `${count} of earlier runs arrived late, at most ${delayInWords(worst)} after being sent`;
}
