/** What happened to a participant, in English. */
import { type EventWords, tail } from './event-words.ts';

const path = ({ p2p }: { readonly p2p?: unknown }): string => (p2p === true ? 'direct' : 'bridge');
const peer = (index: unknown): string => `peer connection ${Number(index) + 1}`;

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
    restricted: ({ key, value }) =>
      `config.js restricts what people get (${String(key)}${typeof value === 'number' ? ` ${value}` : ''})`,
    'start-muted': ({ kind, key }) => `must join with ${String(kind)} muted (${String(key)})`,
    'page-error': ({ message }) => `an error in the page: ${String(message)}`,
    'peer-iceconnectionstatechange': (detail) => `${peer(detail.peer)}: ICE ${String(detail.ice)}`,
    'peer-connectionstatechange': (detail) => `${peer(detail.peer)}: ${String(detail.connection)}`,
    'ice-candidate-error': (detail) =>
      `${peer(detail.peer)}: no candidate from ${String(detail.url)} (${String(detail.code)} ${String(detail.text)})`,
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
