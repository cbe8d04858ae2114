/** What a TXT record has to look like to count as SPF. */

/** True for a TXT record that claims to be SPF (RFC 7208 4.5); receivers ignore all others at the name. */
export function isSpf(text: string): boolean {
  return /^v=spf1( |$)/i.test(text);
}
