/**
 * What a page and the sandbox say to each other, in JSON over two WebSockets: signaling (what XMPP and Jingle
 * carry in a Jitsi deployment) and the bridge channel (whose messages bear the names that Jitsi Videobridge's
 * have). Types only: both sides import it.
 */

/** `screen`: a second picture, of those who share one. */
export type MediaKind = 'audio' | 'video' | 'screen';

/** A source as its owner's presence states it; `name` is `<endpoint id>-a0`, `-v0`, or `-v1` of a screen. */
export interface SourceInfo {
  readonly name: string;
  readonly kind: MediaKind;
  readonly muted: boolean;
}

export interface Presence {
  /** Endpoint id: 8 hexadecimal digits. */
  readonly id: string;
  readonly displayName: string;
  readonly sources: readonly SourceInfo[];
}

/** ICE and DTLS parameters of one side. */
export interface TransportParameters {
  readonly ufrag: string;
  readonly password: string;
  /** The SHA-256 fingerprint of the certificate, as in SDP. */
  readonly fingerprint: string;
}

export interface SessionOffer extends TransportParameters {
  /** Counts the media sessions of a participant; an answer names the one it answers. */
  readonly generation: number;
  /** Where the bridge receives; loopback UDP. */
  readonly candidates: readonly { readonly address: string; readonly port: number }[];
  /** Path of the bridge channel's WebSocket. */
  readonly channelPath: string;
  /** Where the bridge is. */
  readonly region: string;
}

/** From a page, over signaling. */
export type PageSays =
  | {
      readonly type: 'join';
      readonly room: string;
      readonly displayName: string;
      /** Where it says that it is. */
      readonly region?: string;
      readonly sources: readonly Pick<SourceInfo, 'kind' | 'muted'>[];
    }
  | { readonly type: 'name'; readonly displayName: string }
  /** With an account, before anything else. */
  | { readonly type: 'login'; readonly user: string; readonly password: string }
  | { readonly type: 'login-token'; readonly token: string }
  /** From now on whoever joins must be admitted. */
  | { readonly type: 'close-lobby' }
  | { readonly type: 'knock'; readonly room: string; readonly displayName: string }
  | { readonly type: 'admit'; readonly ids: readonly string[] }
  | { readonly type: 'answer'; readonly generation: number; readonly transport: TransportParameters }
  /** RTP sources in use, after every negotiation, and when one is muted. */
  | {
      readonly type: 'sources';
      readonly sources: readonly {
        readonly kind: MediaKind;
        readonly ssrc: number;
        readonly muted: boolean;
      }[];
    }
  /** What it receives, kilobits a second, for the others. */
  | { readonly type: 'stats'; readonly audioKbps: number; readonly videoKbps: number }
  /** The media session failed: another one is wanted. */
  | { readonly type: 'restart' }
  /** Asks whether the server is there, as XEP-0199. */
  | { readonly type: 'ping'; readonly number: number }
  | { readonly type: 'leave' };

/** What a page is to act out. */
export interface Held {
  readonly frozen: boolean;
  readonly silent: boolean;
  readonly small: boolean;
  /** Its screen stays although it is shared no longer. */
  readonly kept: boolean;
}

/** To a page, over signaling. */
export type PageHears =
  | { readonly type: 'welcome'; readonly id: string }
  | { readonly type: 'logged-in' }
  | { readonly type: 'login-refused'; readonly text: string }
  /** `error` as lib-jitsi-meet has it. */
  | { readonly type: 'not-joined'; readonly error: string; readonly text: string }
  | { readonly type: 'lobby-closed' }
  | { readonly type: 'knocks'; readonly id: string; readonly displayName: string }
  /** Heard by who knocks: they wait now. */
  | { readonly type: 'in-lobby' }
  | { readonly type: 'admitted' }
  | { readonly type: 'joined'; readonly others: readonly Presence[] }
  | { readonly type: 'presence'; readonly presence: Presence }
  | { readonly type: 'left'; readonly id: string }
  | { readonly type: 'pong'; readonly number: number }
  | { readonly type: 'stats'; readonly id: string; readonly audioKbps: number; readonly videoKbps: number }
  | { readonly type: 'session'; readonly offer: SessionOffer }
  /** Faults that the page itself acts out: a still picture, near silence, a small picture, a screen that stays. */
  | ({ readonly type: 'hold' } & Held);

/** A stream that the bridge sends to this receiver, under an SSRC of the bridge's choice. */
export interface MappedSource {
  readonly source: string;
  readonly owner: string;
  readonly ssrc: number;
}

/** To a page, over the bridge channel. A map holds all sources of its kind, not only what changed. */
export type ChannelHears =
  | { readonly colibriClass: 'ServerHello'; readonly version: string }
  | {
      readonly colibriClass: 'AudioSourcesMap' | 'VideoSourcesMap';
      readonly mappedSources: readonly MappedSource[];
    };

export interface ReceiverConstraints {
  readonly lastN?: number;
  readonly defaultConstraints?: { readonly maxHeight: number };
  readonly constraints?: Readonly<Record<string, { readonly maxHeight: number }>>;
}

/** From a page, over the bridge channel. */
export type ChannelSays =
  | ({ readonly colibriClass: 'ReceiverVideoConstraints' } & ReceiverConstraints)
  /** The receiver is ready for these SSRCs: nothing is forwarded before, so that no first packet is lost. */
  | { readonly colibriClass: 'SourcesApplied'; readonly ssrcs: readonly number[] };
