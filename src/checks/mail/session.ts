/** One SMTP session with the relay: connection, TLS with a verified certificate, and its commands. */

import { isIP, type Socket } from 'node:net';
import { type ConnectionOptions, TLSSocket } from 'node:tls';
import SMTPConnection, {
  type SMTPConnectionCustomAuthContext,
  type SMTPConnectionSendInfo,
  type SMTPEnvelope,
} from 'nodemailer/lib/smtp-connection';
import type { Resolver } from '../../dns/resolver.ts';
import { encrypt } from '../../net/dial.ts';
import { failureCode } from '../../net/failure.ts';
import { hostPort } from '../../net/host-port.ts';
import { type Certificate, certificateOf } from '../certificate.ts';
import { connectTo, HostError, type HostFailure } from '../hosts/host.ts';
import type { SubmissionOptions } from './options.ts';
import type { SubmissionTimes } from './result.ts';
import type { Transcript } from './transcript.ts';

/** Why there was no session, or why it ended. */
export type SessionFailure =
  | HostFailure
  | { readonly problem: 'silent' }
  /** `detail` is what the system or the library says; null where the other side ended it without a reason. */
  | { readonly problem: 'closed'; readonly detail: string | null }
  | { readonly problem: 'no-starttls' }
  | { readonly problem: 'tls'; readonly reason: 'silent' | 'closed' | 'other'; readonly detail: string }
  | { readonly problem: 'certificate' }
  | { readonly problem: 'refused'; readonly code: number }
  | { readonly problem: 'aborted' };

/** A session that failed. `response` is the server's answer, where there was one; the message is for logs. */
export class SessionError extends Error {
  readonly failure: SessionFailure;
  readonly response: string | null;
  constructor(failure: SessionFailure, message: string, response: string | null = null) {
    super(message);
    this.failure = failure;
    this.response = response?.slice(0, MAX_SHOWN) ?? null;
  }
}

/** Codes of OpenSSL and Node for what went wrong in a handshake. */
const TLS_CODE = /SSL|TLS|^EPROTO$/;
/** Bytes of one answer; the longest that are of use have a few hundred. */
const MAX_RESPONSE = 65_536;
/** Of an answer that is kept. */
const MAX_SHOWN = 2_000;
/** One step is several answers, each of which has the whole timeout; a relay that drips its answers has this long. */
const TIMEOUTS_PER_STEP = 2;

function handshakeFailed(reason: 'silent' | 'closed' | 'other', detail: string): SessionError {
  return new SessionError({ problem: 'tls', reason, detail }, detail);
}

/** What OpenSSL complains about, in its own few words; its whole line has addresses and files of its sources in it. */
function handshakeDetail(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const reason = cause instanceof Error && 'reason' in cause ? cause.reason : undefined;
  const inLine = /^.*\berror:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/is.exec(message.slice(0, 1_000))?.[1];
  const said = typeof reason === 'string' && reason !== '' ? reason : (inLine ?? message);
  return said.replace(/\s+/g, ' ').trim();
}

function handshakeError(cause: unknown): SessionError {
  return handshakeFailed(failureCode(cause) === 'ECONNRESET' ? 'closed' : 'other', handshakeDetail(cause));
}

function closed(detail: string | null): SessionError {
  return new SessionError({ problem: 'closed', detail }, detail ?? 'the relay closed the connection');
}

/** The run was ended. */
function aborted(): SessionError {
  return new SessionError({ problem: 'aborted' }, 'the run was ended');
}

/** What nodemailer says of an answer that does not come. */
function timedOut(): SmtpFailure {
  return Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' });
}

type Times = { -readonly [Step in keyof SubmissionTimes]: SubmissionTimes[Step] };

/** The login method under which nodemailer sends any command. */
const ASK = 'X-VIGIE-ASK';

/** A command and what the server answered. */
export interface Reply {
  readonly command: string;
  readonly code: number;
  readonly response: string;
}

/** What nodemailer's errors carry; see `classify` for how they are read. */
interface SmtpFailure extends Error {
  code?: string;
  originalCode?: string;
  command?: string;
  responseCode?: number;
  response?: string;
}

/** A session with the relay. `open` before anything else; `close` always. */
export class SmtpSession {
  readonly transcript: Transcript;
  readonly times: Times = { dns: null, connect: null, tls: null, auth: null, accept: null };
  address: string | null = null;
  tls: { protocol: string; cipher: string } | null = null;
  certificate: Certificate | null = null;
  readonly #options: SubmissionOptions;
  readonly #ca: string | undefined;
  readonly #signal: AbortSignal;
  #connection: SMTPConnection | null = null;
  #commands: readonly string[] = [];
  #replies: Reply[] = [];

