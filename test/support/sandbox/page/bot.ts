/** A participant for the sandbox's tests: a coloured picture with a moving bar, a tone, and figures of what comes. */
import type { Bot, Received } from './protocol.ts';

interface Track {
  isLocal(): boolean;
  getParticipantId(): string;
  getType(): 'audio' | 'video';
  getTrack(): MediaStreamTrack;
  getSsrc(): number;
  getSourceName(): string;
  isMuted(): boolean;
  mute(): Promise<void>;
  unmute(): Promise<void>;
  attach(element: HTMLMediaElement): Promise<void>;
}

interface Conference {
  on(event: string, listener: (...details: unknown[]) => void): void;
  addTrack(track: Track): Promise<void>;
  setDisplayName(name: string): void;
  setReceiverConstraints(constraints: object): void;
  join(): void;
  leave(): Promise<void>;
  myUserId(): string;
  getActivePeerConnection(): { peerconnection: RTCPeerConnection } | null;
}

interface Connection {
  addEventListener(event: string, listener: (...details: unknown[]) => void): void;
  connect(options: { name: string }): void;
  disconnect(): Promise<void>;
  initJitsiConference(room: string, options: object): Conference;
}

declare const config: Record<string, unknown> & { websocket: string };
declare const JitsiMeetJS: {
  version: string;
  events: { connection: Record<string, string>; conference: Record<string, string> };
  logLevels: Record<string, string>;
  setLogLevel(level: string): void;
  init(options: object): void;
  JitsiConnection: new (appId: null, token: null, options: object) => Connection;
  createLocalTracksFromMediaStreams(infos: object[]): Track[];
};

/** Milliseconds from 1900, where NTP's time begins, to 1970. */
const NTP_EPOCH_MS = 2_208_988_800_000;
const COLOURS = ['#f00', '#0f0', '#00f', '#ff0', '#0ff', '#f0f', '#f80', '#08f', '#8f0', '#80f'];
const SIZE = { width: 320, height: 180 };

function camera(index: number): MediaStream {
  const canvas = Object.assign(document.createElement('canvas'), SIZE);
  const pen = canvas.getContext('2d')!;
  let count = 0;
  setInterval(() => {
    pen.fillStyle = COLOURS[index]!;
    pen.fillRect(0, 0, SIZE.width, SIZE.height);
    pen.fillStyle = '#fff';
    pen.fillRect((count++ * 16) % SIZE.width, SIZE.height - 24, 16, 24);
  }, 80);
  return canvas.captureStream();
}

function microphone(index: number): MediaStream {
  const context = new AudioContext();
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  gain.gain.value = 0.2;
  oscillator.frequency.value = 300 + 100 * index;
  const out = context.createMediaStreamDestination();
  oscillator.connect(gain).connect(out);
  oscillator.start();
  return out.stream;
}

function picture(element: HTMLMediaElement | undefined): Pick<Received, 'colour' | 'digest'> {
  if (!(element instanceof HTMLVideoElement) || element.videoWidth === 0)
    return { colour: null, digest: null };
  const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 36 });
  const pen = canvas.getContext('2d', { willReadFrequently: true })!;
  pen.drawImage(element, 0, 0, 64, 36);
  const { data } = pen.getImageData(0, 0, 64, 36);
  const sums = [0, 0, 0];
  let digest = 0;
  for (let at = 0; at < data.length; at += 4) {
    for (const channel of [0, 1, 2]) {
      const value = data[at + channel]!;
      if (at < 64 * 4 * 28) sums[channel]! += value;
      digest = (digest * 31 + (value >> 5)) | 0;
    }
  }
  return { colour: sums.map((sum) => sum / (64 * 28 * 255)), digest };
}

/** A page that joins several times keeps its camera and microphone, as a person's does. */
const streams = new Map<string, MediaStream>();

function stream(kind: string, index: number): MediaStream {
  const known = streams.get(kind);
  if (known) return known;
  const made = kind === 'audio' ? microphone(index) : camera(index);
  streams.set(kind, made);
  return made;
}

let connection: Connection | undefined;
let conference: Conference | undefined;
const local: Track[] = [];
const remote = new Map<Track, HTMLMediaElement>();
const events: Bot['events'] = [];

