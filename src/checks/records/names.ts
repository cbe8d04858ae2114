/** The names at which mail records are published. */

/** Where the DMARC policy of a domain is published (RFC 9989 4.7). */
export function dmarcName(domain: string): string {
  return `_dmarc.${domain}`;
}

export function isDmarcName(name: string): boolean {
  return name.toLowerCase().startsWith('_dmarc.');
}

/** Where a DKIM key is published (RFC 6376 3.6.2.1). */
export function dkimName(selector: string, domain: string): string {
  return `${selector}._domainkey.${domain}`;
}

export function isDkimName(name: string): boolean {
  return name.toLowerCase().includes('._domainkey.');
}

/** Where `host` permits DMARC reports about a domain of another organisation (RFC 9990 4). */
export function reportName(domain: string, host: string): string {
  return `${domain}._report._dmarc.${host}`;
}
