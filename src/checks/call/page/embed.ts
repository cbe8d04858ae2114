/**
 * The page of a site that embeds a Jitsi: it loads the deployment's `external_api.js` and has it show the room in a frame, as such sites
 * do. The participant is the web app in that frame; this page reports how far the embedding gets.
 */
import type { BotPage, EmbedOrders, EmbedState } from './protocol.ts';

/** The part of `JitsiMeetExternalAPI` that is used; source: jitsi-meet, modules/API/external/external_api.js. */
interface ExternalApi {
  addListener?(event: string, listener: () => void): void;
}
type ExternalApiClass = new (domain: string, options: object) => ExternalApi;

const CHARS = 300;
const state: { -readonly [Key in keyof EmbedState]: EmbedState[Key] } = { phase: 'loading', message: null };
const cut = (text: unknown) => String(text).slice(0, CHARS);

function fail(phase: Exclude<EmbedState['phase'], 'loading' | 'embedded'>, message: unknown): void {
  state.phase = phase;
  state.message = message === null ? null : cut(message);
}

function begin({ script, domain, noSsl, roomName, displayName, config, token }: EmbedOrders): void {
  const element = document.createElement('script');
  element.src = script;
  element.addEventListener('error', () => fail('missing', null));
  element.addEventListener('load', () => {
    const { JitsiMeetExternalAPI: Api } = globalThis as { JitsiMeetExternalAPI?: ExternalApiClass };
    if (typeof Api !== 'function') return fail('broken', null);
    try {
      const api = new Api(domain, {
        ...{
          roomName,
          noSSL: noSsl,
          parentNode: document.getElementById('meeting'),
          width: '100%',
          height: '100%',
        },
        ...{ configOverwrite: config, userInfo: { displayName }, ...(token !== null && { jwt: token }) },
      });
      api.addListener?.('videoConferenceJoined', () => {
        const at = performance.timeOrigin + performance.now();
        globalThis.vigieSay(JSON.stringify({ type: 'event', at, name: 'embed-joined', detail: {} }));
      });
      state.phase = 'embedded';
    } catch (error) {
      fail('broken', (error as Error)?.message ?? error);
    }
  });
  document.head.append(element);
}

globalThis.vigieEmbed = {
  begin,
  state: () => ({ ...state, allow: document.querySelector('iframe')?.allow ?? null }),
};

/** Where nothing is embedded, this page stands in for the participant, who does nothing. */
const nobody: BotPage = {
  start() {},
  async leave() {},
  async mute() {},
  async closeLobby() {},
  admit() {},
  moveTo() {},
  share() {},
  async sample() {},
  raw: () => '',
};
globalThis.vigie = nobody;