  constructor(
    options: SubmissionOptions,
    { ca, transcript, signal }: { ca: string | undefined; transcript: Transcript; signal: AbortSignal },
  ) {
    this.#options = options;
    this.#ca = ca;
    this.#signal = signal;
    this.transcript = transcript;
  }

  /**
   * Connects, greets, and encrypts. No secret has been sent when it returns, and none may be when it throws.
   * @throws SessionError
   */
  async open(resolver: Resolver): Promise<void> {
    const { host, port, timeout, name: ehlo, tls } = this.#options;
    this.transcript.note(`connecting to ${hostPort({ host, port })}`);
    const connected = await connectTo(host, port, {
      resolver,
      timeoutMs: timeout,
      signal: this.#signal,
    }).catch((cause: unknown) => {
      if (this.#signal.aborted) throw aborted();
      if (!(cause instanceof HostError)) throw cause;
      this.times.dns = cause.dnsMs;
      this.transcript.note(cause.message);
      throw new SessionError(cause.failure, cause.message);
    });
    this.times.dns = connected.dnsMs;
    this.times.connect = connected.connectMs;
    this.address = connected.address;
    this.transcript.note(`connected to ${connected.address}`);
    // An address is no name to ask for (RFC 6066 3).
    const name = isIP(host) === 0 ? { servername: host } : { host };
    // The certificate is judged below, before anything secret is said: so it can be described when it is bad.
    const verify = { ...name, rejectUnauthorized: false, ...(this.#ca ? { ca: this.#ca } : {}) };
    const implicit = tls === 'implicit';
    this.#connection = new SMTPConnection({
      host,
      port,
      secure: implicit,
      secured: implicit,
      requireTLS: !implicit,
      connection: implicit ? await this.#encrypt(connected.socket, verify) : connected.socket,
      name: ehlo,
      tls: verify,
      connectionTimeout: timeout * 3,
      greetingTimeout: timeout,
      socketTimeout: timeout,
      socketCloseTimeout: 1000,
      maxResponseSize: MAX_RESPONSE,
      transactionLog: true,
      logger: this.transcript.logger,
      customAuth: { [ASK]: (context) => this.#answer(context) },
    });
    try {
      await this.#step<void>((done) => this.#connection?.connect(done));
    } finally {
      this.#noteTls();
    }
    if (this.certificate?.problem !== null) {
      const problem = this.certificate?.problem ?? 'none was offered';
      throw new SessionError({ problem: 'certificate' }, `the certificate is not accepted: ${problem}`);
    }
  }

  /** @throws SessionError `refused` when the credentials are not taken */
  async login(user: string, password: string): Promise<void> {
    const begun = performance.now();
    await this.#step<boolean | undefined>((done) =>
      this.#connection?.login({ credentials: { user, pass: password } }, done),
    );
    this.times.auth = performance.now() - begun;
  }

  /** Submits a message. @throws SessionError */
  async send(envelope: SMTPEnvelope, raw: Buffer): Promise<SMTPConnectionSendInfo> {
    const begun = performance.now();
    const info = await this.#step<SMTPConnectionSendInfo>((done) =>
      this.#connection?.send(envelope, raw, done),
    );
    this.times.accept = performance.now() - begun;
    return info;
  }

  /**
   * Sends commands one after the other, until one is not answered with 2xx, and never submits a message. The
   * answers, the last one included. @throws SessionError
   */
  async ask(commands: readonly string[]): Promise<Reply[]> {
    this.#commands = commands;
    this.#replies = [];
    await this.#step<boolean | undefined>((done) => this.#connection?.login({ method: ASK }, done));
    return this.#replies;
  }