function note(name: string, details: readonly unknown[] = []): void {
  const texts = details.filter((detail) => typeof detail !== 'object');
  events.push({ name, details: texts.join(' '), atMs: performance.now() });
}

async function join(
  name: string,
  room: string,
  kinds: readonly string[] = ['audio', 'video'],
): Promise<string> {
  const index = name.charCodeAt(0) - 65;
  JitsiMeetJS.setLogLevel(JitsiMeetJS.logLevels.ERROR!);
  JitsiMeetJS.init(config);
  const options = { ...config, serviceUrl: `${config.websocket}?room=${room}` };
  const made = new JitsiMeetJS.JitsiConnection(null, null, options);
  connection = made;
  const { connection: on, conference: names } = JitsiMeetJS.events;
  await new Promise<void>((resolve, reject) => {
    made.addEventListener(on.CONNECTION_ESTABLISHED!, () => resolve());
    made.addEventListener(on.CONNECTION_FAILED!, (error) => {
      note('connection failed', [error]);
      reject(new Error(String(error)));
    });
    made.connect({ name: room });
  });
  const joined = made.initJitsiConference(room, options);
  conference = joined;
  for (const event of Object.values(names)) joined.on(event, (...details) => note(event, details));
  joined.on(names.TRACK_ADDED!, (added) => {
    const track = added as Track;
    if (track.isLocal()) return;
    const element = document.createElement(track.getType());
    element.autoplay = true;
    document.body.append(element);
    remote.set(track, element);
    void track.attach(element);
  });
  joined.on(names.TRACK_REMOVED!, (removed) => {
    remote.get(removed as Track)?.remove();
    remote.delete(removed as Track);
  });
  const infos = kinds.map((kind) =>
    kind === 'audio'
      ? { stream: stream(kind, index), mediaType: 'audio', sourceType: 'oscillator' }
      : { stream: stream(kind, index), mediaType: 'video', sourceType: 'canvas', videoType: 'camera' },
  );
  local.length = 0;
  for (const track of JitsiMeetJS.createLocalTracksFromMediaStreams(infos)) {
    local.push(track);
    await joined.addTrack(track);
  }
  joined.setDisplayName(name);
  const done = new Promise<void>((resolve) => joined.on(names.CONFERENCE_JOINED!, () => resolve()));
  joined.join();
  await done;
  return joined.myUserId();
}

async function received(): Promise<Received[]> {
  const connection = conference?.getActivePeerConnection()?.peerconnection;
  const stats = connection ? [...(await connection.getStats()).values()] : [];
  return [...remote].map(([track, element]) => {
    const inbound = stats.find(
      ({ type, trackIdentifier }) => type === 'inbound-rtp' && trackIdentifier === track.getTrack().id,
    );
    return {
      owner: track.getParticipantId(),
      kind: track.getType(),
      ssrc: track.getSsrc(),
      source: track.getSourceName(),
      muted: track.isMuted(),
      packets: inbound?.packetsReceived ?? 0,
      lost: inbound?.packetsLost ?? 0,
      framesDecoded: inbound?.framesDecoded ?? null,
      ageMs: inbound?.estimatedPlayoutTimestamp
        ? Date.now() + NTP_EPOCH_MS - inbound.estimatedPlayoutTimestamp
        : null,
      audioEnergy: inbound?.totalAudioEnergy ?? null,
      ...picture(element),
    };
  });
}

async function sent(): ReturnType<Bot['sent']> {
  const connection = conference?.getActivePeerConnection()?.peerconnection;
  const stats = connection ? [...(await connection.getStats()).values()] : [];
  return stats
    .filter(({ type }) => type === 'outbound-rtp')
    .map(({ kind, packetsSent, keyFramesEncoded, ssrc }) => ({
      kind,
      packets: packetsSent,
      keyFrames: keyFramesEncoded ?? 0,
      roundTrips:
        stats.find((each) => each.type === 'remote-inbound-rtp' && each.ssrc === ssrc)
          ?.roundTripTimeMeasurements ?? 0,
    }));
}

globalThis.bot = {
  events,
  join,
  received,
  sent,
  async mute(kind, muted) {
    const track = local.find((each) => each.getType() === kind)!;
    await (muted ? track.mute() : track.unmute());
  },
  constrain: (constraints) => conference?.setReceiverConstraints(constraints),
  async leave() {
    await conference?.leave();
    await connection?.disconnect();
  },
};
