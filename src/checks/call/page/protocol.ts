/** What the page of a participant and Vigie say to each other. Types only: both sides import it. */
import type { DeviceKind, MediaKind } from '../result.ts';
import type { Picture } from '../scene/sends.ts';

/** What a page's own world receives before it joins. */
export interface Orders {
  /** A, B, C …: shown to the others as display name. */
  readonly name: string;
  readonly room: string;
  /** Absolute URL of the deployment, with a slash at its end. */
  readonly base: string;
  /** false: the bridge only. */
  readonly p2p: boolean;
  /** Milliseconds to add to the page's clock to get Vigie's. */
  readonly clockOffsetMs: number;
  /** The largest picture that it asks for, in lines. */
  readonly receiveHeight: number;
  /**
   * Media through TURN servers only: `any` of them, or those over `tcp` (and TLS); or `never` through one; null: as it
   * comes.
   */
  readonly relay: 'any' | 'tcp' | 'never' | null;
  /** Media over this address family alone; null: over any. */
  readonly family: 4 | 6 | null;
  /** The region that it says it is in; null: what `config.js` says. */
  readonly region: string | null;
  /** With what it logs in; null: as a guest. */
  readonly account: PageAccount | null;
  /** Somebody in this call has an account, or admits others: a guest who is not let in waits, as people do. */
  readonly waits: boolean;
  /** A stranger's client is in the call: what it reports of what it receives is passed on. */
  readonly watchesGuest: boolean;
}

export type PageAccount =
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string };

/** What the isolated world of a page receives before it joins; no script of the deployment's can read it. */
export interface SensesOrders {
  readonly name: string;
  /** The number in the watermarks: 0 for A. */
  readonly index: number;
  /** The keys of everybody's watermarks, by their numbers. */
  readonly keys: readonly string[];
  /** What its camera gives. */
  readonly send: Picture;
  /** What the camera of each gives, by the numbers of their watermarks: what arrives is compared with it. */
  readonly sent: readonly Sent[];
  /** Milliseconds to add to the page's clock to get Vigie's. */
  readonly clockOffsetMs: number;
}

/** A picture as it is sent. */
export interface Sent {
  /** As it stands in the picture. */
  readonly name: string;
  /** Lines. */
  readonly height: number;
}

/** Watermarks that one receiver read in one track since the last report, of one sender. */
export interface WatermarksRead {
  readonly endpointId: string;
  readonly kind: MediaKind;
  /** What the watermarks say that the picture shows, where that is another kind. */
  readonly shows?: MediaKind;
  /** Who the watermarks say they are from; the track is signalled as `endpointId`'s. */
  readonly index: number;
  /** One entry a watermark, in the order of reading: when it was made, when it was read. */
  readonly watermarks: readonly (readonly [madeAt: number, readAt: number])[];
  /**
   * How like what arrived is to what was sent. Of pictures, once a second: their structural similarity (SSIM), 1 at most; of sound, for
   * each watermark: how far its tones stand above everything else, in dB.
   */
  readonly scores?: readonly number[];
}

/** What a receiver has of one track, with or without watermarks. */
export interface TrackState {
  readonly endpointId: string;
  readonly kind: MediaKind;
  readonly p2p: boolean;
  readonly ssrc: number | null;
  readonly muted: boolean;
  /** Pictures that arrived since the track was added; null for sound. */
  readonly frames: number | null;
  /** Level of the strongest tone in dBFS for sound; null before one was measured, and for pictures. */
  readonly levelDb: number | null;
  /** Mean brightness of the last picture, 0 to 255, for pictures. */
  readonly brightness: number | null;
  /** Lines of the picture in which a watermark was last read. Not in every recording. */
  readonly readHeight?: number | null;
}

