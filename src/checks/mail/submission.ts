/** Submits one message to the relay, and reports how far that got. */
import type { Resolver } from '../../dns/resolver.ts';
import type { Stage } from './causes.ts';
import type { TestMessage } from './message.ts';
import type { SubmissionOptions } from './options.ts';
import type { Submission, SubmissionState } from './result.ts';
import { SessionError, SmtpSession } from './session.ts';
import type { Transcript } from './transcript.ts';

export interface SubmissionContext {
  readonly resolver: Resolver;
  readonly ca: string | undefined;
  readonly transcript: Transcript;
  readonly signal: AbortSignal;
}

/** How it went, and what went wrong where something did. */
export interface Submitted {
  readonly submission: Submission;
  readonly error: SessionError | null;
  /** What was under way when it went wrong, or last. */
  readonly stage: Stage;
  /** On the clock of `performance.now()`. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Submits a message. Never rejects for what the relay, the network or the DNS does. */
export async function submitMessage(
  message: TestMessage,
  login: { user: string; password: string },
  options: SubmissionOptions,
  { resolver, ca, transcript, signal }: SubmissionContext,
): Promise<Submitted> {
  const startedAt = performance.now();
  const date = new Date().toISOString();
  const session = new SmtpSession(options, { ca, transcript, signal });
  let response: string | null = null;
  let error: SessionError | null = null;
  let stage: Stage = 'connection';
  try {
    await session.open(resolver);
    stage = 'login';
    await session.login(login.user, login.password);
    stage = 'letter';
    const info = await session.send(envelopeOf(message), message.raw);
    response = info.response;
  } catch (cause) {
    if (!(cause instanceof SessionError)) throw cause;
    error = cause;
    response = cause.response;
    transcript.note(cause.message);
  } finally {
    session.close();
  }
  const submission: Submission = {
    state: stateOf(error, transcript.dataBegun),
    host: options.host,
    port: options.port,
    address: session.address,
    response,
    queueId: queueIdOf(response),
    tls: session.tls,
    certificate: session.certificate,
    startedAt: date,
    ms: rounded(session.times),
  };
  return { submission, error, stage, startedAt, endedAt: performance.now() };
}

/** Bounces are asked for with the token as the envelope's name (RFC 3461), where the relay knows that. */
function envelopeOf({ token, returnPath, to, raw }: TestMessage) {
  return {
    from: returnPath,
    to: [to],
    size: raw.length,
    // As mail programs do; what a relay then does with it depends on the receiver.
    use8BitMime: raw.some((byte) => byte > 0x7f),
    dsn: { id: token, return: 'HDRS', notify: ['FAILURE', 'DELAY'], recipient: `rfc822;${to}` },
  };
}

function stateOf(error: SessionError | null, dataBegun: boolean): SubmissionState {
  if (error === null) return 'accepted';
  const { failure } = error;
  if (failure.problem === 'refused') return failure.code >= 500 ? 'refused' : 'deferred';
  // The message may be in transit: whoever waits for it will know.
  if (dataBegun) return 'uncertain';
  if (['resolver', 'local-network', 'aborted'].includes(failure.problem)) return 'unknown';
  return 'failed';
}

/** The queue id in the answer after the message, as postfix, exim, OpenSMTPD and Stalwart write it. */
export function queueIdOf(response: string | null): string | null {
  const match = /queued(?: with id| as)?[:\s]+<?([\w.-]+)|\bid=([\w.-]+)/i.exec(response ?? '');
  return match?.[1] ?? match?.[2] ?? null;
}

function rounded(times: Submission['ms']): Submission['ms'] {
  const round = (ms: number | null) => (ms === null ? null : Math.round(ms * 10) / 10);
  return {
    dns: round(times.dns),
    connect: round(times.connect),
    tls: round(times.tls),
    auth: round(times.auth),
    accept: round(times.accept),
  };
}
