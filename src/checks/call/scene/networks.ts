/** The networks that a participant may be moved to in mid-call, by name. */
import type { Orders } from '../page/protocol.ts';
import type { Impairment } from './participants.ts';

/** A network, as far as our browser can act it out. */
export interface Network {
  /** Media through TURN servers only (`any`, or those over `tcp`), or through none: what is beside UDP cannot be cut again. */
  readonly relay: Exclude<Orders['relay'], null>;
  readonly family: Orders['family'];
  readonly impairment: Impairment;
}

/** A line that does nothing, until it is cut. */
export const PLAIN: Impairment = { delay: 0, loss: 0, download: null, upload: null };
/** A telephone at the edge of its cell: slow, and within the limits of a call all the same. */
const SLOW: Impairment = { delay: 80, loss: 0, download: 1500, upload: 750 };

const NETWORKS = {
  another: { relay: 'never', family: null, impairment: PLAIN },
  slow: { relay: 'never', family: null, impairment: SLOW },
  ipv4: { relay: 'never', family: 4, impairment: PLAIN },
  ipv6: { relay: 'never', family: 6, impairment: PLAIN },
  'relay-only': { relay: 'any', family: null, impairment: PLAIN },
  'udp-blocked': { relay: 'tcp', family: null, impairment: PLAIN },
} as const satisfies Record<string, Network>;

export type NetworkName = keyof typeof NETWORKS;
export const NETWORK_NAMES = Object.keys(NETWORKS) as [NetworkName, ...NetworkName[]];

export const networkOf = (name: NetworkName): Network => NETWORKS[name];
export const isNetworkName = (name: string): name is NetworkName => Object.hasOwn(NETWORKS, name);
/** Whether media there must go through a TURN server. */
export const isRelayed = (name: NetworkName): boolean => networkOf(name).relay !== 'never';
