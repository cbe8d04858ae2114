/** What kind of address an IP address is. */
import { Networks } from './networks.ts';

/** RFC 1918, RFC 6598, RFC 4193, loopback, link-local and unspecified addresses. */
const privates = Networks.of([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::/128',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
]);
const loopbacks = Networks.of(['127.0.0.0/8', '::1/128']);

/** Whether an address is reached from its own network alone. What is no address is not private. */
export function isPrivate(address: string): boolean {
  return privates.has(address);
}

/** Whether an address is this machine's own. */
export function isLoopback(address: string): boolean {
  return loopbacks.has(address);
}
