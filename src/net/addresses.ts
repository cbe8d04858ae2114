/** What kind of address an IP address is. */
import { BlockList, isIP } from 'node:net';

/** RFC 1918, RFC 6598, RFC 4193, loopback, link-local and unspecified addresses. */
const PRIVATE: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['::', 128],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
];
const LOOPBACK: typeof PRIVATE = [
  ['127.0.0.0', 8],
  ['::1', 128],
];

const privates = blockList(PRIVATE);
const loopbacks = blockList(LOOPBACK);

/**
 * Whether an address is reached from its own network alone. IPv4 addresses that are mapped into IPv6 (`::ffff:10.0.0.1`) are
 * judged as what they stand for. What is no address is not private.
 */
export function isPrivate(address: string): boolean {
  return isIn(privates, address);
}

/** Whether an address is this machine's own. */
export function isLoopback(address: string): boolean {
  return isIn(loopbacks, address);
}

function blockList(networks: readonly (readonly [network: string, prefix: number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of networks) {
    list.addSubnet(network, prefix, isIP(network) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** A network of addresses: `10.0.0.0/8`, or one address; null for what is none. */
export function parseNetwork(text: string): { address: string; prefix: number } | null {
  const [, address = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)]!;
  const prefix = length === undefined ? bits : Number(length);
  return bits < 0 || prefix > bits ? null : { address, prefix };
}

/** Whether an address is in one of the networks, which `parseNetwork` can read. */
export function isInNetworks(address: string, networks: readonly string[]): boolean {
  const parsed = networks.map(parseNetwork).filter((network) => network !== null);
  return isIn(blockList(parsed.map(({ address: start, prefix }) => [start, prefix] as const)), address);
}

function isIn(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address.replace(/%.*$/, ''), family === 6 ? 'ipv6' : 'ipv4');
}
