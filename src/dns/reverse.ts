/** Addresses as names: under `in-addr.arpa` and `ip6.arpa`, and in lists that are asked in the same way. */
import { isIPv6 } from 'node:net';

/** The name that a PTR record of an address stands at (RFC 1035 3.5, RFC 3596 2.5). */
export function reverseName(address: string): string {
  return `${reversed(address)}.${isIPv6(address) ? 'ip6' : 'in-addr'}.arpa`;
}

/** The labels of an address, last first: four numbers, or 32 hexadecimal digits. */
export function reversed(address: string): string {
  if (!isIPv6(address)) return address.split('.').reverse().join('.');
  return expanded(address).reverse().join('.');
}

/** The 32 digits of an IPv6 address. */
function expanded(address: string): string[] {
  const plain = address.replace(/%.*$/, '');
  const groups = (part: string) => (part === '' ? [] : part.split(':').flatMap(groupsOf));
  const [head = '', tail] = plain.split('::');
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].flatMap((group) => group.padStart(4, '0').toLowerCase().split(''));
}

/** One group; the IPv4 address at the end of `::ffff:192.0.2.1` is two. */
function groupsOf(text: string): string[] {
  const numbers = text.split('.').map(Number);
  if (numbers.length !== 4) return [text];
  const [a = 0, b = 0, c = 0, d = 0] = numbers;
  return [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
}
