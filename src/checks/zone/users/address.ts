/** Mail addresses as a directory has them. */
import { isDomainName, normaliseName } from '../../../dns/name.ts';

/** Plain ones (RFC 5321 4.1.2, RFC 6531 3.3): what a server answers to quoted ones says little about users. */
const LOCAL = /^[^\s\p{Cc}<>()[\]\\,;:@"]{1,64}$/u;

/** An address in the form in which it is asked for; null for what is none. */
export function readAddress(value: string): string | null {
  // Active Directory keeps addresses with their type (proxyAddresses).
  const text = value.trim().replace(/^(?:smtp|mailto):/i, '');
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  const domain = normaliseName(text.slice(at + 1));
  if (at < 1 || !LOCAL.test(local) || domain === null || !isDomainName(domain)) return null;
  return `${local}@${domain}`;
}

export const domainOfAddress = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** Beyond ASCII: the server has to have SMTPUTF8 (RFC 6531). */
export const isInternational = (address: string): boolean => /[^\x20-\x7e]/.test(address);