/** One RTP stream in `getStats()`, the few figures that a diagnosis needs. */
export interface RtpStats {
  readonly direction: 'in' | 'out';
  /** `screen`: the picture of a shared one, as the page knows it. */
  readonly kind: MediaKind;
  readonly p2p: boolean;
  readonly ssrc: number;
  readonly trackId: string | null;
  readonly packets: number;
  readonly bytes: number;
  readonly packetsLost: number | null;
  /** Decoded for `in`, encoded for `out`; null for sound. */
  readonly frames: number | null;
  /** Of pictures, in pixels; not in every recording. */
  readonly width?: number | null;
  readonly height?: number | null;
  readonly freezes: number | null;
  /** Time that all emitted samples or pictures spent in the jitter buffer together, in seconds, and their number. */
  readonly bufferedSeconds: number | null;
  readonly bufferedCount: number | null;
  readonly concealedSamples: number | null;
  readonly samples: number | null;
  /** Of what was received for `in`; of what the microphone gave for `out`; null where it is not reported. */
  readonly audioEnergy: number | null;
  /** `out`: whether the encoding is switched on (RTCRtpSender.getParameters and outbound-rtp agree). */
  readonly active: boolean | null;
  readonly codec: string | null;
  /** The rest is not in every recording. Of the codec of sound: how many channels, and its parameters (RFC 7587 6.1). */
  readonly channels?: number | null;
  readonly parameters?: string | null;
  /** `out`, of pictures: the layer of a simulcast, the layers within it (SVC), and what keeps it small. */
  readonly layer?: string | null;
  readonly scalability?: string | null;
  readonly limitedBy?: string | null;
}

export interface PairStats {
  readonly p2p: boolean;
  readonly localPort: number | null;
  readonly localAddress: string | null;
  readonly candidateType: string;
  readonly protocol: string;
  readonly relayProtocol: string | null;
  readonly remoteType: string;
  /** The other end: the bridge, the other participant, or what relays for them. Not in every recording. */
  readonly remoteAddress?: string | null;
  readonly remotePort?: number | null;
  readonly rttMs: number | null;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly availableOutgoingBitrate: number | null;
}

/** A candidate that the other end of a connection offers. */
export interface OfferedCandidate {
  readonly address: string;
  readonly port: number;
  /** `udp` or `tcp`. */
  readonly protocol: string;
  /** `host`, `srflx` …, as it is announced. */
  readonly type: string;
  /** Whether it ever answered a connectivity check; null: the browser has no address of its family, and never asked. */
  readonly answers: boolean | null;
}

export interface PeerStats {
  readonly p2p: boolean;
  readonly connectionState: string;
  readonly iceConnectionState: string;
  /** Whether a candidate pair that no TURN server relays ever worked; null when there was none to try. */
  readonly direct: boolean | null;
  /** What the other end offers; only of a connection that does not work, or only over a relay. Not in every recording. */
  readonly offered?: readonly OfferedCandidate[];
}

export interface StatsSample {
  readonly at: number;
  readonly p2pActive: boolean;
  readonly peers: readonly PeerStats[];
  readonly pairs: readonly PairStats[];
  readonly rtp: readonly RtpStats[];
}

/** One thing that was done with a peer connection, or that it reported; types as chrome://webrtc-internals has them. */
export interface PeerUpdate {
  readonly at: number;
  readonly type: string;
  readonly value: string;
}

/** What a page kept of one peer connection. */
export interface RawPeer {
  readonly p2p: boolean;
  readonly madeAt: number;
  /** As the page gave it, without credentials. */
  readonly configuration: unknown;
  readonly log: readonly PeerUpdate[];
  /** Entries of the log's middle that are not kept. */
  readonly leftOut: number;
  /** Complete reports of `getStats()`, as lists of their entries. */
  readonly samples: readonly { readonly at: number; readonly entries: readonly Record<string, unknown>[] }[];
}

/** All peer connections of a page, for evidence alone. Holds no passwords, keys or tokens. */
export interface RawPage {
  readonly url: string;
  readonly userAgent: string;
  /** Chromium's own names and versions; empty elsewhere. */
  readonly brands: readonly { readonly brand: string; readonly version: string }[];
  readonly peers: readonly RawPeer[];
}

