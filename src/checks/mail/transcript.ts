/** What client and server sent to each other, kept as evidence. Credentials are never written down. */

/** The parts of nodemailer's log entries that are used. */
interface LogEntry {
  readonly tnx?: string;
}

interface Line {
  readonly atMs: number;
  readonly who: 'C' | 'S' | '*';
  readonly text: string;
}

/** Stands for credentials. */
const REDACTED = '[secret]';
/** What nodemailer logs for a command that may hold a secret. */
const MASKED = '/* secret */';

/**
 * A transcript that is also nodemailer's logger (with `transactionLog`, which leaves the message itself out).
 * Everything the client sends from AUTH until the server's answer to it is replaced.
 */
export class Transcript {
  readonly #start = performance.now();
  readonly #lines: Line[] = [];
  #authenticating = false;

  /** Writes down something that was neither said by the client nor by the server. */
  note(text: string): void {
    this.#add('*', text);
  }

  /** Writes down what the client is about to send, where nodemailer's own log would mask it. */
  command(text: string): void {
    this.#add('C', text);
  }

  /** The logger that an `SMTPConnection` takes. */
  get logger(): Record<string, (entry: LogEntry | undefined, ...text: string[]) => void> {
    const log = (entry: LogEntry | undefined, ...text: string[]) => {
      if (entry?.tnx === 'client') this.#client(text[0] ?? '');
      else if (entry?.tnx === 'server') this.#server(text[0] ?? '');
    };
    return { trace: log, debug: log, info: log, warn: log, error: log, fatal: log };
  }

  /** Milliseconds since the start at which the client first (or last) said something that begins so. */
  saidAt(beginning: string, which: 'first' | 'last' = 'first'): number | null {
    const matches = (line: Line) => line.who === 'C' && line.text.startsWith(beginning);
    const line = which === 'first' ? this.#lines.find(matches) : this.#lines.findLast(matches);
    return line?.atMs ?? null;
  }

  /** The server has asked for the message: from here on it may have taken it, whatever happens. */
  get dataBegun(): boolean {
    return this.#lines.some((line) => line.who === 'S' && line.text.startsWith('354'));
  }

  /** The server has agreed to STARTTLS, and nothing has been said since. */
  get handshaking(): boolean {
    const asked = this.#lines.findLastIndex(({ who }) => who === 'C');
    if (this.#lines[asked]?.text !== 'STARTTLS') return false;
    return this.#lines.slice(asked).some(({ who, text }) => who === 'S' && text.startsWith('220'));
  }

  /** The server's last answer to EHLO had this keyword. */
  offered(keyword: string): boolean {
    const ehlo = this.#lines.findLastIndex((line) => line.who === 'C' && line.text.startsWith('EHLO'));
    const answer = this.#lines.slice(ehlo + 1).find((line) => line.who === 'S');
    return new RegExp(`^250[ -]${keyword}\\b`, 'im').test(answer?.text ?? '');
  }

  toString(): string {
    return this.#lines
      .flatMap(({ atMs, who, text }) =>
        text.split(/\r?\n/).map((line) => `${atMs.toFixed(1).padStart(9)} ${who}: ${line}\n`),
      )
      .join('');
  }

  #client(text: string): void {
    if (text === MASKED && !this.#authenticating) return;
    const auth = /^AUTH\s+(\S+)(?<rest>.*)$/is.exec(text);
    if (auth) {
      this.#authenticating = true;
      this.#add('C', `AUTH ${auth[1]}${auth.groups?.rest ? ` ${REDACTED}` : ''}`);
    } else this.#add('C', this.#authenticating ? REDACTED : text);
  }

  #server(text: string): void {
    const challenge = text.startsWith('334');
    if (!challenge) this.#authenticating = false;
    this.#add('S', challenge ? `334 ${REDACTED}` : text);
  }

  #add(who: Line['who'], text: string): void {
    this.#lines.push({ atMs: performance.now() - this.#start, who, text });
  }
}
