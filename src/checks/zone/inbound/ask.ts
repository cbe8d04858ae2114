/** One session with a mail exchanger: its TLS, and a few domains whose recipients it is asked about. No message is submitted. */
import { randomBytes } from 'node:crypto';
import type { Resolver } from '../../../dns/resolver.ts';
import { HostError, type HostFailure } from '../../hosts/host.ts';
import { SmtpClient, SmtpError, type SmtpReply } from '../../hosts/smtp-client.ts';
import { isInternational } from '../users/address.ts';
import { recipientAnswer } from './answers.ts';
import type { DomainInbound, Exchanger, RecipientAnswer } from './result.ts';

export interface AskOptions {
  readonly port: number;
  readonly helo: string;
  readonly ca: string | undefined;
  readonly timeoutMs: number;
  readonly resolver: Resolver;
  readonly signal: AbortSignal;
}

/** What a session found out. */
export interface Answers {
  readonly exchanger: Exchanger;
  /** The certificates that it sent, its own first (DER). */
  readonly chain: readonly Buffer[];
  /** Those that were asked about; fewer where the session ended before. */
  readonly domains: readonly DomainInbound[];
}

type Problem = NonNullable<Exchanger['problem']>;
const SHOWN = 500;
/** What senders answer their user (RFC 6531 3.5) where the server takes no such address. */
const NOT_INTERNATIONAL: SmtpReply = {
  code: 550,
  text: '550 5.6.7 the server does not offer SMTPUTF8, which this address needs',
  lines: [],
};

/** Asks a mail exchanger about domains. Never rejects for what servers and networks do. */
export async function askExchanger(
  host: string,
  domains: readonly string[],
  options: AskOptions,
): Promise<Answers> {
  const state = new State(host);
  const answered: DomainInbound[] = [];
  await inSession(state, options, (client) => askAll(client, domains, answered, state));
  return { exchanger: state.exchanger(), chain: state.chain, domains: answered };
}

export interface RecipientAsked {
  readonly address: string;
  readonly answer: RecipientAnswer;
  /** In the server's words. */
  readonly response: string;
}

/** Asks a mail exchanger about recipients, all in one session. Never rejects for what servers and networks do. */
export async function askRecipients(
  host: string,
  addresses: readonly string[],
  options: AskOptions,
): Promise<{ problem: Exchanger['problem']; answers: readonly RecipientAsked[] }> {
  const state = new State(host);
  const replies: { address: string; reply: SmtpReply }[] = [];
  await inSession(state, options, (client) => askEach(client, addresses, replies, state));
  const accepted = replies.some(({ reply }) => reply.code < 300);
  const answers = replies.map(({ address, reply }): RecipientAsked => {
    // The domain is served: others of it are looked at by `askExchanger`.
    const answer = recipientAnswer(reply, accepted);
    const response = reply.text.slice(0, SHOWN);
    return { address, answer: answer === 'domain-unknown' ? 'refused' : answer, response };
  });
  return { problem: state.exchanger().problem, answers };
}

/** Where TLS cannot be had, other servers deliver without it: so do we ask. */
async function inSession(
  state: State,
  options: AskOptions,
  work: (client: SmtpClient) => Promise<void>,
): Promise<void> {
  for (const withTls of [true, false]) {
    const again = await session(state, withTls, work, options);
    if (!again) break;
  }
}

/** True where the handshake failed, and the session is to be tried without. */
async function session(
  state: State,
  withTls: boolean,
  work: (client: SmtpClient) => Promise<void>,
  options: AskOptions,
): Promise<boolean> {
  let client: SmtpClient | null = null;
  try {
    client = await SmtpClient.connect({ host: state.host, ...options });
    state.address = client.address;
    const refusal = await introduce(client, options.helo, state);
    if (refusal) return state.stop('us-refused', refusal.text);
    if (withTls && state.starttls === 'unknown') {
      const encrypted = await secure(client, options, state);
      if (encrypted === 'again') return true;
    }
    await work(client);
    return false;
  } catch (cause) {
    if (options.signal.aborted) return state.stop('silent', null);
    if (cause instanceof HostError) return state.stop(problemOf(cause.failure), null);
    if (cause instanceof SmtpError) return state.stop(cause.problem, null);
    throw cause;
  } finally {
    client?.close();
  }
}

