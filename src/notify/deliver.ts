/** One attempt to bring a message to a target: with a deadline, and an error that names no secret. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createTransport } from 'nodemailer';
import { errorCode } from '../base/errno.ts';
import type { TargetConfig } from '../config/notify.ts';
import type { Message } from './data.ts';
import { requestOf } from './payloads.ts';

const HTTP_MS = 10_000;
const SMTP_MS = 20_000;
const COMMAND_MS = 30_000;
const MOST_RETRY_AFTER_MS = 600_000;
/** A program gets nothing of Vigie's environment: secrets are in it. */
const CLEAN_ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
};

/** It did not arrive. The message has a status or a code, never an address. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  /** The receiver asked to wait for so long. */
  readonly retryAfterMs: number | null;
  constructor(message: string, retryAfterMs: number | null = null) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** @throws {DeliveryError} */
export async function deliver(target: TargetConfig, message: Message, signal: AbortSignal): Promise<void> {
  if (target.kind === 'email') return await email(target, message);
  if (target.kind === 'command') return await command(target.argv, message, signal);
  const { method, url, token, body } = requestOf(target, message);
  await request(url, signal, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token.reveal()}` }),
    },
    body: JSON.stringify(body),
  });
}

/** @throws {DeliveryError} */
export async function request(
  url: string,
  signal: AbortSignal,
  init: { method: string; headers?: Readonly<Record<string, string>>; body?: string },
): Promise<void> {
  const deadline = AbortSignal.timeout(HTTP_MS);
  let response: Response;
  try {
    response = await fetch(url, {
      ...init,
      headers: { 'user-agent': 'Vigie', ...init.headers },
      // A token is not carried on to another place.
      redirect: 'manual',
      signal: AbortSignal.any([signal, deadline]),
    });
  } catch (error) {
    if (deadline.aborted) throw new DeliveryError(`no answer within ${HTTP_MS / 1000} s`);
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new DeliveryError(errorCode(cause));
  }
  await response.body?.cancel().catch(() => undefined);
  if (response.ok) return;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfter = seconds > 0 ? Math.min(seconds * 1000, MOST_RETRY_AFTER_MS) : null;
  throw new DeliveryError(`HTTP status ${response.status}`, retryAfter);
}

async function email(target: Extract<TargetConfig, { kind: 'email' }>, message: Message): Promise<void> {
  const { host, port, tls = port === 465 ? 'implicit' : 'starttls', user, password, from, to } = target;
  const transport = createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(user !== undefined && password && { auth: { user, pass: password.reveal() } }),
    connectionTimeout: SMTP_MS / 2,
    greetingTimeout: SMTP_MS / 2,
    socketTimeout: SMTP_MS / 2,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const timer = setTimeout(() => transport.close(), SMTP_MS);
  try {
    const { rejected } = await transport.sendMail({
      from: { name: 'Vigie', address: from },
      to: [...to],
      subject: message.title,
      text: `${message.text}\n`,
      messageId: `<${message.id}@${from.replace(/^.*@/, '')}>`,
      // No holiday answers (RFC 3834).
      headers: { 'auto-submitted': 'auto-generated' },
      ...(message.severity === 'critical' && message.status === 'firing' && { priority: 'high' as const }),
    });
    if (rejected.length > 0) throw new DeliveryError('a recipient was refused');
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    const { responseCode } = error as { responseCode?: number };
    throw new DeliveryError(responseCode ? `SMTP status ${responseCode}` : errorCode(error));
  } finally {
    clearTimeout(timer);
    transport.close();
  }
}

async function command(argv: readonly string[], message: Message, signal: AbortSignal): Promise<void> {
  const [program = '', ...rest] = argv;
  const child = spawn(program, rest, {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: CLEAN_ENVIRONMENT,
    cwd: '/',
    // A group of its own: what it started ends with it.
    detached: true,
  });
  let late = false;
  const kill = () => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  };
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, COMMAND_MS);
  signal.addEventListener('abort', kill, { once: true });
  try {
    // Whether it reads it is its own affair.
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(message));
    const [code, killed] = (await once(child, 'close')) as [number | null, string | null];
    if (late) throw new DeliveryError(`the program did not end within ${COMMAND_MS / 1000} s`);
    if (code !== 0)
      throw new DeliveryError(killed ? `the program ended by ${killed}` : `exit status ${code}`);
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    throw new DeliveryError(errorCode(error));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
  }
}
