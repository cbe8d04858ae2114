/** The few figures of `getStats()` that a verdict's evidence and a diagnosis need. */
import type { MediaKind } from '../result.ts';
import { ofFamily, offeredSdp } from './family.ts';
import type {
  OfferedCandidate,
  Orders,
  PairStats,
  PeerStats,
  RtpStats,
  Say,
  StatsSample,
} from './protocol.ts';
import { keepReport, recordPeer } from './raw-stats.ts';
import { isScreen } from './shown.ts';

/** Peer connections in the order of their making, with what lib-jitsi-meet uses each for. */
const peers: {
  readonly connection: RTCPeerConnection;
  readonly configuration: RTCConfiguration | undefined;
  p2p: boolean;
}[] = [];

/** How media is to be connected, on the network that the page is in now. */
let network: Pick<Orders, 'relay' | 'family'> = { relay: null, family: null };
let moved = false;

/** The page is in another network from now on. What is connected stays so; what is made anew is of the new network. */
export function moveTo(to: typeof network): void {
  network = to;
  moved = true;
  for (const { connection, configuration } of peers) {
    if (connection.connectionState === 'closed') continue;
    try {
      // An ICE restart of this connection is to find the new network.
      connection.setConfiguration(relayed(configuration, network.relay) ?? {});
    } catch {
      // It is given up then.
    }
  }
}

/** The ICE credentials of a description (RFC 8839 5.4): new ones restart ICE. */
const ufragOf = (sdp: string | undefined): string | undefined => /^a=ice-ufrag:(\S+)/m.exec(sdp ?? '')?.[1];

/**
 * Keeps every peer connection that the page makes from now on, and reports what happens to it. Wrapping the
 * constructor works with every release, unlike lib-jitsi-meet's own getters.
 */
export function keepPeerConnections(say: Say, now: () => number, at: typeof network = network): void {
  network = at;
  const Native = ofFamily(RTCPeerConnection, () => network.family);
  class Kept extends Native {
    constructor(configuration?: RTCConfiguration) {
      const { relay } = network;
      super(relayed(configuration, relay));
      const peer = { connection: this as RTCPeerConnection, configuration, p2p: false };
      peers.push(peer);
      recordPeer(this, relayed(configuration, relay), now);
      const index = peers.length - 1;
      if (moved) say('peer-anew', { peer: index });
      for (const event of ['iceconnectionstatechange', 'connectionstatechange'] as const) {
        this.addEventListener(event, () =>
          say(`peer-${event}`, {
            peer: index,
            ice: this.iceConnectionState,
            connection: this.connectionState,
          }),
        );
      }
      this.addEventListener('icecandidateerror', (event) =>
        say('ice-candidate-error', {
          peer: index,
          url: event.url,
          code: event.errorCode,
          text: event.errorText,
        }),
      );
    }

    override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      const [before, after] = [ufragOf(this.remoteDescription?.sdp), ufragOf(description.sdp)];
      if (moved && before !== undefined && after !== undefined && before !== after)
        say('peer-anew', { peer: peers.findIndex(({ connection }) => connection === this) });
      await super.setRemoteDescription(description);
    }
  }
  globalThis.RTCPeerConnection = Kept;
}

/** The servers that may be used; source of the forms: RFC 7065. */
const WANTED = { any: /^turns?:/, tcp: /^turns:|transport=tcp/, never: /^stuns?:/ };

/** The configuration with nothing but TURN servers in it, over TCP where UDP must not be used; or without any. */
function relayed(
  configuration: RTCConfiguration | undefined,
  relay: Orders['relay'],
): RTCConfiguration | undefined {
  if (relay === null) return configuration;
  const servers = (configuration?.iceServers ?? [])
    .map((server) => ({
      ...server,
      urls: [server.urls].flat().filter((url) => WANTED[relay].test(url)),
    }))
    .filter(({ urls }) => urls.length > 0);
  return {
    ...configuration,
    iceServers: servers,
    ...(relay === 'never' ? {} : { iceTransportPolicy: 'relay' as const }),
  };
}