/** Vigie's own names of events in a participant's timeline; the report has words for each. */
export type OwnEvent =
  | 'admitted'
  | 'app-csp'
  | 'app-exception'
  | 'app-library'
  | 'app-media-not-asked'
  | 'app-phase'
  | 'app-script-failed'
  | 'app-state'
  | 'app-tiles'
  | 'bridge-region'
  | 'bridge-socket'
  | 'connected'
  | 'deployment'
  | 'disconnected'
  | 'embed-denied'
  | 'embed-empty'
  | 'embed-joined'
  | 'embed-refused'
  | 'embed-script'
  | 'embed-storage'
  | 'failed'
  | 'ice-candidate-error'
  | 'joined'
  | 'knocked'
  | 'lobby-closed'
  | 'lobby-refused'
  | 'media-asked'
  | 'media-session'
  | 'mute'
  | 'network-changed'
  | 'p2p'
  | 'page-error'
  | 'peer-anew'
  | 'peer-connectionstatechange'
  | 'peer-iceconnectionstatechange'
  | 'remote-stats'
  | 'restricted'
  | 'server-refused'
  | 'share'
  | 'share-failed'
  | 'signaling'
  | 'start-muted'
  | 'track-added'
  | 'track-removed'
  | 'user-joined'
  | 'user-left'
  | 'waiting'
  | 'xmpp-ping';

/** Adds an event to a participant's timeline: one of ours, or one of lib-jitsi-meet by the name that this release has for it. */
export type Say = (name: OwnEvent | { readonly library: string }, detail: Record<string, unknown>) => void;

/**
 * What a page says. Events and statistics come from its own world, where the deployment's scripts can say them as well; reports
 * from the isolated one alone. All times are on Vigie's clock.
 */
export type PageMessage =
  | {
      readonly type: 'event';
      readonly at: number;
      readonly name: string;
      readonly detail: Record<string, unknown>;
    }
  | {
      readonly type: 'report';
      readonly at: number;
      /** The longest time since the last report in which the page's timers stood still. */
      readonly stalledMs: number;
      /** Watermarks drawn, and chords played, since the start: a camera that stands still is our own fault. */
      readonly drawn: number;
      readonly played: number;
      readonly read: readonly WatermarksRead[];
      readonly tracks: readonly TrackState[];
    }
  | { readonly type: 'stats'; readonly sample: StatsSample };

/** What Vigie calls in the isolated world. */
export interface SensesPage {
  /** Shows large letters in the camera's picture; null: the watermark. */
  show(text: string | null): void;
  /** Milliseconds since the epoch, as this page counts them. */
  clock(): number;
  /** Whether its microphone has sound in it; it has from the start. */
  speak(on: boolean): void;
  start(orders: SensesOrders): void;
}

/** What Vigie calls in the page's own world. */
export interface BotPage {
  start(orders: Orders): void;
  leave(): Promise<void>;
  mute(kinds: readonly DeviceKind[], muted: boolean): Promise<void>;
  /** Shares a screen, or does so no longer; that it does, or what keeps it from that, is said as an event. */
  share(on: boolean): void;
  /** Its network is another one: from now on media is to be connected like this. */
  moveTo(network: Pick<Orders, 'relay' | 'family'>): void;
  /** From now on a moderator must admit whoever wants to join. */
  closeLobby(): Promise<void>;
  /** Admits those of these names who wait in the lobby, now or later. */
  admit(names: readonly string[]): void;
  /** One last statistics sample, at once. */
  sample(): Promise<void>;
  /** Everything the page kept of its peer connections: JSON of a `RawPage`. */
  raw(): string;
}

/** What a page that embeds a room gives to the deployment's `external_api.js`. */
export interface EmbedOrders {
  /** The address of `external_api.js`. */
  readonly script: string;
  /** Host and port of the deployment. */
  readonly domain: string;
  readonly noSsl: boolean;
  /** With the tenant before it, where there is one. */
  readonly roomName: string;
  readonly displayName: string;
  /** Settings of `config.js` that go into the address of the frame. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly token: string | null;
}

/** How far an embedding came. */
export interface EmbedState {
  /** `missing`: the script does not load; `broken`: it does not offer what sites use, or that fails. */
  readonly phase: 'loading' | 'missing' | 'broken' | 'embedded';
  readonly message: string | null;
  /** What the frame may use, as its attribute says; null: there is no frame. */
  readonly allow?: string | null;
}

/** What Vigie calls in the page of a site that embeds. */
export interface EmbedPage {
  begin(orders: EmbedOrders): void;
  state(): EmbedState;
}

declare global {
  var vigieEmbed: EmbedPage;
  var vigie: BotPage;
  /** The binding of the page's own world; takes a `PageMessage` as JSON, but no report. */
  var vigieSay: (message: string) => void;
  var vigieSenses: SensesPage;
  /** The binding of the isolated world; takes a `PageMessage` as JSON. */
  var vigieReport: (message: string) => void;
}
