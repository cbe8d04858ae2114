/** The names of the sandbox's two bridges, and which of them a room is on. */

export interface BridgeName {
  /** As in the path of the bridge channel. */
  readonly server: string;
  readonly region: string;
}

export const SECOND_BRIDGE: BridgeName = { server: 'sandbox-2', region: 'east' };
export const BRIDGES: readonly [BridgeName, BridgeName] = [
  { server: 'sandbox-1', region: 'west' },
  SECOND_BRIDGE,
];

/**
 * The bridge of a new room: the one in the region of whoever comes first, or else the one that has fewer rooms, the first where
 * both have as many.
 * @param taken where the rooms are
 * @param ignored nobody looks at regions
 */
export function bridgeFor(
  taken: readonly (BridgeName | null)[],
  region: string | undefined,
  ignored: boolean,
): BridgeName {
  const near = BRIDGES.find((bridge) => bridge.region === region);
  if (near && !ignored) return near;
  const rooms = (bridge: BridgeName) => taken.filter((one) => one === bridge).length;
  return rooms(BRIDGES[1]) < rooms(BRIDGES[0]) ? BRIDGES[1] : BRIDGES[0];
}