/** Learns which connections are direct ones: those that lib-jitsi-meet holds for its P2P session. */
function tellPeersApart(conference: JitsiConference | null): void {
  for (const held of conference?.rtc?.peerConnections?.values() ?? []) {
    const peer = peers.find(({ connection }) => connection === held.peerconnection);
    if (peer) peer.p2p = held.isP2P;
  }
}

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const cut = (value: unknown): string | null => text(value)?.slice(0, 200) ?? null;

/** Reads all open connections; `at` is stamped by the caller's clock. */
export async function readStats(at: number, conference: JitsiConference | null): Promise<StatsSample> {
  tellPeersApart(conference);
  const p2pActive = conference?.isP2PActive() ?? false;
  const rtp: RtpStats[] = [];
  const pairs: PairStats[] = [];
  const states: PeerStats[] = [];
  for (const { connection, p2p } of peers) {
    if (connection.connectionState === 'closed') continue;
    const report = new Map<string, Record<string, unknown>>();
    (await connection.getStats()).forEach((entry: Record<string, unknown>, id: string) => {
      report.set(id, entry);
    });
    keepReport(connection, p2p, at, report.values());
    const direct = worksDirectly(report);
    const { connectionState, iceConnectionState } = connection;
    const explains = !p2p && (connectionState !== 'connected' || direct === false);
    states.push({
      ...{ p2p, connectionState, iceConnectionState, direct },
      ...(explains && { offered: offeredTo(connection, report) }),
    });
    const senders = sendersOf(connection);
    for (const entry of report.values()) {
      if (entry.type === 'inbound-rtp' || entry.type === 'outbound-rtp') {
        rtp.push(rtpStats(entry, p2p, report, senders));
      }
    }
    const pair = selectedPair(report);
    if (pair) pairs.push(pairStats(pair, p2p, report));
  }
  return { at, p2pActive, peers: states, pairs, rtp };
}

/** What a connection sends: by kind whether any encoding is switched on, as the sender's parameters say; and the sections of screens. */
interface Senders {
  readonly active: ReadonlyMap<MediaKind, boolean>;
  readonly screenMids: ReadonlySet<string>;
}

function sendersOf(connection: RTCPeerConnection): Senders {
  const active = new Map<MediaKind, boolean>();
  const screenMids = new Set<string>();
  for (const { mid, sender } of connection.getTransceivers()) {
    if (!sender.track) continue;
    const screen = isScreen(sender.track.id);
    if (screen && mid !== null) screenMids.add(mid);
    const { encodings } = sender.getParameters();
    active.set(
      screen ? 'screen' : (sender.track.kind as MediaKind),
      (encodings ?? []).some((encoding) => encoding.active !== false),
    );
  }
  return { active, screenMids };
}

function rtpStats(
  entry: Record<string, unknown>,
  p2p: boolean,
  report: Map<string, Record<string, unknown>>,
  { active, screenMids }: Senders,
): RtpStats {
  const inbound = entry.type === 'inbound-rtp';
  // Firefox names no track of what is sent, but its section.
  const ofScreen = inbound ? isScreen(text(entry.trackIdentifier)) : screenMids.has(String(entry.mid));
  const kind = ofScreen ? 'screen' : (entry.kind as MediaKind);
  const codec = report.get(String(entry.codecId));
  return {
    direction: inbound ? 'in' : 'out',
    kind,
    p2p,
    ssrc: number(entry.ssrc) ?? 0,
    trackId: text(entry.trackIdentifier),
    packets: number(inbound ? entry.packetsReceived : entry.packetsSent) ?? 0,
    bytes: number(inbound ? entry.bytesReceived : entry.bytesSent) ?? 0,
    packetsLost: number(entry.packetsLost),
    frames: number(inbound ? entry.framesDecoded : entry.framesEncoded),
    width: number(entry.frameWidth),
    height: number(entry.frameHeight),
    freezes: number(entry.freezeCount),
    bufferedSeconds: number(entry.jitterBufferDelay),
    bufferedCount: number(entry.jitterBufferEmittedCount),
    concealedSamples: number(entry.concealedSamples),
    samples: number(entry.totalSamplesReceived),
    audioEnergy: number((inbound ? entry : report.get(String(entry.mediaSourceId)))?.totalAudioEnergy),
    active: inbound ? null : typeof entry.active === 'boolean' ? entry.active : (active.get(kind) ?? null),
    codec: text(codec?.mimeType),
    ...(kind === 'audio'
      ? { channels: number(codec?.channels), parameters: cut(codec?.sdpFmtpLine) }
      : !inbound && {
          layer: cut(entry.rid),
          scalability: cut(entry.scalabilityMode),
          limitedBy: cut(entry.qualityLimitationReason),
        }),
  };
}

