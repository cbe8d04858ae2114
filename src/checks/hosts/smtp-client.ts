/** SMTP with a mail exchanger, command by command, for questions alone: nothing here can submit a message. */
import { isIP, type Socket } from 'node:net';
import { handling } from '../../base/handling.ts';
import type { Resolver } from '../../dns/resolver.ts';
import { encrypt } from '../../net/dial.ts';
import { type Certificate, certificateOf, chainOf } from '../certificate.ts';
import { connectTo } from './host.ts';

/** RFC 5321 4.5.3.1.5 has 512; extended ones are a little longer. */
const MAX_LINE = 2_000;
const MAX_LINES = 100;
const MAX_CHAIN = 10;

/** An answer of the server: its code, and all its lines in one. */
export interface SmtpReply {
  readonly code: number;
  readonly text: string;
  /** Without code, each on its own. */
  readonly lines: readonly string[];
}

/** The server said nothing that can be used: it was silent, ended the connection, or is no mail server. */
export class SmtpError extends Error {
  readonly problem: 'silent' | 'closed' | 'no-smtp';
  constructor(problem: SmtpError['problem']) {
    super(`the server's answer: ${problem}`);
    this.problem = problem;
  }
}

export interface SmtpClientOptions {
  readonly host: string;
  readonly port: number;
  readonly resolver: Resolver;
  /** For the connection, and for each answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A session with a server. `close` always. */
export class SmtpClient {
  readonly address: string;
  readonly #options: SmtpClientOptions;
  #socket: Socket;
  #reader: LineReader;

  private constructor(socket: Socket, address: string, options: SmtpClientOptions) {
    this.#socket = socket;
    this.#reader = new LineReader(socket);
    this.address = address;
    this.#options = options;
  }

  /** @throws HostError where there is no connection, or the reason of the signal */
  static async connect(options: SmtpClientOptions): Promise<SmtpClient> {
    const { socket, address } = await connectTo(options.host, options.port, options);
    return new SmtpClient(socket, address, options);
  }

  /** The server's greeting. @throws SmtpError */
  greeting(): Promise<SmtpReply> {
    return this.#reply();
  }

  /** Sends one command. @throws SmtpError */
  command(line: string): Promise<SmtpReply> {
    if (/[\r\n]/.test(line)) throw new Error('an SMTP command is one line');
    this.#socket.write(`${line}\r\n`);
    return this.#reply();
  }

  /**
   * Encrypts, once STARTTLS was answered with 220. The certificate is looked at, and not insisted on.
   * @throws the error of the handshake
   */
  async encrypt(
    ca: string | undefined,
  ): Promise<{ protocol: string | null; certificate: Certificate | null; chain: readonly Buffer[] }> {
    const { host, signal, timeoutMs } = this.#options;
    this.#reader.detach();
    // An address is no name to ask for (RFC 6066 3).
    const name = isIP(host) === 0 ? { servername: host } : { host };
    const secure = await encrypt(
      this.#socket,
      { ...name, rejectUnauthorized: false, ...(ca !== undefined && { ca }) },
      AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    );
    this.#socket = secure;
    this.#reader = new LineReader(secure);
    const chain = chainOf(secure.getPeerCertificate(true))
      .slice(0, MAX_CHAIN)
      .map(({ raw }) => raw);
    return { protocol: secure.getProtocol(), certificate: certificateOf(secure), chain };
  }

  /** Says goodbye where the connection still stands, and does not wait for the answer. */
  close(): void {
    if (this.#socket.destroyed) return;
    this.#socket.end('QUIT\r\n');
    setTimeout(() => this.#socket.destroy(), 1_000).unref();
  }

  async #reply(): Promise<SmtpReply> {
    const { signal, timeoutMs } = this.#options;
    const end = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const lines: string[] = [];
    let code = 0;
    for (;;) {
      const line = await this.#reader.next(end);
      const [, digits, more = ' ', rest = ''] = /^(\d{3})([ -]?)(.*)$/.exec(line) ?? [];
      if (digits === undefined || lines.length >= MAX_LINES) throw new SmtpError('no-smtp');
      code = Number(digits);
      lines.push(rest);
      if (more !== '-') return { code, text: `${code} ${lines.join(' ')}`.trim(), lines };
    }
  }
}

/** The lines of a connection, one after the other. */
class LineReader {
  readonly #socket: Socket;
  readonly #lines: string[] = [];
  readonly detach: () => void;
  #rest = '';
  #over: SmtpError | null = null;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    const take = handling(
      () => this.#refuse(),
      (chunk: Buffer) => this.#take(chunk),
    );
    socket.on('data', take).on('close', this.#end);
    this.detach = () => void socket.off('data', take).off('close', this.#end);
  }

  /** @throws SmtpError, or the reason of the signal where it is no time-out */
  async next(signal: AbortSignal): Promise<string> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) return line;
      if (this.#over) throw this.#over;
      await this.#more(signal);
    }
  }

  #more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        const late = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';
        reject(late ? new SmtpError('silent') : (signal.reason as Error));
      };
      this.#wake = () => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    });
  }

  #take(chunk: Buffer): void {
    const parts = (this.#rest + chunk.toString('latin1')).split('\n');
    this.#rest = parts.pop() ?? '';
    this.#lines.push(...parts.map((part) => part.replace(/\r$/, '').slice(0, MAX_LINE)));
    // Who sends without end, or what is no line, is no mail server.
    if (this.#rest.length > MAX_LINE || this.#lines.length > MAX_LINES) this.#refuse();
    this.#wake();
  }

  /** What it sends is no answer of a mail server. */
  #refuse(): void {
    this.#over = new SmtpError('no-smtp');
    this.#socket.destroy();
  }

  readonly #end = (): void => {
    this.#over ??= new SmtpError('closed');
    this.#wake();
  };
}
