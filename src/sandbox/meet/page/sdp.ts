/**
 * Session descriptions (RFC 8829, RFC 8866). The page writes the bridge's offer itself, as lib-jitsi-meet does from
 * Jingle: three sections for what this participant sends, then one for each source that the bridge announced.
 */

import { rtpKind } from '../kinds.ts';
import type { MediaKind, SessionOffer, TransportParameters } from '../messages.ts';

/** A section in which the bridge sends, for one source after another; `source` is null while it is free. */
export interface Slot {
  readonly mid: string;
  readonly kind: MediaKind;
  source: { readonly name: string; readonly owner: string; readonly ssrc: number } | null;
}

/** Sections in which this participant sends. */
export const SENDING: readonly { readonly mid: string; readonly kind: MediaKind }[] = [
  { mid: '0', kind: 'audio' },
  { mid: '1', kind: 'video' },
  { mid: '2', kind: 'screen' },
];

const CODECS: Readonly<Record<'audio' | 'video', readonly string[]>> = {
  audio: [
    'a=rtpmap:111 opus/48000/2',
    'a=fmtp:111 minptime=10;useinbandfec=1',
    'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  ],
  // Without feedback on bandwidth Chromium would begin with a tenth of what a large picture needs, and grow in minutes.
  video: [
    'a=rtpmap:100 VP8/90000',
    'a=fmtp:100 x-google-start-bitrate=2500',
    'a=rtcp-fb:100 ccm fir',
    'a=rtcp-fb:100 nack',
    'a=rtcp-fb:100 nack pli',
  ],
};
const PAYLOAD_TYPES: Readonly<Record<'audio' | 'video', number>> = { audio: 111, video: 100 };

/** The bridge's offer. All participants get the same payload types, so that packets need no change. */
export function offerSdp(offer: SessionOffer, slots: readonly Slot[], version: number): string {
  const transport = [
    `a=ice-ufrag:${offer.ufrag}`,
    `a=ice-pwd:${offer.password}`,
    `a=fingerprint:sha-256 ${offer.fingerprint}`,
    'a=setup:actpass',
    'a=rtcp-mux',
  ];
  const candidates = offer.candidates.map(
    ({ address, port }, index) =>
      `a=candidate:${index + 1} 1 udp 2130706431 ${address} ${port} typ host generation 0`,
  );
  const section = (mid: string, kind: MediaKind, lines: readonly string[]) => [
    `m=${rtpKind(kind)} 9 UDP/TLS/RTP/SAVPF ${PAYLOAD_TYPES[rtpKind(kind)]}`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    ...transport,
    ...(mid === SENDING[0]!.mid ? candidates : []),
    ...CODECS[rtpKind(kind)],
    ...lines,
  ];
  const mids = [...SENDING, ...slots].map(({ mid }) => mid).join(' ');
  const lines = [
    'v=0',
    `o=vigie-sandbox ${offer.generation} ${version} IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=group:BUNDLE ${mids}`,
    'a=msid-semantic: WMS *',
    ...SENDING.flatMap(({ mid, kind }) => section(mid, kind, ['a=recvonly'])),
    ...slots.flatMap(({ mid, kind, source }) =>
      section(mid, kind, source ? sourceLines(source) : ['a=inactive']),
    ),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

function sourceLines({ name, owner, ssrc }: NonNullable<Slot['source']>): string[] {
  return [
    'a=sendonly',
    `a=msid:${owner} ${name}`,
    `a=ssrc:${ssrc} cname:${owner}`,
    `a=ssrc:${ssrc} msid:${owner} ${name}`,
  ];
}

/** What the bridge must know of this participant's answer. */
export function transportOf(sdp: string): TransportParameters {
  const value = (pattern: RegExp) => {
    const found = pattern.exec(sdp)?.[1];
    if (found === undefined) throw new Error(`the answer lacks ${pattern.source}`);
    return found;
  };
  return {
    ufrag: value(/^a=ice-ufrag:(\S+)/m),
    password: value(/^a=ice-pwd:(\S+)/m),
    fingerprint: value(/^a=fingerprint:sha-256 (\S+)/im),
  };
}

/** The SSRCs that this participant sends with, by section. */
export function sentSsrcs(sdp: string): Map<MediaKind, number> {
  const ssrcs = new Map<MediaKind, number>();
  for (const section of sdp.split(/^(?=m=)/m).slice(1)) {
    const mid = /^a=mid:(\S+)/m.exec(section)?.[1];
    const kind = SENDING.find((sending) => sending.mid === mid)?.kind;
    const ssrc = /^a=ssrc:(\d+)/m.exec(section)?.[1];
    if (kind && ssrc !== undefined && /^a=(sendonly|sendrecv)/m.test(section)) ssrcs.set(kind, Number(ssrc));
  }
  return ssrcs;
}