/** Greeting and EHLO; the answer with which the server does not want us, else null. */
async function introduce(client: SmtpClient, helo: string, state: State): Promise<SmtpReply | null> {
  const greeting = await client.greeting();
  if (greeting.code !== 220) return greeting;
  const hello = await client.command(`EHLO ${helo}`);
  if (hello.code !== 250) return hello;
  state.offered = hello.lines.some((line) => /^STARTTLS\b/i.test(line));
  state.international = offersInternational(hello);
  return null;
}

async function secure(
  client: SmtpClient,
  { ca, helo, signal }: AskOptions,
  state: State,
): Promise<'on' | 'again' | 'off'> {
  if (!state.offered) {
    state.starttls = 'absent';
    return 'off';
  }
  const ready = await client.command('STARTTLS');
  if (ready.code !== 220) {
    state.starttls = ready.code >= 500 ? 'failed' : 'unknown';
    return 'off';
  }
  try {
    const { protocol, certificate, chain } = await client.encrypt(ca);
    Object.assign(state, { starttls: 'ok', tls: protocol, certificate, chain });
  } catch (cause) {
    if (signal.aborted) throw cause;
    state.starttls = 'failed';
    return 'again';
  }
  state.international = offersInternational(await client.command(`EHLO ${helo}`));
  return 'on';
}

const offersInternational = ({ lines }: SmtpReply) => lines.some((line) => /^SMTPUTF8\b/i.test(line));

async function askEach(
  client: SmtpClient,
  addresses: readonly string[],
  replies: { address: string; reply: SmtpReply }[],
  state: State,
): Promise<void> {
  const [plain, international] = [false, true].map((of) =>
    addresses.filter((address) => isInternational(address) === of),
  );
  for (const [some, parameter] of [
    [plain!, ''],
    [international!, ' SMTPUTF8'],
  ] as const) {
    if (some.length === 0) continue;
    if (parameter !== '' && !state.international) {
      replies.push(...some.map((address) => ({ address, reply: NOT_INTERNATIONAL })));
      continue;
    }
    const sender = await client.command(`MAIL FROM:<>${parameter}`);
    if (sender.code >= 300) {
      state.stop('us-refused', sender.text);
      return;
    }
    for (const address of some) {
      replies.push({ address, reply: await client.command(`RCPT TO:<${address}>`) });
    }
    await client.command('RSET');
  }
}

async function askAll(
  client: SmtpClient,
  domains: readonly string[],
  answered: DomainInbound[],
  state: State,
): Promise<void> {
  let accepted = false;
  for (const domain of domains) {
    // Bounces have a null sender, so that every server has to take it (RFC 5321 4.5.5).
    const sender = await client.command('MAIL FROM:<>');
    if (sender.code >= 300) {
      state.stop('us-refused', sender.text);
      return;
    }
    const postmaster = await client.command(`RCPT TO:<postmaster@${domain}>`);
    const madeUp = await client.command(`RCPT TO:<vigie-${randomBytes(8).toString('hex')}@${domain}>`);
    accepted ||= postmaster.code < 300;
    const one = {
      postmaster: recipientAnswer(postmaster, accepted),
      madeUp: recipientAnswer(madeUp, accepted),
    };
    const response = (one.postmaster === 'accepted' ? madeUp : postmaster).text.slice(0, SHOWN);
    answered.push({ domain, host: state.host, testedAt: new Date().toISOString(), ...one, response });
    await client.command('RSET');
  }
}

function problemOf(failure: HostFailure): Problem {
  if (failure.problem === 'unreachable') return failure.reason;
  return failure.problem === 'local-network' ? 'network' : failure.problem;
}

/** What is known of the server so far. */
class State {
  readonly host: string;
  address: string | null = null;
  offered = false;
  international = false;
  starttls: Exchanger['starttls'] = 'unknown';
  tls: string | null = null;
  certificate: Exchanger['certificate'] = null;
  chain: readonly Buffer[] = [];
  #problem: Problem | null = null;
  #response: string | null = null;

  constructor(host: string) {
    this.host = host;
  }

  /** The session ends here, and is not tried again. */
  stop(problem: Problem, response: string | null): false {
    this.#problem = problem;
    this.#response = response?.slice(0, SHOWN) ?? null;
    return false;
  }

  exchanger(): Exchanger {
    return {
      host: this.host,
      testedAt: new Date().toISOString(),
      address: this.address,
      starttls: this.starttls,
      tls: this.tls,
      certificate: this.certificate,
      problem: this.#problem,
      response: this.#response,
    };
  }
}
