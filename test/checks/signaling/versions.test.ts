/** What the check learns of the servers' versions on its way, and that nobody's silence about them is held against it. */
import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/checks/check.ts';
import type { Element } from '../../../src/checks/signaling/xmpp/xml.ts';
import { type Behaviour, configWith } from '../../support/signaling/fake-xmpp.ts';
import {
  check,
  deployment,
  NO_TURN,
  part,
  path,
  reported,
  service,
  turn,
} from '../../support/signaling/harness.ts';

const VERSION = 'jabber:iq:version';
const asks = (element: Element) => element.name === 'iq' && element.children[0]?.ns === VERSION;

/** Other answers to the question for the version; the usual ones to everything else. */
const version = (answer: (id: string, to: string) => string[]): Pick<Behaviour, 'xmpp'> => ({
  xmpp: (element) => (asks(element) ? answer(element.attributes.id!, element.attributes.to!) : null),
});

/** As prosody 0.12.3 answers with mod_version. */
const prosody = version((id, to) => [
  `<iq id="${id}" xmlns="jabber:client" to="x@${to}/y" type="result" from="${to}"><query xmlns="${VERSION}"><name>Prosody</name><version>0.12.3</version><os>Linux</os></query></iq>`,
]);

const known = (run: Run) => run.software?.find((one) => one.part === 'prosody');

describe('the XMPP server', () => {
  it.each<[string, Behaviour]>([
    ['over WebSocket', {}],
    [
      'over BOSH',
      {
        config: (host: string) =>
          configWith({ bosh: '/http-bind', conferenceRequestUrl: `http://${host}/conference-request/v1` }),
      },
    ],
    [
      'with the conference request over XMPP, too',
      { config: (host) => configWith({ websocket: `ws://${host}/x` }) },
    ],
  ])('reports its version: %s', async (_how, behaviour) => {
    const made = await deployment({ ...behaviour, ...prosody });
    const run = await check(made.url);
    expect(run.outcome).toBe('pass');
    expect(run.software).toEqual([{ part: 'prosody', name: 'Prosody', version: '0.12.3' }]);
  });

  it('is asked where guests log in', async () => {
    const asked: (string | undefined)[] = [];
    const made = await deployment({
      config: (host) =>
        `var config = { hosts: { domain: 'meet.test', anonymousdomain: 'guest.meet.test', muc: 'muc.meet.test' }, websocket: 'ws://${host}/xmpp-websocket' };`,
      xmpp: (element) => {
        if (asks(element)) asked.push(element.attributes.to);
        return null;
      },
    });
    await check(made.url);
    expect(asked).toEqual(['guest.meet.test']);
  });

  it.each<[string, Behaviour]>([
    ['has no mod_version', {}],
    ['does not answer', version(() => [])],
    ['answers without a version', version((id) => [`<iq xmlns="jabber:client" type="result" id="${id}"/>`])],
    [
      'answers with what does not print',
      version((id) => [
        `<iq xmlns="jabber:client" type="result" id="${id}"><query xmlns="${VERSION}"><name>x</name><version>\u202e\u200b</version></query></iq>`,
      ]),
    ],
    ['answers with no XML', version(() => ['<iq <<<'])],
    [
      'throws us out for it',
      version(() => [
        '<error xmlns="http://etherx.jabber.org/streams"><policy-violation xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></error>',
      ]),
    ],
  ])('that %s: nothing is known, and nothing is wrong', async (_what, behaviour) => {
    const udp = await turn('udp');
    for (const config of [undefined, (host: string) => configWith({ websocket: `ws://${host}/x` })]) {
      const made = await deployment({
        ...behaviour,
        services: service('udp', udp.port),
        ...(config && { config }),
      });
      const run = await check(made.url);
      expect(reported(run)).toEqual(config ? ['pass bosh-not-offered'] : []);
      for (const name of ['login', 'conference-request', 'turn-credentials', 'turn-udp']) {
        expect(part(run, name)).toMatchObject({ ok: true });
      }
      expect(known(run)).toBeUndefined();
      expect(run).not.toHaveProperty('software');
    }
  });

  it('is asked after jicofo has been, where both are asked over XMPP', async () => {
    let conferences = 0;
    const made = await deployment({
      config: (host) => configWith({ websocket: `ws://${host}/x` }),
      xmpp: (element) => {
        if (asks(element)) return ['<iq <<<'];
        if (element.children[0]?.name !== 'conference') return null;
        conferences += 1;
        if (conferences > 1) return null;
        const { id } = element.attributes;
        return [
          `<iq xmlns="jabber:client" type="result" id="${id}"><conference xmlns="http://jitsi.org/protocol/focus" ready="false"/></iq>`,
        ];
      },
    });
    const run = await check(made.url);
    expect(conferences).toBe(2);
    expect(part(run, 'conference-request')).toMatchObject({ ok: true });
  });
});

describe('the web server', () => {
  const front = (server: string, status = 200): Behaviour =>
    path(
      '/',
      (_request, response) =>
        void response.writeHead(status, { server }).end('<!DOCTYPE html><title>Jitsi Meet</title>'),
    );

  it('reports its version where it names one', async () => {
    const run = await check((await deployment(front('nginx/1.22.1'))).url);
    expect(reported(run)).toEqual([NO_TURN]);
    expect(run.software).toEqual([{ part: 'web', name: 'nginx', version: '1.22.1' }]);
    expect((await check((await deployment(front('nginx'))).url)).software).toBeUndefined();
  });

  it('is not taken for the proxy that answers in its place while it is down', async () => {
    const run = await check((await deployment(front('nginx/1.26.0', 502))).url);
    expect(run.outcome).toBe('fail');
    expect(run.software).toBeUndefined();
  });
});
