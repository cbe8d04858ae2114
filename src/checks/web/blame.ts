/** Whose fault it is that something could not be reached, and how that is said. */
import { formatDuration } from '../../base/units.ts';
import type { Finding } from '../check.ts';
import { ownFault } from '../run.ts';

const CERTIFICATE = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS_CERT|HOSTNAME_MISMATCH)/;

/** This machine has no way to the address: nothing was learnt of the other side. */
const NO_WAY = ['ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL'];

const SILENT = ['AbortError', 'TimeoutError', 'ABORT_ERR', 'ETIMEDOUT'];

/** `own-…`: this machine's. The others say something of the other side. */
export type Trouble =
  | 'own-network-down'
  | 'own-resolver-down'
  | 'host-unknown'
  | 'certificate-invalid'
  | 'refused'
  | 'silent'
  | 'not-tls'
  | 'unreachable';

export interface Blame {
  readonly trouble: Trouble;
  readonly code: string;
  /** Goes on after "… cannot be used: "; without a full stop. */
  readonly reason: string;
}

/**
 * The code of what went wrong. Of several addresses that failed, one that was reached tells most: a machine
 * without IPv6 has no way to a host's IPv6 address, which says nothing of the IPv4 one that refused.
 */
function codeOf(cause: Error & { readonly code?: string }): string {
  const codes =
    cause instanceof AggregateError ? cause.errors.map((error: Error) => codeOf(error)) : [cause.code];
  return codes.find((code) => code && !NO_WAY.includes(code)) ?? codes[0] ?? cause.name;
}

/** What an error of a connection to `host` means; `deadlineMs` is what it was given. */
export function blame(host: string, cause: Error, deadlineMs: number): Blame {
  const code = codeOf(cause);
  const told = (trouble: Trouble, reason: string): Blame => ({ trouble, code, reason });
  const name = host.replace(/:\d+$/, '');
  if (NO_WAY.includes(code)) return told('own-network-down', `this machine has no network towards ${host}`);
  if (code === 'EAI_AGAIN') {
    return told('own-resolver-down', `this machine's resolver does not answer for ${name}`);
  }
  if (code === 'ENOTFOUND') return told('host-unknown', `the name ${name} does not exist in DNS`);
  if (CERTIFICATE.test(code)) {
    return told(
      'certificate-invalid',
      `the certificate of ${host} is not valid: ${certificateFault(code, cause.message)}`,
    );
  }
  if (code === 'ECONNREFUSED')
    return told('refused', `nothing listens at ${host}: the connection is refused`);
  if (SILENT.includes(code)) {
    return told('silent', `${host} does not answer within ${formatDuration(deadlineMs)}`);
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return told('not-tls', `${host} answers, but not with TLS that a browser could use (${code})`);
  }
  return told('unreachable', `${host} cannot be reached (${code})`);
}

/** The finding for a fault of this machine; null for all others. */
export function ownTrouble({ trouble, reason, code }: Blame, evidence: Finding['evidence']): Finding | null {
  if (trouble !== 'own-network-down' && trouble !== 'own-resolver-down') return null;
  const said = trouble === 'own-network-down' ? `${reason} (${code})` : reason;
  return ownFault(trouble, `${capital(said)}; nothing can be said of the deployment.`, evidence);
}

/** The resolver was still being waited for when the time was over. */
export function resolverSilent(host: string): Blame {
  return blame(host, Object.assign(new Error('no answer'), { code: 'EAI_AGAIN' }), 0);
}

/** Whose fault it is that this address of the web front could not be asked, as a finding. */
export function unreachable(url: string, cause: Error, deadlineMs: number): Finding {
  const { host, pathname } = new URL(url);
  const blamed = blame(host, cause, deadlineMs);
  return frontFinding(url, blamed, cause.message, pathname);
}

/** The finding for a web front that could not be asked. */
export function frontFinding(url: string, blamed: Blame, message: string, pathname = '/'): Finding {
  const evidence = { url, code: blamed.code, message };
  const fail = (id: string, text: string): Finding => ({
    id,
    outcome: 'fail',
    text,
    where: 'signaling',
    evidence,
  });
  const own = ownTrouble(blamed, evidence);
  if (own) return own;
  const reason = capital(blamed.reason);
  switch (blamed.trouble) {
    case 'host-unknown':
      return fail('host-unknown', `${reason}.`);
    case 'certificate-invalid':
      return fail('certificate-invalid', `${reason}. Browsers refuse the page.`);
    case 'not-tls':
      return fail('page-unreachable', `${blamed.reason}; is it an http:// address?`);
    case 'silent': {
      const what = pathname === '/' ? '' : ` for ${pathname}`;
      return fail('page-unreachable', `${blamed.reason.replace(' within', `${what} within`)}.`);
    }
    case 'refused':
      return fail('page-unreachable', `${reason}.`);
    case 'unreachable':
    case 'own-network-down':
    case 'own-resolver-down':
      return fail('page-unreachable', `${blamed.reason}.`);
  }
}

/** A sentence's first letter; a host's name keeps its own. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function certificateFault(code: string, message: string): string {
  if (code === 'CERT_HAS_EXPIRED') return 'it has expired';
  if (code === 'CERT_NOT_YET_VALID') return 'it is not valid yet';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'it is made out to another name';
  if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT') return `it is self-signed (${ACCEPT})`;
  if (code === 'SELF_SIGNED_CERT_IN_CHAIN') return `its authority is not a known one (${ACCEPT})`;
  if (code.startsWith('UNABLE_TO_'))
    return `an intermediate certificate is missing, or its authority is not a known one (${ACCEPT})`;
  return message;
}

const ACCEPT = '--insecure or `insecure: true` accepts it';
