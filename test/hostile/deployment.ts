/** A deployment that sets out to end, blind or fool whoever watches it: a catalogue of its attacks. */
import {
  type Behaviour,
  configWith,
  type FakeDeployment,
  fakeDeployment,
} from '../support/signaling/fake-xmpp.ts';

const script =
  (body: string): NonNullable<Behaviour['paths']>[string] =>
  (_request, response) =>
    void response.writeHead(200, { 'content-type': 'application/javascript' }).end(body);

const config = (before: string): NonNullable<Behaviour['paths']>[string] =>
  script(`${before};${configWith({ bosh: '/http-bind' })}`);

export interface Attack {
  readonly behaviour: Behaviour;
  /** The findings that name it, for `signaling`. */
  readonly signaling: readonly string[];
  /** The first finding of a call, where the attack is one on browsers. */
  readonly call?: { readonly id: string; readonly outcome: string };
}

const flood = `<message xmlns="jabber:client"><body>${'x'.repeat(100_000)}</body></message>`;

export const ATTACKS: Readonly<Record<string, Attack>> = {
  'config.js that never ends': {
    behaviour: { paths: { '/config.js': config('while (true) {}') } },
    signaling: ['fail config-unreadable'],
    call: { id: 'scripts-not-run', outcome: 'fail' },
  },
  'an answer 101 for everything': {
    behaviour: {
      paths: Object.fromEntries(
        ['/', '/config.js', '/libs/lib-jitsi-meet.min.js'].map((path) => [
          path,
          (request) =>
            request.socket.end(
              'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
            ),
        ]),
      ),
    },
    signaling: ['fail config-missing', 'fail library-missing'],
  },
  'megabytes of stanzas': {
    behaviour: {
      socket: (socket) => {
        socket.once('message', () => {
          for (let sent = 0; sent < 100; sent += 1) socket.send(flood);
        });
      },
    },
    signaling: ['fail websocket-failed'],
  },
  'a page that hangs once it is loaded': {
    behaviour: {
      paths: {
        '/config.js': config(
          `typeof window === 'object' && addEventListener('load', function () { while (true) {} })`,
        ),
        '/libs/lib-jitsi-meet.min.js': script(`/*${'x'.repeat(120_000)}*/ JitsiMeetJS = { version: '1' };`),
      },
    },
    signaling: [],
    call: { id: 'scripts-not-run', outcome: 'fail' },
  },
  'alerts without end': {
    behaviour: {
      paths: {
        '/config.js': config(`while (typeof alert === 'function') alert('x')`),
      },
    },
    signaling: [],
    call: { id: 'scripts-not-run', outcome: 'fail' },
  },
  'an alert and messages that are none': {
    behaviour: {
      paths: {
        '/config.js': config(`typeof alert === 'function' && alert('x');
          typeof vigieSay === 'function' && setInterval(function () {
            vigieSay('{'); vigieSay('{"type":"report","at":1e300}'); vigieSay('null');
          }, 20)`),
        '/libs/lib-jitsi-meet.min.js': script(
          `/*${'x'.repeat(120_000)}*/ JitsiMeetJS = { version: 'x'.repeat(1e6) };`,
        ),
      },
    },
    signaling: [],
    call: { id: 'page-failed', outcome: 'error' },
  },
};

export const attack = (name: string): Promise<FakeDeployment> => fakeDeployment(ATTACKS[name]!.behaviour);