  /** nodemailer sends arbitrary commands only as part of a custom login method. */
  async #answer(server: SMTPConnectionCustomAuthContext): Promise<void> {
    for (const command of this.#commands) {
      // nodemailer's log masks all that is said here, but none of it is secret.
      this.transcript.command(command);
      const { status, response } = await server.sendCommand(command);
      this.#replies.push({ command, code: status, response });
      if (status < 200 || status > 299) break;
    }
    server.resolve();
  }

  /** Ends the session politely where it still stands. */
  close(): void {
    if (!this.#connection) return;
    if (this.#connection.destroyed) this.#connection.close();
    else this.#connection.quit();
    this.#connection = null;
  }

  /** The handshake of a connection that is encrypted from the start. */
  async #encrypt(socket: Socket, verify: ConnectionOptions): Promise<TLSSocket> {
    const begun = performance.now();
    const timeout = AbortSignal.timeout(this.#options.timeout);
    const encrypted = await encrypt(socket, verify, AbortSignal.any([this.#signal, timeout])).catch(
      (cause: unknown) => {
        socket.destroy();
        if (this.#signal.aborted) throw aborted();
        throw timeout.aborted ? handshakeFailed('silent', 'no answer in time') : handshakeError(cause);
      },
    );
    this.times.tls = performance.now() - begun;
    return encrypted;
  }

  /** What the encryption is, once there is some; also when the session failed after it. */
  #noteTls(): void {
    const socket = this.#connection?._socket;
    if (!(socket instanceof TLSSocket)) return;
    // Of a handshake that was not finished there is a protocol without a cipher, whatever Node's types say.
    const cipher: { standardName?: string } | undefined = socket.getCipher();
    if (!socket.getProtocol() || !cipher?.standardName) return;
    const starttls = this.transcript.saidAt('STARTTLS');
    const after = this.transcript.saidAt('EHLO', 'last');
    // After STARTTLS the client greets again; that greeting marks the end of the handshake.
    if (starttls !== null && after !== null && after > starttls) this.times.tls = after - starttls;
    this.tls = { protocol: socket.getProtocol() ?? '', cipher: cipher.standardName };
    this.certificate = certificateOf(socket);
    this.transcript.note(`${this.tls.protocol} ${this.tls.cipher}, certificate of ${this.certificate?.name}`);
  }

  /** One call of the connection as a promise that also ends with the connection, or with the run. */
  async #step<T>(start: (done: (error?: Error | null, value?: T) => void) => void): Promise<T> {
    const connection = this.#connection;
    if (!connection) throw closed('the session is over');
    let end: (reason: Error) => void = () => {};
    const abort = () => end(aborted());
    const ended = new Promise<never>((_resolve, reject) => {
      end = (reason) => {
        reject(reason);
        connection.close();
      };
      connection.once('error', reject);
      connection.once('end', () => reject(closed(null)));
    });
    const late = setTimeout(() => end(timedOut()), this.#options.timeout * TIMEOUTS_PER_STEP);
    if (this.#signal.aborted) abort();
    this.#signal.addEventListener('abort', abort, { once: true });
    try {
      const called = new Promise<T>((resolve, reject) => {
        start((error, value) => (error ? reject(error) : resolve(value as T)));
      });
      return await Promise.race([called, ended]);
    } catch (cause) {
      throw cause instanceof SessionError ? cause : this.#classify(cause as SmtpFailure);
    } finally {
      clearTimeout(late);
      this.#signal.removeEventListener('abort', abort);
      connection.removeAllListeners('end').removeAllListeners('error');
      connection.on('error', () => {});
    }
  }

  /**
   * Reads nodemailer's errors by the server's answer first and their code last: a 454 to STARTTLS, say, is
   * reported with the code of a broken handshake.
   */
  #classify(failure: SmtpFailure): SessionError {
    const { responseCode, response, command, code } = failure;
    if (command === 'STARTTLS' && !this.transcript.offered('STARTTLS')) {
      const none = { problem: 'no-starttls' } as const;
      return new SessionError(none, 'the relay does not offer STARTTLS', response ?? null);
    }
    if (responseCode) {
      const refused = { problem: 'refused', code: responseCode } as const;
      return new SessionError(refused, failure.message, response ?? null);
    }
    if (this.transcript.handshaking) {
      if (code === 'ETIMEDOUT') return handshakeFailed('silent', 'no answer in time');
      return handshakeFailed(code === 'ECONNECTION' ? 'closed' : 'other', handshakeDetail(failure));
    }
    if (code === 'ETIMEDOUT') {
      const seconds = Math.round(this.#options.timeout / 1000);
      return new SessionError({ problem: 'silent' }, `the relay did not answer within ${seconds} s`);
    }
    if (code === 'ETLS' || TLS_CODE.test(failure.originalCode ?? '')) {
      return handshakeFailed('other', handshakeDetail(failure));
    }
    return closed(failure.message);
  }
}
