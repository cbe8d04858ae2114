/**
 * A participant's page that is the deployment's own web app: this script runs in it before any of its own. It gives the app our
 * camera and microphone, and reports how far the app gets, and what its conference receives; what it does with both is the
 * app's own.
 */
import { eventMessage, reportConference } from './conference.ts';
import { measurePings } from './pings.ts';
import type { Orders, PageMessage, Say } from './protocol.ts';
import { rawPage } from './raw-stats.ts';
import { directAllowed, hide, keepLabels, kindOf, mayUse, offerScreen, show, streamOf } from './shown.ts';
import { keepPeerConnections, readStats } from './stats.ts';

const LOOK_MS = 100;
const STATS_MS = 1000;
/** Somebody who joins muted unmutes after this long, as a person would. */
const UNMUTE_AFTER_MS = 2500;
/** A page before the meeting is passed by a click once it has stood this long. */
const PASS_AFTER_MS = 700;
const CHARS = 300;

/** The part of the web app that is used; source: jitsi-meet, conference.js. */
interface App {
  readonly conference?: {
    readonly _room?: JitsiConference & { isJoined?(): boolean };
    muteAudio?(mute: boolean): void;
    muteVideo?(mute: boolean): void;
  };
}
declare global {
  var APP: App | undefined;
  /** Of `interface_config.js`, or of older releases' web server. */
  var interfaceConfig: { readonly UNSUPPORTED_BROWSERS?: unknown } | undefined;
}

let offset = 0;
let orders: Orders | null = null;
let began: (given: Orders) => void = () => {};
const ordered = new Promise<Orders>((resolve) => {
  began = resolve;
});
const waiting: PageMessage[] = [];
const now = () => performance.timeOrigin + performance.now() + offset;
const send = (message: PageMessage) => {
  // Times of before the orders are on the page's own clock: they wait until it is known how far that is off.
  if (orders) globalThis.vigieSay(JSON.stringify(message));
  else if (waiting.length < 200) waiting.push(message);
};
const say: Say = (name, detail) => send(eventMessage(now(), name, detail));
const cut = (text: unknown) => String(text).slice(0, CHARS);

let room: (JitsiConference & { isJoined?(): boolean }) | null = null;
let phase = '';
let state = '';
const asked = new Set<string>();

globalThis.vigie = {
  start(given) {
    offset = given.clockOffsetMs;
    orders = given;
    for (const message of waiting.splice(0))
      send(message.type === 'event' ? { ...message, at: message.at + offset } : message);
    began(given);
  },
  async leave() {
    await room?.leave();
  },
  async mute(kinds, muted) {
    for (const kind of kinds) ofSteps.add(kind);
    if (kinds.includes('audio')) APP?.conference?.muteAudio?.(muted);
    if (kinds.includes('video')) APP?.conference?.muteVideo?.(muted);
  },
  share(on) {
    sharing = sharing
      .then(() => toggleScreen(on))
      .then(
        () => say('share', { on }),
        (error: Error) => say('share-failed', { on, message: cut(error.message) }),
      );
  },
  async closeLobby() {
    await (room?.enableLobby?.() ?? Promise.reject(new Error('no lobby'))).catch((error: Error) =>
      say('lobby-refused', { message: cut(error?.message ?? error) }),
    );
  },
  admit() {},
  moveTo() {},
  sample: sampleStats,
  raw: rawPage,
};

/** One after the other. */
let sharing: Promise<void> = Promise.resolve();

keepPeerConnections(say, now);
offerDevices();
reportTroubles();
addEventListener('DOMContentLoaded', () => enter('page'));
const looking = setInterval(look, LOOK_MS);

/** The app asks the browser for a camera and a microphone, and gets ours once there are orders. */
function offerDevices(): void {
  const { mediaDevices } = navigator;
  if (!mediaDevices) return;
  mediaDevices.getUserMedia = async (constraints = {}) => {
    const kinds = (['audio', 'video'] as const).filter((kind) => Boolean(constraints[kind]));
    say('media-asked', { kinds });
    for (const kind of kinds) asked.add(kind);
    if (!kinds.every((kind) => mayUse(kind === 'audio' ? 'microphone' : 'camera')))
      throw new DOMException('Permission denied', 'NotAllowedError');
    await ordered;
    return new MediaStream(kinds.flatMap((kind) => streamOf(kind).getTracks()));
  };
  offerScreen();
  const device = (kind: MediaDeviceKind, deviceId: string) =>
    ({ kind, deviceId, groupId: 'vigie', label: `Vigie ${kind}`, toJSON: () => ({}) }) as MediaDeviceInfo;
  mediaDevices.enumerateDevices = async () => [
    device('audioinput', 'vigie-microphone'),
    device('videoinput', 'vigie-camera'),
    device('audiooutput', 'default'),
  ];
}

/** As long as the app may take to ask for a screen, and to send it or take it away. */
const SHARE_MS = 5000;

