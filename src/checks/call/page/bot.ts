/** A participant's page: eyes, ears, camera and microphone in a Jitsi room, reported to Vigie over one binding. */
import { startCamera } from './camera.ts';
import { type Ears, hear } from './ears.ts';
import { type Eyes, watch } from './eyes.ts';
import { startMicrophone } from './microphone.ts';
import type { Orders, PageMessage, TrackState, WatermarksRead } from './protocol.ts';
import { rawPage } from './raw-stats.ts';
import { enter, type Room } from './room.ts';
import { keepPeerConnections, readStats } from './stats.ts';
import { saltOf, type Watermark } from './watermarks.ts';

const LISTEN_MS = 25;
const REPORT_MS = 150;
const STATS_MS = 1000;

interface Remote {
  readonly endpointId: string;
  readonly sense: Eyes | Ears;
  /** Watermarks read since the last report, by who they say they are from. */
  readonly read: Map<number, [number, number][]>;
}

let offset = 0;
let room: Room | null = null;
let say: (message: PageMessage) => void = () => {};
let own: JitsiTrack[] = [];
const remotes = new Map<JitsiTrack, Remote>();
const now = () => performance.timeOrigin + performance.now() + offset;
const event = (name: string, detail: Record<string, unknown>) =>
  say({ type: 'event', at: now(), name, detail });

globalThis.vigie = {
  start(orders) {
    offset = orders.clockOffsetMs;
    say = (message) => globalThis.vigieSay(JSON.stringify(message));
    start(orders).catch((error: Error) => event('failed', { stage: 'page', error: error.message }));
  },
  async leave() {
    await room?.leave();
  },
  async mute(kinds, muted) {
    for (const track of own) {
      if (kinds.includes(track.getType())) await (muted ? track.mute() : track.unmute());
    }
  },
  sample: sampleStats,
  raw: rawPage,
};

async function start(orders: Orders): Promise<void> {
  addEventListener('error', (failure) => event('page-error', { message: failure.message }));
  addEventListener('unhandledrejection', (failure) =>
    event('page-error', { message: String(failure.reason?.message ?? failure.reason) }),
  );
  keepPeerConnections(event, now, orders.relay);
  const library = JitsiMeetJS!;
  library.setLogLevel(library.logLevels.ERROR);
  library.init(config!);

  const salt = saltOf(orders.room);
  const context = new AudioContext({ sampleRate: 48_000, latencyHint: 'interactive' });
  const camera = startCamera(orders.index, orders.name, salt, now);
  const microphone = startMicrophone(context, orders.index, salt, now);
  own = library.createLocalTracksFromMediaStreams([
    { stream: microphone.stream, mediaType: 'audio', sourceType: 'oscillator' },
    { stream: camera.stream, mediaType: 'video', sourceType: 'canvas', videoType: 'camera' },
  ]);
  offerCamera(() => camera.again());
  event('deployment', { direct: orders.p2p && directAllowed() });
  sayRestrictions();
  await joinAsDeployed(own);
  room = enter(orders, own, event, { added: (track) => attach(track, context, salt), removed: detach });

  setInterval(() => {
    for (const { sense } of remotes.values()) if ('listen' in sense) sense.listen();
  }, LISTEN_MS);
  startReporting(() => ({ drawn: camera.drawn(), played: microphone.played() }));
  setInterval(() => void sampleStats(), STATS_MS);
}

/** To unmute a picture lib-jitsi-meet asks the browser for a camera: it gets ours. */
function offerCamera(again: () => MediaStream): void {
  navigator.mediaDevices.getUserMedia = async () => again();
}

/** Whether lib-jitsi-meet lets two talk directly here; source: JitsiConference.ts, `isP2PEnabled`. */
function directAllowed(): boolean {
  const p2p = config!.p2p as { enabled?: boolean } | undefined;
  const testing = config!.testing as { p2pTestMode?: boolean; enableFirefoxP2p?: boolean } | undefined;
  const firefox = navigator.userAgent.includes('Firefox/');
  return (
    (p2p === undefined || Boolean(p2p.enabled)) &&
    testing?.p2pTestMode !== true &&
    !(firefox && testing?.enableFirefoxP2p === false)
  );
}

