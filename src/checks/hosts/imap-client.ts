/** A client for a mailbox of the configuration, not yet connected. */
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { ImapFlow } from 'imapflow';
import { errorCode } from '../../base/errno.ts';
import { Slices } from '../../base/giving-way.ts';
import type { Secret } from '../../base/units.ts';
import type { Resolver } from '../../dns/resolver.ts';
import { addressesOf } from './host.ts';

export interface Mailbox {
  readonly host: string;
  readonly port: number;
  readonly tls: 'starttls' | 'implicit';
  readonly user: string;
  readonly password?: Secret | undefined;
  /** The path of a file with an access token, which is used where there is no password. */
  readonly accessTokenFile?: string | undefined;
  /** Milliseconds, for each answer. */
  readonly timeout: number;
}

export interface ClientContext {
  readonly resolver: Resolver;
  /** PEM of the authorities that may have signed the certificate; without it the system's. */
  readonly ca: string | undefined;
  readonly signal: AbortSignal;
}

/** What is taken of a server that is hostile or broken. Bytes, and milliseconds of silence. */
export interface MailboxLimits {
  readonly socketTimeout: number;
  readonly maxLineLength: number;
  readonly maxLiteralSize: number;
  readonly maxResponseSize: number;
}

/** Rejects with what the lookup of the host, or the reading of the access token, rejects with. */
export async function imapClient(
  mailbox: Mailbox,
  { resolver, ca, signal }: ClientContext,
  limits: MailboxLimits,
): Promise<ImapFlow> {
  const { host, port, tls, timeout } = mailbox;
  const [address] = await addressesOf(host, resolver, signal);
  const client = new ImapFlow({
    host: address!,
    port,
    ...(isIP(host) === 0 && { servername: host }),
    secure: tls === 'implicit',
    ...(tls === 'starttls' ? { doSTARTTLS: true } : {}),
    auth: await loginOf(mailbox),
    ...(ca ? { tls: { ca } } : {}),
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    ...limits,
  });
  readInSlices(client);
  return client;
}

const LONGEST_TOKEN = 16_384;

/** Read for each login: access tokens are valid for an hour. */
async function loginOf({
  user,
  password,
  accessTokenFile: file,
}: Mailbox): Promise<{ user: string; pass: string } | { user: string; accessToken: string }> {
  if (file === undefined) return { user, pass: password?.reveal() ?? '' };
  const content = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error(`the access token in ${file} cannot be read (${errorCode(cause)})`);
  });
  const accessToken = content.trim();
  if (accessToken.length <= LONGEST_TOKEN && /^[\x21-\x7e]+$/.test(accessToken)) return { user, accessToken };
  throw new Error(`${file} does not contain an access token alone`);
}

/**
 * imapflow reads all responses that have arrived in one go, and means to give way after ten of them, but counts anew for each
 * (`reader`, imapflow 1.x): a server that says `* 1 EXISTS` without end would have the event loop for itself.
 */
function readInSlices(client: ImapFlow): void {
  const inner = client as unknown as { handleResponse: (data: unknown) => Promise<boolean> };
  const handle = inner.handleResponse.bind(client);
  const slices = new Slices();
  inner.handleResponse = async (data) => {
    await slices.pause();
    return handle(data);
  };
}
