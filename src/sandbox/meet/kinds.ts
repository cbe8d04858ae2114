/** Kinds of media as the sandbox names and sends them; the page and the bridge both use it. */
import type { MediaKind } from './messages.ts';

/** What it is on RTP: a screen is a second picture. */
export const rtpKind = (kind: MediaKind): 'audio' | 'video' => (kind === 'audio' ? 'audio' : 'video');

const SOURCES: Readonly<Record<MediaKind, string>> = { audio: 'a0', video: 'v0', screen: 'v1' };

/** The name of an endpoint's only source of a kind, as lib-jitsi-meet names them. */
export function sourceName(endpointId: string, kind: MediaKind): string {
  return `${endpointId}-${SOURCES[kind]}`;
}
