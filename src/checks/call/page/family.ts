/** One address family alone for media: candidates of the other are neither taken nor given away. */

import { isOther, type MediaFamily, sdpOfFamily } from './candidates.ts';

/** What each connection was offered, before candidates were taken out of it. */
const offered = new WeakMap<RTCPeerConnection, string>();

/** What the other end offered, whole. */
export function offeredSdp(connection: RTCPeerConnection): string {
  return offered.get(connection) ?? connection.remoteDescription?.sdp ?? '';
}

/**
 * Peer connections of that family alone, where there is one: it changes with the network. Only pairs of one family are ever tried (RFC 8445 6.1.2.2): without remote candidates of the
 * other nothing is asked there, and without local ones nothing comes from there.
 */
export function ofFamily(
  Native: typeof RTCPeerConnection,
  current: () => MediaFamily | null,
): typeof RTCPeerConnection {
  const kept = <T extends RTCSessionDescriptionInit | null>(description: T): T => {
    const family = current();
    return family !== null && description?.sdp
      ? ({ type: description.type, sdp: sdpOfFamily(description.sdp, family) } as T)
      : description;
  };
  const other = (candidate: RTCIceCandidateInit | null | undefined): boolean => {
    const family = current();
    return family !== null && candidate?.candidate !== undefined && isOther(candidate.candidate, family);
  };
  return class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      // The first who hears of a candidate: others do not hear of those of the other family.
      this.addEventListener('icecandidate', (event) => {
        if (other(event.candidate)) event.stopImmediatePropagation();
      });
      const native = Object.getOwnPropertyDescriptor(Native.prototype, 'localDescription');
      Object.defineProperty(this, 'localDescription', {
        configurable: true,
        get: () => kept((native?.get?.call(this) ?? null) as RTCSessionDescription | null),
      });
    }

    override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      offered.set(this, description.sdp ?? '');
      await super.setRemoteDescription(kept(description));
    }

    override async addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void> {
      if (other(candidate)) return;
      await super.addIceCandidate(candidate ?? undefined);
    }
  };
}
