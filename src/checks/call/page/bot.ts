/**
 * A participant's page, in its own world: into a room with the deployment's library, and what that library and the peer
 * connections report. The picture and sound that it sends, and whether those of the others arrive, are of the isolated world.
 */
import { ADDED, LABELS_WANTED, REMOVED, setLabel, WANTED } from './handover.ts';
import type { Orders, PageMessage } from './protocol.ts';
import { rawPage } from './raw-stats.ts';
import { enter, type Room } from './room.ts';
import { keepPeerConnections, readStats } from './stats.ts';

const STATS_MS = 1000;

let offset = 0;
let room: Room | null = null;
let say: (message: PageMessage) => void = () => {};
let own: JitsiTrack[] = [];
/** The elements in which remote tracks are shown to the isolated world. */
const shown = new Map<JitsiTrack, HTMLMediaElement>();
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
  async closeLobby() {
    if (!room) throw new Error('nobody is in a room');
    await room
      .closeLobby()
      .catch((error: Error) => event('lobby-refused', { message: String(error?.message ?? error) }));
  },
  admit(names) {
    room?.admit(names);
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

  own = library.createLocalTracksFromMediaStreams([
    { stream: streamOf('audio'), mediaType: 'audio', sourceType: 'oscillator' },
    { stream: streamOf('video'), mediaType: 'video', sourceType: 'canvas', videoType: 'camera' },
  ]);
  // To unmute a picture lib-jitsi-meet asks the browser for a camera: it gets ours.
  navigator.mediaDevices.getUserMedia = async () => streamOf('video');
  document.addEventListener(LABELS_WANTED, () => {
    for (const [track, element] of shown) label(track, element);
  });
  event('deployment', { direct: orders.p2p && directAllowed() });
  sayRestrictions();
  await joinAsDeployed(own);
  room = enter(orders, own, event, { added: show, removed: hide });
  setInterval(() => void sampleStats(), STATS_MS);
}

/** The stream of our microphone or camera, from the isolated world. */
function streamOf(kind: 'audio' | 'video'): MediaStream {
  const element = document.createElement(kind);
  document.body.append(element);
  element.dispatchEvent(new Event(WANTED, { bubbles: true }));
  const stream = element.srcObject;
  element.srcObject = null;
  element.remove();
  if (!(stream instanceof MediaStream)) throw new Error(`the page has no ${kind} to send`);
  return stream;
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

/** Shows a remote track, where the isolated world reads it. */
function show(track: JitsiTrack): void {
  hide(track);
  const element = document.createElement(track.getType());
  element.srcObject = new MediaStream([track.getTrack()]);
  const tile = document.createElement('figure');
  tile.append(element);
  document.body.append(tile);
  shown.set(track, element);
  label(track, element);
  element.dispatchEvent(new Event(ADDED, { bubbles: true }));
}

function hide(track: JitsiTrack): void {
  const element = shown.get(track);
  if (!element) return;
  shown.delete(track);
  element.dispatchEvent(new Event(REMOVED, { bubbles: true }));
  element.parentElement?.remove();
}

function label(track: JitsiTrack, element: HTMLMediaElement): void {
  setLabel(element, {
    endpointId: String(track.getParticipantId()),
    p2p: track.isP2P === true,
    ssrc: ssrcOf(track),
    muted: track.isMuted() === true,
  });
}

/** A number, whatever the deployment's release of the library gives. */
function ssrcOf(track: JitsiTrack): number | null {
  const ssrc: unknown = track.getSsrc?.() ?? track.ssrc;
  return typeof ssrc === 'number' && Number.isFinite(ssrc) ? ssrc : null;
}

async function sampleStats(): Promise<void> {
  say({ type: 'stats', sample: await readStats(now(), room?.conference() ?? null) });
}
