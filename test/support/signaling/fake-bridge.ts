/** A room with a jicofo in it, and a bridge that answers ICE checks over UDP: as much of them as a signaling check meets. */
import { createSocket } from 'node:dgram';
import { onTestFinished } from 'vitest';
import {
  ATTRIBUTES,
  decode,
  encode,
  integrityOk,
  textAttribute,
} from '../../../src/checks/signaling/turn/message.ts';
import { NS } from '../../../src/checks/signaling/xmpp/stream.ts';
import type { Element } from '../../../src/checks/signaling/xmpp/xml.ts';
import type { Behaviour } from './fake-xmpp.ts';

export const UFRAG = 'bridgeufrag';
export const ICE_PASSWORD = 'bridge-password-of-the-session';

export interface BridgeBehaviour {
  readonly silent?: boolean;
  /** Answers are signed with another password. */
  readonly forged?: boolean;
  /** An error for every check, as `403 Forbidden`. */
  readonly refuse?: string;
}

/** Gives the port on which it answers. */
export async function fakeBridge(
  { silent, forged, refuse }: BridgeBehaviour = {},
  at: '127.0.0.1' | '::1' = '127.0.0.1',
): Promise<{ port: number; readonly checks: number; readonly unsigned: number }> {
  const seen = { port: 0, checks: 0, unsigned: 0 };
  const socket = createSocket(at === '::1' ? 'udp6' : 'udp4');
  socket.on('message', (bytes, { port, address }) => {
    seen.checks += 1;
    const request = decode(bytes);
    const key = Buffer.from(ICE_PASSWORD);
    const types = request.attributes.map(({ type }) => type);
    const whole =
      integrityOk(bytes, key) === true &&
      textAttribute(request, 'username')?.startsWith(`${UFRAG}:`) &&
      types.includes(ATTRIBUTES.priority) &&
      types.includes(ATTRIBUTES.iceControlled);
    // A bridge drops what is no check of one of its sessions.
    if (!whole) seen.unsigned += 1;
    if (!whole || silent) return;
    const [attribute, kind] = refuse
      ? [
          {
            type: ATTRIBUTES.errorCode,
            value: Buffer.concat([
              Buffer.from([0, 0, Number(refuse[0]), Number(refuse.slice(1, 3))]),
              Buffer.from(refuse.slice(4)),
            ]),
          },
          'error' as const,
        ]
      : [
          { type: ATTRIBUTES.xorMappedAddress, value: Buffer.from('0001a147e112a643', 'hex') },
          'success' as const,
        ];
    const answer = encode(
      { ...request, class: kind, attributes: [attribute] },
      forged ? Buffer.from('another') : key,
    );
    socket.send(answer, port, address);
  });
  await new Promise<void>((done) => socket.bind(0, at, done));
  onTestFinished(() => void socket.close());
  seen.port = socket.address().port;
  return seen;
}

export const candidate = (ip: string, port: number, more = 'protocol="udp" type="host"') =>
  `<candidate component="1" foundation="1" generation="0" id="x" ip="${ip}" network="0" port="${port}" priority="2130706431" ${more}/>`;

export interface RoomBehaviour {
  /** The candidates of the offer, as XML; null: none is ever made. */
  readonly candidates?: string | null;
  /** Jicofo says that it has no bridge. */
  readonly bridgeless?: boolean;
  /** Each participant is in a room of its own. */
  readonly split?: boolean;
}

export interface FakeRoom {
  readonly xmpp: NonNullable<Behaviour['xmpp']>;
  /** Who joined, and who left. */
  readonly joined: string[];
  readonly left: string[];
  /** What was answered to jicofo's questions, by their ids. */
  readonly answers: Element[];
}

/** The room, for `Behaviour.xmpp`. */
export function fakeRoom({ candidates = '', bridgeless, split }: RoomBehaviour = {}): FakeRoom {
  const joined: string[] = [];
  const left: string[] = [];
  const answers: Element[] = [];
  return {
    joined,
    left,
    answers,
    xmpp(element) {
      const { to = '', type } = element.attributes;
      if (element.name === 'iq' && type !== 'get' && type !== 'set' && to.includes('/focus')) {
        answers.push(element);
        return [];
      }
      if (element.name !== 'presence') return null;
      if (type === 'unavailable') {
        left.push(to);
        return [];
      }
      const [room] = to.split('/') as [string];
      const others = split ? [] : [...joined];
      joined.push(to);
      return [
        presence(
          `${room}/focus`,
          `${bridgeless && others.length > 0 ? '<bridgeNotAvailable/>' : ''}<versions xmlns="http://jitsi.org/jitmeet"><component name="focus">1.0-1100</component></versions>`,
        ),
        ...others.map((other) => presence(other, '')),
        presence(to, `<x xmlns="${NS.mucUser}"><status code="110"/></x>`),
        `<iq xmlns="jabber:client" type="get" id="disco" from="${room}/focus" to="x@y/z"><query xmlns="${NS.disco}" node="n#v"/></iq>`,
        ...(candidates !== null && !bridgeless && others.length > 0 ? [offer(room, candidates)] : []),
      ];
    },
  };
}

const presence = (from: string, inner: string) =>
  `<presence xmlns="jabber:client" from="${from}">${inner}</presence>`;

const offer = (room: string, candidates: string) =>
  `<iq xmlns="jabber:client" type="set" id="offer" from="${room}/focus" to="x@y/z"><jingle xmlns="${NS.jingle}" action="session-initiate" sid="s"><content name="audio"><transport xmlns="${NS.iceUdp}" ufrag="${UFRAG}" pwd="${ICE_PASSWORD}">${candidates}</transport></content></jingle></iq>`;
