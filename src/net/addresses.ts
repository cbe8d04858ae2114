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
/** Of examples, benchmarks and multicast (RFC 5737, 2544, 3849, 9637): no server on the Internet has one. */
const reserved = Networks.of([
  '192.0.2.0/24',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '198.18.0.0/15',
  '224.0.0.0/3',
  '2001:db8::/32',
  '3fff::/20',
  'ff00::/8',
]);
const loopbacks = Networks.of(['127.0.0.0/8', '::1/128']);

/** Whether an address is reached from its own network alone. What is no address is not private. */
export function isPrivate(address: string): boolean {
  return privates.has(address);
}

/** Whether an address can be one of the public Internet: neither private nor reserved for examples, benchmarks or multicast. */
export function isPublic(address: string): boolean {
  return !privates.has(address) && !reserved.has(address);
}

/** Whether an address is this machine's own. */
export function isLoopback(address: string): boolean {
  return loopbacks.has(address);
}
