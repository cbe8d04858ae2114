/** A client that is not Vigie's: a bare page with the deployment's library, in a browser of its own. */
import type { Page } from 'puppeteer-core';
import type { BrowserName } from '../../../src/browsers/browser.ts';
import { launch, type RunningBrowser } from '../../../src/browsers/launch.ts';

/** What the page does; evaluated in it. */
const JOIN = `(room) => {
  const library = JitsiMeetJS;
  library.init(config);
  const options = { ...config, serviceUrl: (config.websocket || config.bosh) + '?room=' + room, flags: { ssrcRewritingEnabled: true, ...config.flags } };
  const canvas = document.createElement('canvas');
  canvas.width = 320; canvas.height = 180;
  const pen = canvas.getContext('2d');
  let turn = 0;
  setInterval(() => { pen.fillStyle = 'hsl(' + (turn += 7) + ' 80% 50%)'; pen.fillRect(0, 0, 320, 180); }, 66);
  const context = new AudioContext();
  const tone = new OscillatorNode(context, { frequency: 440 });
  const gain = new GainNode(context, { gain: 0.2 });
  const out = context.createMediaStreamDestination();
  tone.connect(gain).connect(out); tone.start();
  const tracks = library.createLocalTracksFromMediaStreams([
    { stream: out.stream, mediaType: 'audio', sourceType: 'oscillator' },
    { stream: canvas.captureStream(15), mediaType: 'video', sourceType: 'canvas', videoType: 'camera' },
  ]);
  const connection = new library.JitsiConnection(null, null, options);
  connection.addEventListener(library.events.connection.CONNECTION_ESTABLISHED, async () => {
    const conference = connection.initJitsiConference(room, options);
    globalThis.guest = { conference, connection, tracks };
    conference.on(library.events.conference.TRACK_ADDED, (track) => {
      if (track.isLocal()) return;
      const element = document.createElement(track.getType());
      element.autoplay = true;
      element.srcObject = new MediaStream([track.getTrack()]);
      document.body.append(element);
      element.play().catch(() => {});
    });
    conference.setDisplayName('guest');
    for (const track of tracks) await conference.addTrack(track);
    conference.setReceiverConstraints({ lastN: -1, defaultConstraints: { maxHeight: 180 }, constraints: {} });
    conference.join();
  });
  connection.connect({ name: room });
}`;

export class BareGuest {
  readonly #browser: RunningBrowser;
  readonly #link: string;
  #page: Page | null = null;

  private constructor(browser: RunningBrowser, link: string) {
    this.#browser = browser;
    this.#link = link;
  }

  static async start(name: BrowserName, link: string, insecure = false): Promise<BareGuest> {
    const start = () => launch(name, { insecure, signal: new AbortController().signal, udp: true });
    // Beside two other browsers a third may need more time to start than a check gives it.
    return new BareGuest(await start().catch(start).catch(start), link);
  }

  async open(): Promise<void> {
    const { origin, pathname } = new URL(this.#link);
    const page = await this.#browser.open();
    this.#page = page;
    await page.goto(`${origin}/base.html`, { waitUntil: 'domcontentloaded' });
    for (const script of ['/config.js', '/libs/lib-jitsi-meet.min.js'])
      await page.addScriptTag({ url: `${origin}${script}` });
    await page.evaluate(`(${JOIN})(${JSON.stringify(pathname.slice(1).toLowerCase())})`);
  }

  async leave(): Promise<void> {
    await this.#page
      ?.evaluate('guest.conference.leave().then(() => guest.connection.disconnect())')
      .catch(() => {});
    await this.#page?.close();
    this.#page = null;
  }

  async mute(muted: boolean): Promise<void> {
    await this.#page?.evaluate(`guest.tracks[0].${muted ? 'mute' : 'unmute'}()`);
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}
