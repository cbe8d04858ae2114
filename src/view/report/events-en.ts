/** What happened to a participant, in English. */
import { list } from '../../base/words.ts';
import { type EventWords, failureOf, tail } from './event-words.ts';

const path = ({ p2p }: { readonly p2p?: unknown }): string => (p2p === true ? 'direct' : 'bridge');
const peer = (index: unknown): string => `peer connection ${Number(index) + 1}`;

const DEVICES: Readonly<Record<string, string>> = { audio: 'the microphone', video: 'the camera' };
const devices = (kinds: unknown): string =>
  list(Array.isArray(kinds) ? kinds.map((kind) => DEVICES[String(kind)] ?? String(kind)) : []);

const SERVERS: Readonly<Record<string, string>> = {
  websocket: 'the WebSocket',
  bosh: 'BOSH',
  'conference-request': 'the conference request',
};
const APP_PHASES: Readonly<Record<string, string>> = {
  page: 'the page of the web app is there',
  bundle: 'the web app has started',
  conference: 'the web app has a conference',
};

export const eventsEn: EventWords = {
  own: {
    deployment: ({ direct }) =>
      direct === true ? 'the deployment lets two talk directly' : 'no direct connection is allowed',
    signaling: ({ transport }) => `connects by ${transport === 'bosh' ? 'BOSH' : 'WebSocket'}`,
    connected: () => 'signaling is connected',
    disconnected: () => 'signaling is disconnected',
    joined: ({ endpointId }) => `is in the room, as ${String(endpointId)}`,
    failed: ({ stage, error, message }) => `is refused (${String(stage)}): ${String(error)}${tail(message)}`,
    'user-joined': ({ id }, who) => `sees ${who(id)} join`,
    'user-left': ({ id }, who) => `sees ${who(id)} leave`,
    p2p: ({ active }) => (active === true ? 'the call becomes direct' : 'the call goes over the bridge'),
    'media-session': (detail) => `a media session begins (${path(detail)})`,
    'track-added': (detail, who) =>
      `gets a track: ${String(detail.kind)} of ${who(detail.id)} (${path(detail)})`,
    'track-removed': (detail, who) =>
      `loses a track: ${String(detail.kind)} of ${who(detail.id)} (${path(detail)})`,
    mute: ({ local, id, kind, muted }, who) =>
      local === true
        ? `${muted === true ? 'mutes' : 'unmutes'} its ${String(kind)}`
        : `sees that ${who(id)} ${muted === true ? 'muted' : 'unmuted'} ${String(kind)}`,
    'xmpp-ping': ({ ms, answered }) =>
      answered === true
        ? `the XMPP server answers after ${String(ms)} ms`
        : `the XMPP server does not answer within ${String(ms)} ms`,
    share: ({ on }) => (on === true ? 'shares a screen' : 'stopped sharing the screen'),
    'share-failed': ({ on, message }) =>
      `cannot ${on === false ? 'stop sharing' : 'share'} the screen${tail(message)}`,
    restricted: ({ key, value }) =>
      `config.js restricts what people get (${String(key)}${typeof value === 'number' ? ` ${value}` : ''})`,
    'start-muted': ({ kind, key }) => `must join with ${String(kind)} muted (${String(key)})`,
    'page-error': ({ message }) => `an error in the page: ${String(message)}`,
    'peer-iceconnectionstatechange': (detail) => `${peer(detail.peer)}: ICE ${String(detail.ice)}`,
    'bridge-region': ({ region }) => `the bridge is in region ${String(region)}`,
    'peer-anew': () => 'media is connected anew, over the new network',
    'peer-connectionstatechange': (detail) => `${peer(detail.peer)}: ${String(detail.connection)}`,
    'ice-candidate-error': (detail) =>
      `${peer(detail.peer)}: no candidate from ${String(detail.url)} (${String(detail.code)} ${String(detail.text)})`,
    'bridge-socket': ({ url, ...how }) => {
      const failed = failureOf(how);
      return failed === null
        ? `opens the bridge channel at ${String(url)}`
        : `the bridge channel at ${String(url)} fails: ${failed}`;
    },
    'network-changed': () => 'an address of the browser’s machine came or went, and requests were broken off',
    'server-refused': ({ of, status }) =>
      `${SERVERS[String(of)] ?? 'a server'} is answered with ${String(status)}`,
    waiting: (detail) => `waits for ${detail.for === 'host' ? 'a host' : 'admission from the lobby'}`,
    knocked: ({ name }) => `sees ${String(name)} knock`,
    admitted: ({ name }) => `admits ${String(name)}`,
    'lobby-closed': () => 'turns the lobby on',
    'lobby-refused': ({ message }) => `cannot use the lobby${tail(message)}`,
    'remote-stats': ({ id, quality }, who) =>
      `hears from ${who(id)} how it receives${typeof quality === 'number' ? ` (quality ${quality} of 100)` : ''}`,
    'media-asked': ({ kinds }) => `the web app asks for ${devices(kinds)}`,
    'app-phase': ({ phase }) => APP_PHASES[String(phase)] ?? `the web app is at ${String(phase)}`,
    'app-state': ({ state, setting }) =>
      state === 'unsupported'
        ? `the web app refuses the browser${typeof setting === 'string' ? ` (${setting})` : ''}`
        : state === 'before-meeting'
          ? 'the web app shows a page before the meeting'
          : (APP_PHASES[String(state)] ?? `the web app is at ${String(state)}`),
    'embed-script': ({ how }) =>
      how === 'missing' ? 'external_api.js does not load' : 'external_api.js does not work',
    'embed-refused': ({ header }) =>
      `the room may not be embedded${typeof header === 'string' ? ` (${header})` : ''}`,
    'embed-empty': () => 'no room appears in the page that embeds it',
    'embed-denied': ({ features }) => `the frame may not use ${devices(features)}`,
    'embed-storage': () => 'the page in the frame has no storage',
    'embed-joined': () => 'external_api.js reports that it joined',
    'app-library': ({ version }) => `the web app brings lib-jitsi-meet ${String(version)}`,
    'app-media-not-asked': () => 'the web app has not asked for microphone or camera',
    'app-script-failed': ({ url }) => `a script of the web app does not load: ${String(url)}`,
    'app-exception': ({ message }) => `an exception in the web app: ${String(message)}`,
    'app-csp': ({ directive, blocked }) =>
      `the content security policy (${String(directive)}) blocks ${String(blocked)}`,
    'app-tiles': ({ missing }, who) =>
      Array.isArray(missing) && missing.length > 0
        ? `the web app has no tile for ${list(missing.map(who))}`
        : 'the web app has a tile for everybody',
  },
  theirs: {
    'channel-opens': 'the bridge channel opens',
    'channel-closes': 'the bridge channel closes',
    interrupted: 'media is interrupted',
    restored: 'media is restored',
    leaves: 'leaves the room',
    kicked: 'is removed from the room',
    suspended: 'the machine was suspended',
  },
};