/** Shares a screen, or no longer, by the app's own key for it (source: jitsi-meet, features/toolbox/hooks.web.ts). */
async function toggleScreen(on: boolean): Promise<void> {
  // Keys are not the app's while a field or button has them.
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  for (const type of ['keydown', 'keyup'])
    document.body.dispatchEvent(new KeyboardEvent(type, { key: 'd', code: 'KeyD', bubbles: true }));
  const until = performance.now() + SHARE_MS;
  while (sharesScreen() !== on) {
    if (performance.now() > until)
      throw new Error(`the web app did not ${on ? 'begin' : 'stop'} to share a screen (key D)`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** The app mutes a screen that it shares no longer, and keeps it for the next time. */
const sharesScreen = (): boolean =>
  (room?.getLocalTracks?.() ?? []).some((track) => kindOf(track) === 'screen' && !track.isMuted());

/** What keeps an app from starting: scripts that do not load, exceptions, what its content security policy forbids. */
function reportTroubles(): void {
  addEventListener(
    'error',
    (failure) => {
      if (failure.target instanceof HTMLScriptElement)
        say('app-script-failed', { url: cut(failure.target.src) });
      else if (failure instanceof ErrorEvent && phase !== 'conference')
        say('app-exception', { message: cut(failure.message), script: cut(failure.filename) });
    },
    true,
  );
  addEventListener('securitypolicyviolation', ({ disposition, effectiveDirective, blockedURI }) => {
    if (disposition === 'enforce')
      say('app-csp', { directive: effectiveDirective, blocked: cut(blockedURI) });
  });
}

function enter(next: string): void {
  phase = next;
  say('app-phase', { phase: next });
}

/** Looks how far the app has come, until its conference is there. */
function look(): void {
  if (phase === 'page' && globalThis.APP) enter('bundle');
  const found = globalThis.APP?.conference?._room;
  if (!found) {
    stateOf();
    return;
  }
  clearInterval(looking);
  room = found;
  enter('conference');
  const library = JitsiMeetJS!;
  say('app-library', { version: cut(library.version) });
  const at = library.events.conference;
  keepLabels();
  void ordered.then(({ p2p }) => say('deployment', { direct: p2p && directAllowed() }));
  const joined = () => {
    say('joined', { endpointId: found.myUserId(), jicofo: null });
    if (asked.size === 0) say('app-media-not-asked', {});
    measurePings(found, say);
    setTimeout(unmute, UNMUTE_AFTER_MS);
  };
  say('connected', {});
  if (found.isJoined?.()) joined();
  else found.on(at.CONFERENCE_JOINED!, joined);
  found.on(at.CONFERENCE_FAILED!, (error: string) =>
    say('failed', { stage: 'conference', error: cut(error) }),
  );
  const tracks = { added: (track: JitsiTrack) => show(track, true), removed: hide };
  reportConference(found, at, say, tracks);
  // Those that came before us.
  for (const participant of found.getParticipants?.() ?? []) {
    say('user-joined', { id: participant.getId() });
    for (const track of participant.getTracks()) tracks.added(track);
  }
  if (found.isP2PActive()) say('p2p', { active: true });
  setInterval(() => {
    void sampleStats();
    lookAtTiles(found);
  }, STATS_MS);
}

let tileless = '';

/** The app's own tiles, of everybody whose media arrives: said whenever it changes. */
function lookAtTiles(conference: JitsiConference): void {
  const missing = (conference.getParticipants?.() ?? [])
    .map((participant) => participant.getId())
    .filter((id) => !document.getElementById(`participant_${id}`));
  if (missing.join() === tileless) return;
  tileless = missing.join();
  say('app-tiles', { missing: missing.slice(0, 20) });
}

/** What an app that has no conference shows: said whenever it changes. */
function stateOf(): void {
  const next = unsupported() ?? (before() ? 'before-meeting' : phase);
  if (next !== state) {
    state = next;
    say('app-state', { state, setting: next === 'unsupported' ? refusing() : null });
  }
}

/** Browsers that the operator refuses: `UNSUPPORTED_BROWSERS`; source: jitsi-meet, base/environment. */
function refusing(): string | null {
  const list = globalThis.interfaceConfig?.UNSUPPORTED_BROWSERS;
  const own = navigator.userAgent.includes('Firefox/') ? ['firefox'] : ['chrome', 'chromium'];
  return Array.isArray(list) && list.some((name) => own.includes(String(name)))
    ? 'UNSUPPORTED_BROWSERS'
    : null;
}

function unsupported(): 'unsupported' | null {
  if (!globalThis.APP) return null;
  const page = document.querySelector(
    '[class*="unsupported-desktop-browser"],[class*="unsupported-browser"]',
  );
  return page || refusing() ? 'unsupported' : null;
}

let beforeSince: number | null = null;

/** A page before the meeting; passed as a person would, with a name and a click. */
function before(): boolean {
  const button = document.querySelector<HTMLElement>('[data-testid="prejoin.joinMeeting"]');
  if (!button && !document.querySelector('.premeeting-screen')) return false;
  beforeSince ??= performance.now();
  if (button && orders && performance.now() - beforeSince > PASS_AFTER_MS) {
    beforeSince = performance.now();
    button.click();
  }
  return true;
}

/** What steps mute and unmute: no longer what somebody joined with. */
const ofSteps = new Set<string>();

function unmute(): void {
  for (const track of room?.getLocalTracks?.() ?? []) {
    if (!track.isMuted() || ofSteps.has(track.getType())) continue;
    say('start-muted', { kind: track.getType(), key: 'muted by the app' });
    if (track.getType() === 'audio') APP?.conference?.muteAudio?.(false);
    else APP?.conference?.muteVideo?.(false);
  }
}

async function sampleStats(): Promise<void> {
  send({ type: 'stats', sample: await readStats(now(), room) });
}