/** Obeys what `config.js` says of joining muted, as the web app would, and says so; then unmutes, as a person would. */
async function joinAsDeployed(media: JitsiTrack[]): Promise<void> {
  for (const track of media) {
    const key = track.getType() === 'audio' ? 'startWithAudioMuted' : 'startWithVideoMuted';
    if (config![key] !== true) continue;
    event('start-muted', { kind: track.getType(), key });
    await track.mute();
    setTimeout(() => void track.unmute(), UNMUTE_AFTER_MS);
  }
}
const UNMUTE_AFTER_MS = 2500;

/**
 * Says what of `config.js` lets people see or hear less than everybody. Our participants ask for everybody all the same: what the
 * deployment can do is tested, and what it keeps from people is said.
 */
function sayRestrictions(): void {
  for (const key of ['startAudioOnly', 'startSilent']) {
    if (config![key] === true) event('restricted', { key });
  }
  for (const key of ['channelLastN', 'startLastN', 'startAudioMuted', 'startVideoMuted']) {
    const value = config![key];
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0)
      event('restricted', { key, value });
  }
}

function attach(track: JitsiTrack, context: AudioContext, salt: number): void {
  detach(track);
  const read: Remote['read'] = new Map();
  const note = (watermark: Watermark, readAt: number) => {
    const first = !read.has(watermark.sender);
    const list = read.get(watermark.sender) ?? [];
    list.push([watermark.at, readAt]);
    read.set(watermark.sender, list);
    if (first) soon();
  };
  const sense =
    track.getType() === 'video'
      ? watch(track.getTrack(), salt, now, note)
      : hear(context, track.getTrack(), salt, now, note);
  remotes.set(track, { endpointId: String(track.getParticipantId()), sense, read });
  const tile = document.createElement('figure');
  tile.append(sense.element);
  document.body.append(tile);
}

function detach(track: JitsiTrack): void {
  const remote = remotes.get(track);
  if (!remote) return;
  remote.sense.element.parentElement?.remove();
  remote.sense.close();
  remotes.delete(track);
}

let soon: () => void = () => {};

/** Reports several times a second, and at once when a stream brings its first watermark. */
function startReporting(self: () => { drawn: number; played: number }): void {
  let last = performance.now();
  let lastTurn = last;
  let stalledMs = 0;
  let seen = false;
  const report = () => {
    last = performance.now();
    const read: WatermarksRead[] = [];
    const tracks: TrackState[] = [];
    for (const [track, remote] of remotes) {
      for (const [index, watermarks] of remote.read) {
        read.push({
          endpointId: remote.endpointId,
          kind: track.getType(),
          index,
          watermarks: [...watermarks],
        });
      }
      remote.read.clear();
      tracks.push(stateOf(track, remote));
    }
    say({ type: 'report', at: now(), stalledMs: Math.round(stalledMs), ...self(), read, tracks });
    stalledMs = 0;
  };
  setInterval(() => {
    const turn = performance.now();
    stalledMs = Math.max(stalledMs, turn - lastTurn - LISTEN_MS);
    lastTurn = turn;
    if (turn - last >= REPORT_MS) report();
  }, LISTEN_MS);
  soon = () => {
    if (seen) return;
    seen = true;
    queueMicrotask(() => {
      seen = false;
      if (performance.now() - last > 20) report();
    });
  };
}

function stateOf(track: JitsiTrack, remote: Remote): TrackState {
  const { sense } = remote;
  return {
    endpointId: remote.endpointId,
    kind: track.getType(),
    p2p: track.isP2P === true,
    ssrc: ssrcOf(track),
    muted: track.isMuted() === true,
    frames: 'frames' in sense ? sense.frames() : null,
    levelDb: 'levelDb' in sense ? sense.levelDb() : null,
    brightness: 'brightness' in sense ? sense.brightness() : null,
  };
}

/** A number, whatever the deployment's release of the library gives. */
function ssrcOf(track: JitsiTrack): number | null {
  const ssrc: unknown = track.getSsrc?.() ?? track.ssrc;
  return typeof ssrc === 'number' && Number.isFinite(ssrc) ? ssrc : null;
}

async function sampleStats(): Promise<void> {
  say({ type: 'stats', sample: await readStats(now(), room?.conference() ?? null) });
}