function worksDirectly(report: Map<string, Record<string, unknown>>): boolean | null {
  const direct = [...report.values()].filter(
    (entry) =>
      entry.type === 'candidate-pair' &&
      [entry.localCandidateId, entry.remoteCandidateId].every(
        (id) => report.get(String(id))?.candidateType !== 'relay',
      ),
  );
  if (direct.length === 0) return null;
  return direct.some(
    ({ state, responsesReceived }) => state === 'succeeded' || Number(responsesReceived) > 0,
  );
}

/** At most this number of candidates: a bridge has two to six. */
const MAX_OFFERED = 20;

/** What the other end offers, from its description (RFC 8839 5.1), and whether it answers. */
function offeredTo(
  connection: RTCPeerConnection,
  report: Map<string, Record<string, unknown>>,
): OfferedCandidate[] {
  const sdp = offeredSdp(connection);
  const lines = [
    ...sdp.matchAll(/^a=candidate:\S+ 1 (udp|tcp) \d+ ([0-9a-z.:]{2,100}) (\d{1,5}) typ ([a-z]{1,10})/gim),
  ];
  const offered = new Map<string, OfferedCandidate>();
  for (const [, protocol = '', address = '', port = '', type = ''] of lines) {
    // Each media section repeats them.
    const key = `${protocol} ${address} ${port}`.toLowerCase();
    if (offered.size >= MAX_OFFERED || offered.has(key)) continue;
    const at = { address, port: Number(port) };
    offered.set(key, { ...at, protocol: protocol.toLowerCase(), type, answers: answers(at, report) });
  }
  return [...offered.values()];
}

/** Null where no pair with it was ever made. */
function answers(
  { address, port }: { readonly address: string; readonly port: number },
  report: Map<string, Record<string, unknown>>,
): boolean | null {
  const pairs = [...report.values()].filter((entry) => {
    if (entry.type !== 'candidate-pair') return false;
    const remote = report.get(String(entry.remoteCandidateId));
    return (remote?.address ?? remote?.ip) === address && remote?.port === port;
  });
  if (pairs.length === 0) return null;
  return pairs.some(({ state, responsesReceived }) => state === 'succeeded' || Number(responsesReceived) > 0);
}

function selectedPair(report: Map<string, Record<string, unknown>>): Record<string, unknown> | undefined {
  const all = [...report.values()];
  const transport = all.find((entry) => entry.type === 'transport' && entry.selectedCandidatePairId);
  return (
    (transport && report.get(String(transport.selectedCandidatePairId))) ??
    // Firefox marks the pair itself.
    all.find(
      (entry) => entry.type === 'candidate-pair' && entry.selected === true && entry.nominated === true,
    )
  );
}

function pairStats(
  pair: Record<string, unknown>,
  p2p: boolean,
  report: Map<string, Record<string, unknown>>,
): PairStats {
  const local = report.get(String(pair.localCandidateId)) ?? {};
  const remote = report.get(String(pair.remoteCandidateId)) ?? {};
  const rtt = number(pair.currentRoundTripTime);
  return {
    p2p,
    localPort: number(local.port),
    localAddress: text(local.address) ?? text(local.ip),
    candidateType: text(local.candidateType) ?? 'unknown',
    protocol: text(local.protocol) ?? 'unknown',
    relayProtocol: text(local.relayProtocol),
    remoteType: text(remote.candidateType) ?? 'unknown',
    remoteAddress: text(remote.address) ?? text(remote.ip),
    remotePort: number(remote.port),
    rttMs: rtt === null ? null : Math.round(rtt * 1000),
    bytesReceived: number(pair.bytesReceived) ?? 0,
    bytesSent: number(pair.bytesSent) ?? 0,
    availableOutgoingBitrate: number(pair.availableOutgoingBitrate),
  };
}
