/**
 * The sandbox's own web app: a small page of the shape that Jitsi's has (`APP.conference`, a page before the meeting, tiles, settings
 * in the address), over the sandbox's library. It is served as `libs/app.bundle.min.js`, as one classic script.
 */

/** The library's part that is used. */
interface Track {
  getType(): 'audio' | 'video';
  getTrack(): MediaStreamTrack;
  getParticipantId(): string;
  isLocal(): boolean;
  mute(): Promise<void>;
  dispose(): Promise<void>;
  unmute(): Promise<void>;
}
interface Conference {
  on(event: string, listener: (...args: never[]) => void): void;
  addTrack(track: Track): Promise<unknown>;
  removeTrack(track: Track): Promise<unknown>;
  setDisplayName(name: string): void;
  setReceiverConstraints(constraints: object): void;
  join(): void;
  leave(): Promise<unknown>;
}
interface Connection {
  addEventListener(event: string, listener: () => void): void;
  connect(options: { readonly name: string }): void;
  initJitsiConference(room: string, options: object): Conference;
}
interface Library {
  readonly events: Readonly<Record<'connection' | 'conference', Readonly<Record<string, string>>>>;
  readonly JitsiConnection: new (appId: null, token: string | null, options: object) => Connection;
  createLocalTracks(options: { readonly devices: readonly string[] }): Promise<Track[]>;
  createLocalTracksFromMediaStreams(infos: readonly object[]): Track[];
}
interface Settings {
  readonly websocket: string;
  readonly sandboxFaults?: readonly string[];
  [key: string]: unknown;
}

const scope = globalThis as unknown as {
  config: Settings;
  interfaceConfig?: { readonly UNSUPPORTED_BROWSERS?: readonly string[] };
  JitsiMeetJS: Library;
  APP: unknown;
};

/** What the address says behind `#`, as JSON values. */
function fromAddress(): Map<string, unknown> {
  const parts = location.hash.slice(1).split('&').filter(Boolean);
  return new Map(
    parts.map((part): [string, unknown] => {
      const [key = '', value = ''] = part.split('=');
      try {
        return [key, JSON.parse(decodeURIComponent(value))];
      } catch {
        return [key, null];
      }
    }),
  );
}

const wanted = fromAddress();
const faults = scope.config.sandboxFaults ?? [];
const tracks: Track[] = [];
const conference: Record<string, unknown> = {
  muteAudio: (mute: boolean) => setMuted('audio', mute),
  muteVideo: (mute: boolean) => setMuted('video', mute),
};
scope.APP = { conference };

function setMuted(kind: 'audio' | 'video', mute: boolean): void {
  for (const track of tracks) if (track.getType() === kind) void (mute ? track.mute() : track.unmute());
}

/** The screen that is shared. */
let screen: Track | null = null;

/** The key D shares a screen, or no longer, as in Jitsi's. */
async function toggleScreen(made: Conference): Promise<void> {
  const shared = screen;
  if (shared) {
    screen = null;
    await made.removeTrack(shared);
    await shared.dispose();
    return;
  }
  [screen = null] = await scope.JitsiMeetJS.createLocalTracks({ devices: ['desktop'] });
  if (screen) await made.addTrack(screen);
}

function element(html: string): HTMLElement {
  const holder = document.createElement('div');
  holder.innerHTML = html;
  const made = holder.firstElementChild as HTMLElement;
  document.body.append(made);
  return made;
}

async function enter(): Promise<void> {
  const room = decodeURIComponent(location.pathname.slice(1)).toLowerCase();
  const { JitsiMeetJS: library, config } = scope;
  if (!faults.includes('app-deaf')) {
    const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    tracks.push(
      ...library.createLocalTracksFromMediaStreams(
        media.getTracks().map((track) => ({
          stream: new MediaStream([track]),
          mediaType: track.kind,
          sourceType: 'device',
          ...(track.kind === 'video' && { videoType: 'camera' }),
        })),
      ),
    );
  }
  const { connection: on, conference: at } = library.events;
  const token = wanted.get('jwt');
  const connection = new library.JitsiConnection(null, typeof token === 'string' ? token : null, {
    ...config,
    serviceUrl: config.websocket,
  });
  connection.addEventListener(on.CONNECTION_ESTABLISHED!, () => {
    const made = connection.initJitsiConference(room, config);
    conference._room = made;
    made.on(at.USER_JOINED!, (id: string) => {
      if (!faults.includes('app-tiles'))
        element(`<span class="videocontainer" id="participant_${id}"></span>`);
    });
    made.on(at.USER_LEFT!, (id: string) => document.getElementById(`participant_${id}`)?.remove());
    made.on(at.TRACK_ADDED!, (track: Track) => {
      if (track.isLocal()) return;
      const media = document.createElement(track.getType());
      media.autoplay = true;
      media.srcObject = new MediaStream([track.getTrack()]);
      document.getElementById(`participant_${track.getParticipantId()}`)?.append(media);
    });
    addEventListener('keyup', ({ key }) => {
      if (key.toUpperCase() === 'D') void toggleScreen(made);
    });
    made.on(at.CONFERENCE_JOINED!, () => {
      if (parent !== self && !faults.includes('embed-silent'))
        parent.postMessage({ sandboxEvent: 'videoConferenceJoined' }, '*');
    });
    const name = wanted.get('userInfo.displayName');
    made.setDisplayName(typeof name === 'string' ? name : 'guest');
    made.setReceiverConstraints({ lastN: -1, defaultConstraints: { maxHeight: 180 }, constraints: {} });
    // Whoever looks for the conference finds it before it is joined.
    setTimeout(
      () => void Promise.all(tracks.map((track) => made.addTrack(track))).then(() => made.join()),
      300,
    );
  });
  connection.connect({ name: room });
}

function begin(): void {
  const own = navigator.userAgent.includes('Firefox/') ? 'firefox' : 'chrome';
  if (scope.interfaceConfig?.UNSUPPORTED_BROWSERS?.includes(own)) {
    element('<div class="unsupported-desktop-browser"><h2>This browser is not supported.</h2></div>');
    return;
  }
  if (wanted.get('config.prejoinConfig.enabled') === false && !faults.includes('app-prejoin')) {
    void enter();
    return;
  }
  const page = element(
    '<div class="premeeting-screen"><div data-testid="prejoin.joinMeeting" role="button">Join</div></div>',
  );
  page.addEventListener('click', () => {
    if (faults.includes('app-prejoin')) return;
    page.remove();
    void enter();
  });
}

if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin);
else begin();
