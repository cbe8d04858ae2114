/** Whose fault it is that something could not be reached, as data. */
import { z } from 'zod';
import { CERTIFICATE_FAULTS, certificateFault } from './certificate-faults.ts';
import { parseHostPort, withoutBrackets } from './host-port.ts';
import { PRIVATE_TARGET } from './lookups.ts';
import { NO_FAMILY } from './resolving.ts';

/** This machine has no path to the address: nothing was learnt of the other side. */
const NO_NETWORK = ['ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL'];
const SILENT = ['AbortError', 'TimeoutError', 'ABORT_ERR', 'ETIMEDOUT'];

/** `own-…`: this machine's fault. The others say something of the other side. */
export const FAILURES = [
  'own-network-down',
  'own-resolver-down',
  'host-unknown',
  'certificate-invalid',
  'refused',
  'silent',
  'not-tls',
  /** A stranger named a private address: it was not asked. */
  'private-address',
  /** It has addresses, none of them of the family that was asked for. */
  'no-address-of-family',
  'unreachable',
] as const;
export type FailureKind = (typeof FAILURES)[number];

/** Why a connection to a host failed. */
export const connectionFailure = z.strictObject({
  failure: z.enum(FAILURES),
  host: z.string().describe('a name, or `name:port`'),
  name: z.string().describe('the name alone'),
  code: z.string().describe("Node's, OpenSSL's or the system's code"),
  certificate: z.enum(CERTIFICATE_FAULTS).exactOptional(),
  tls: z
    .enum(['old-version', 'no-http1'])
    .exactOptional()
    .describe(
      'why it is no TLS to use: versions before 1.2 alone, or HTTP/2 alone, where a WebSocket needs HTTP/1.1',
    ),
  deadlineMs: z.number().exactOptional().describe('how long the host had, where it did not answer'),
});
export type ConnectionFailure = Readonly<z.output<typeof connectionFailure>>;

/**
 * The code of what went wrong. Of several addresses that failed, one that was reached says most: a machine
 * without IPv6 has no path to a host's IPv6 address, which says nothing of the IPv4 one that refused.
 */
export function failureCode(cause: unknown): string {
  if (!(cause instanceof Error)) return '';
  const own = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  const codes: readonly (string | undefined)[] =
    cause instanceof AggregateError ? cause.errors.map((error: unknown) => failureCode(error)) : [own];
  return codes.find((code) => code && !NO_NETWORK.includes(code)) ?? (codes[0] || cause.name);
}

/** What an error of a connection to `host` (`name` or `name:port`) means; `deadlineMs` is what it was given. */
export function failureOf(host: string, cause: Error, deadlineMs: number): ConnectionFailure {
  const code = failureCode(cause);
  const name = parseHostPort(host)?.host ?? withoutBrackets(host);
  const certificate = certificateFault(code);
  const failure = kindOf(code, certificate !== null);
  return {
    failure,
    host,
    name,
    code,
    ...(failure === 'certificate-invalid' && certificate && { certificate }),
    ...(failure === 'silent' && { deadlineMs }),
    ...(failure === 'not-tls' && tlsFault(cause)),
  };
}

function kindOf(code: string, certificate: boolean): FailureKind {
  if (NO_NETWORK.includes(code)) return 'own-network-down';
  if (code === 'EAI_AGAIN') return 'own-resolver-down';
  if (code === 'ENOTFOUND') return 'host-unknown';
  if (certificate) return 'certificate-invalid';
  if (code === PRIVATE_TARGET) return 'private-address';
  if (code === NO_FAMILY) return 'no-address-of-family';
  if (code === 'ECONNREFUSED') return 'refused';
  if (SILENT.includes(code)) return 'silent';
  return code === 'EPROTO' || code.startsWith('ERR_SSL_') ? 'not-tls' : 'unreachable';
}

/** What the other side says in an alert (RFC 8446 6.2, RFC 7301 3.2); OpenSSL has it in the text of its error alone. */
function tlsFault({ message }: Error): Pick<ConnectionFailure, 'tls'> {
  if (/alert protocol version|unsupported protocol/i.test(message)) return { tls: 'old-version' };
  return /alert no application protocol/i.test(message) ? { tls: 'no-http1' } : {};
}

/** The resolver was still being waited for when the time was over. */
export function resolverSilent(host: string): ConnectionFailure {
  return failureOf(host, Object.assign(new Error('no answer'), { code: 'EAI_AGAIN' }), 0);
}
