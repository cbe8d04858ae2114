/**
 * What a page keeps of its peer connections for evidence: complete statistics, and what was done with them, under
 * the names that chrome://webrtc-internals has (Chromium, content/browser/webrtc/resources). Nothing is copied or
 * serialised before somebody asks: the reports were fetched for the digest anyway.
 */

import { redact, redactedJson } from '../../../base/redact.ts';
import type { PeerUpdate, RawPage } from './protocol.ts';

/** At one sample a second: two minutes whole, what is older ever sparser. */
const SAMPLES = 120;
const LOG_ENTRIES = 400;
/** Descriptions are the large part: 5 to 20 kB each. */
const LOG_CHARACTERS = 400_000;
/** So much of the beginning of a log stays when its middle has to give way. */
const LOG_HEAD = 40;
const PEERS = 12;

type Entry = Record<string, unknown>;

interface Kept {
  readonly connection: RTCPeerConnection;
  readonly madeAt: number;
  readonly configuration: string;
  p2p: boolean;
  log: PeerUpdate[];
  logCharacters: number;
  leftOut: number;
  samples: { at: number; entries: readonly Entry[] }[];
}

const peers: Kept[] = [];
let clock: () => number = () => 0;

/** Keeps a new peer connection and everything that is done with it from now on. */
export function recordPeer(connection: RTCPeerConnection, configuration: unknown, now: () => number): void {
  if (peers.length === 0) wrapSenders();
  clock = now;
  const kept: Kept = {
    connection,
    madeAt: now(),
    configuration: redactedJson(configuration ?? {}),
    p2p: false,
    log: [],
    logCharacters: 0,
    leftOut: 0,
    samples: [],
  };
  peers.push(kept);
  if (peers.length > PEERS) peers.splice(Math.max(0, peers.findIndex(isClosed)), 1);
  wrapMethods(kept);
  listen(kept);
}

const isClosed = ({ connection }: Pick<Kept, 'connection'>): boolean =>
  connection.connectionState === 'closed';

/** Keeps one complete report of a connection; a full store drops every second one of its older half. */
export function keepReport(
  connection: RTCPeerConnection,
  p2p: boolean,
  at: number,
  entries: Iterable<Entry>,
): void {
  const kept = peers.find((peer) => peer.connection === connection);
  if (!kept) return;
  kept.p2p = p2p;
  kept.samples.push({ at, entries: [...entries] });
  if (kept.samples.length > SAMPLES) {
    kept.samples = kept.samples.filter((_, index) => index >= SAMPLES / 2 || index % 2 === 0);
  }
}

/** Everything that was kept, as JSON of a `RawPage`. */
export function rawPage(): string {
  const { userAgent } = navigator;
  const { brands = [] } =
    (navigator as { userAgentData?: { brands?: RawPage['brands'] } }).userAgentData ?? {};
  const page: RawPage = {
    url: redact(location.href),
    userAgent,
    brands,
    peers: peers.map(({ p2p, madeAt, configuration, log, leftOut, samples }) => ({
      p2p,
      madeAt,
      configuration: JSON.parse(configuration) as unknown,
      log,
      leftOut,
      samples,
    })),
  };
  return JSON.stringify(page);
}

function note(kept: Kept, type: string, value: string): void {
  const text = redact(value);
  kept.log.push({ at: clock(), type, value: text });
  kept.logCharacters += text.length;
  while (
    kept.log.length > LOG_HEAD + 1 &&
    (kept.log.length > LOG_ENTRIES || kept.logCharacters > LOG_CHARACTERS)
  ) {
    const [dropped] = kept.log.splice(LOG_HEAD, 1);
    kept.logCharacters -= dropped!.value.length;
    kept.leftOut++;
  }
}

const describe = (description: unknown): string => {
  const { type, sdp } = (description ?? {}) as { type?: string; sdp?: string };
  return type === undefined ? '' : `type: ${type}, sdp: ${sdp ?? ''}`;
};

