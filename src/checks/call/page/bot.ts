/**
 * A participant's page, in its own world: into a room with the deployment's library, and what that library and the peer
 * connections report. The picture and sound that it sends, and whether those of the others arrive, are of the isolated world.
 */
import { eventMessage } from './conference.ts';
import type { Orders, PageMessage, Say } from './protocol.ts';
import { rawPage } from './raw-stats.ts';
import { enter, type Room } from './room.ts';
import { directAllowed, hide, keepLabels, offerScreen, show, streamOf } from './shown.ts';
import { keepPeerConnections, moveTo, readStats } from './stats.ts';

const STATS_MS = 1000;

let offset = 0;
let room: Room | null = null;
let say: (message: PageMessage) => void = () => {};
let own: JitsiTrack[] = [];
const now = () => performance.timeOrigin + performance.now() + offset;
const event: Say = (name, detail) => say(eventMessage(now(), name, detail));

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
    for (const kind of kinds) ofSteps.add(kind);
    for (const track of own) {
      if (kinds.includes(track.getType())) await (muted ? track.mute() : track.unmute());
    }
  },
  share(on) {
    sharing = sharing
      .then(() => (on ? share() : unshare()))
      .then(
        () => event('share', { on }),
        (error: Error) => event('share-failed', { on, message: String(error?.message ?? error) }),
      );
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
  moveTo,
  sample: sampleStats,
  raw: rawPage,
};

async function start(orders: Orders): Promise<void> {
  addEventListener('error', (failure) => event('page-error', { message: failure.message }));
  addEventListener('unhandledrejection', (failure) =>
    event('page-error', { message: String(failure.reason?.message ?? failure.reason) }),
  );
  keepPeerConnections(event, now, orders);
  const library = JitsiMeetJS!;
  library.setLogLevel(library.logLevels.ERROR);
  offerScreen();
  library.init(config!);

  own = library.createLocalTracksFromMediaStreams([
    { stream: streamOf('audio'), mediaType: 'audio', sourceType: 'oscillator' },
    { stream: streamOf('video'), mediaType: 'video', sourceType: 'canvas', videoType: 'camera' },
  ]);
  // To unmute a picture lib-jitsi-meet asks the browser for a camera: it gets ours.
  navigator.mediaDevices.getUserMedia = async () => streamOf('video');
  keepLabels();
  event('deployment', { direct: orders.p2p && directAllowed() });
  sayRestrictions();
  await joinAsDeployed(own);
  room = enter(orders, own, event, { added: (track) => show(track), removed: hide });
  setInterval(() => void sampleStats(), STATS_MS);
}

/** One after the other. */
let sharing: Promise<void> = Promise.resolve();
/** The screen that it shares. */
let screen: JitsiTrack | null = null;

/** Shares a screen as the web app does: the library asks the browser for one, and it is a second picture beside the camera's. */
async function share(): Promise<void> {
  const conference = room?.conference();
  if (!conference) throw new Error('nobody is in a room');
  const library = JitsiMeetJS!;
  if (!library.createLocalTracks) throw new Error('this release of the library cannot share a screen');
  const tracks = await library.createLocalTracks({ devices: ['desktop'] });
  const track = tracks.find((one) => one.getType() === 'video');
  if (!track) throw new Error('the library gave no picture of a screen');
  screen = track;
  await conference.addTrack(track);
}

async function unshare(): Promise<void> {
  const track = screen;
  screen = null;
  if (!track) return;
  await room?.conference()?.removeTrack?.(track);
  await track.dispose?.();
}

/** What steps mute and unmute: no longer what somebody joined with. */
const ofSteps = new Set<string>();

/** Obeys what `config.js` says of joining muted, as the web app would, and says so; then unmutes, as a person would. */
async function joinAsDeployed(media: JitsiTrack[]): Promise<void> {
  for (const track of media) {
    const key = track.getType() === 'audio' ? 'startWithAudioMuted' : 'startWithVideoMuted';
    if (config![key] !== true) continue;
    event('start-muted', { kind: track.getType(), key });
    await track.mute();
    setTimeout(() => {
      if (!ofSteps.has(track.getType())) void track.unmute();
    }, UNMUTE_AFTER_MS);
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

async function sampleStats(): Promise<void> {
  say({ type: 'stats', sample: await readStats(now(), room?.conference() ?? null) });
}