/** An end of candidates has no text: viewers take an empty value for it. */
const candidateText = (candidate: unknown): string => {
  const given = (candidate ?? {}) as RTCIceCandidateInit;
  if (!given.candidate) return '';
  return `sdpMid: ${given.sdpMid ?? ''}, sdpMLineIndex: ${given.sdpMLineIndex ?? ''}, candidate: ${given.candidate}`;
};

/** Methods whose doings are kept: what their first argument says, and what their result. */
const METHODS = {
  createOffer: { given: (options: unknown) => redactedJson(options ?? {}), gives: describe },
  createAnswer: { given: (options: unknown) => redactedJson(options ?? {}), gives: describe },
  setLocalDescription: { given: describe, gives: () => '' },
  setRemoteDescription: { given: describe, gives: () => '' },
  addIceCandidate: { given: candidateText, gives: null },
  setConfiguration: { given: (configuration: unknown) => redactedJson(configuration ?? {}), gives: null },
  close: { given: () => '', gives: null },
} as const;

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value;

function wrapMethods(kept: Kept): void {
  const { connection } = kept;
  for (const [name, { given, gives }] of Object.entries(METHODS)) {
    const native = connection[name as keyof typeof METHODS] as ((...args: unknown[]) => unknown) | undefined;
    if (!native) continue;
    const value = (...args: unknown[]): unknown => {
      note(kept, name, given(args[0]));
      const result = Reflect.apply(native, connection, args);
      if (isPromise(result)) {
        result.then(
          (outcome) => gives && note(kept, `${name}OnSuccess`, gives(outcome)),
          (error: unknown) =>
            note(
              kept,
              name === 'addIceCandidate' ? 'addIceCandidateFailed' : `${name}OnFailure`,
              String(error),
            ),
        );
      }
      return result;
    };
    Object.defineProperty(connection, name, { value, configurable: true, writable: true });
  }
}

function listen(kept: Kept): void {
  const { connection } = kept;
  const on = <Name extends keyof RTCPeerConnectionEventMap>(
    name: Name,
    say: (event: RTCPeerConnectionEventMap[Name]) => string,
    type: string = name,
  ) => connection.addEventListener(name, (event) => note(kept, type, say(event)));
  on('negotiationneeded', () => '');
  on('signalingstatechange', () => connection.signalingState);
  on('icegatheringstatechange', () => connection.iceGatheringState);
  on('iceconnectionstatechange', () => connection.iceConnectionState);
  on('connectionstatechange', () => connection.connectionState);
  on('icecandidate', ({ candidate }) => candidateText(candidate));
  on('icecandidateerror', ({ url, errorCode, errorText }) => redactedJson({ url, errorCode, errorText }));
  on('track', ({ track, streams }) => trackText(track, streams), 'ontrack');
  on('datachannel', ({ channel }) => redactedJson({ label: channel.label, id: channel.id }));
}

const trackText = (track: MediaStreamTrack | null, streams: readonly MediaStream[] = []): string =>
  track ? JSON.stringify([track.kind, track.id, track.label, ...streams.map(({ id }) => id)]) : 'null';

/** What is done with senders decides what is sent: which encodings are switched on, and of which track. */
function wrapSenders(): void {
  const { prototype } = RTCRtpSender;
  const owner = (sender: RTCRtpSender) =>
    peers.find((kept) => !isClosed(kept) && kept.connection.getSenders().includes(sender));
  const says: Record<'setParameters' | 'replaceTrack', (argument: unknown) => string> = {
    // The codecs that it could send are many, and in the description.
    setParameters: (parameters) => {
      const { encodings, degradationPreference } = parameters as RTCRtpSendParameters & {
        degradationPreference?: string;
      };
      return redactedJson([{ encodings, degradationPreference }]);
    },
    replaceTrack: (track) => trackText(track as MediaStreamTrack | null),
  };
  for (const [name, say] of Object.entries(says)) {
    const native = prototype[name as keyof typeof says] as (...args: unknown[]) => unknown;
    const value = function (this: RTCRtpSender, ...args: unknown[]): unknown {
      const kept = owner(this);
      if (kept) note(kept, name, say(args[0]));
      return Reflect.apply(native, this, args);
    };
    Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
  }
}
