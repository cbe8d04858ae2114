/** XMPP servers and focuses that misbehave in ways that a real one cannot be made to. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Run } from '../../../src/checks/check.ts';
import { NS } from '../../../src/checks/signaling/xmpp/stream.ts';
import { openWebSocket } from '../../../src/checks/signaling/xmpp/websocket.ts';
import type { Element } from '../../../src/checks/signaling/xmpp/xml.ts';
import { Web } from '../../../src/checks/web/client.ts';
import { type Behaviour, configWith } from '../../support/signaling/fake-xmpp.ts';
import {
  check,
  deployment,
  hang,
  jsonAnswer,
  NO_TURN,
  part,
  path,
  reported,
} from '../../support/signaling/harness.ts';

describe('the WebSocket', () => {
  const over = (answers: string[]): Behaviour => ({
    xmpp: (element, transport) => (transport === 'websocket' && element.name === 'open' ? answers : null),
  });
  it.each<[string, Behaviour, RegExp]>([
    ['that is not there', path('/xmpp-websocket', hang), /status 404 where a WebSocket should open/],
    ['that says nothing', { socket: hang }, /does not answer within 700ms/],
    ['that closes at once', { socket: (socket) => socket.close(1011) }, /was closed \(1011\)/],
    ['that breaks off', { socket: (socket) => socket.terminate() }, /was closed \(1006\)/],
    ['that speaks something else', over(['hello']), /not well-formed XML/],
    [
      'that speaks in bytes',
      { socket: (socket) => socket.on('message', () => socket.send(Buffer.from([1, 2]))) },
      /a binary WebSocket message/,
    ],
    ['that says too much', over([`<a>${'x'.repeat(300_000)}</a>`]), /XMPP over WebSocket/],
    [
      'that does not know the domain',
      over([
        '<open xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>',
        '<stream:error xmlns:stream="http://etherx.jabber.org/streams"><host-unknown xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></stream:error>',
      ]),
      /the stream error host-unknown/,
    ],
    ['that sends a document type', over(['<!DOCTYPE x><x/>']), /a document type in XML/],
    [
      'that has no features',
      over(['<open xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>', '<message/>']),
      /<message> where stream features should be/,
    ],
  ])('%s: fail, and all else goes over BOSH', async (_what, behaviour, text) => {
    const run = await check((await deployment(behaviour)).url);
    expect(reported(run)).toEqual(['fail websocket-failed', NO_TURN]);
    expect(run.findings[0]!.text).toMatch(text);
    expect(part(run, 'login')).toMatchObject({ ok: true, detail: 'anonymous, over BOSH' });
  });

  it('that was ended while nobody listened says why to whoever asks next', async () => {
    const ended = Promise.withResolvers<void>();
    const { url } = await deployment({
      socket: (socket) => {
        const say = (...elements: string[]) => {
          for (const element of elements) socket.send(element);
        };
        socket.once('message', () => {
          say(`<open xmlns="${NS.framing}"/>`, `<stream:features xmlns:stream="${NS.streams}"/>`);
          say(
            `<stream:error xmlns:stream="${NS.streams}"><policy-violation xmlns="${NS.streamErrors}"/></stream:error>`,
            `<close xmlns="${NS.framing}"/>`,
          );
          socket.once('close', () => ended.resolve()).close();
        });
      },
    });
    const web = new Web({ insecure: false });
    onTestFinished(() => web.close());
    const address = { url: url.replace('http', 'ws'), domain: 'meet.test', origin: url, web };
    const stream = await openWebSocket(address, AbortSignal.timeout(5000));
    await ended.promise;
    await expect(stream.send('<a/>')).rejects.toMatchObject({
      reason: { kind: 'stream-error', condition: 'policy-violation' },
    });
  });
});

describe('BOSH', () => {
  const answers = (body: string, status = 200) =>
    path(
      '/http-bind',
      (_request, response) => void response.writeHead(status, { 'content-type': 'text/xml' }).end(body),
    );
  it.each<[string, Behaviour, RegExp]>([
    ['that is not there', answers('', 404), /status 404 where BOSH should answer/],
    ['that hangs', path('/http-bind', hang), /does not answer within 700ms/],
    ['that is a page', answers('<html><br></html>'), /<html> where BOSH should answer/],
    ['that is no XML', answers('<body'), /not well-formed XML where BOSH should answer/],
    ['that is other XML', answers('<feed/>'), /<feed> where BOSH should answer/],
    ['that says too much', answers('x'.repeat(400_000)), /more than 256 kB/],
    [
      'without a session',
      answers('<body xmlns="http://jabber.org/protocol/httpbind"/>'),
      /without a session/,
    ],
    [
      'that refuses',
      answers(
        '<body xmlns="http://jabber.org/protocol/httpbind" type="terminate" condition="host-unknown"/>',
      ),
      /ended the BOSH session \(host-unknown\)/,
    ],
  ])('%s: degraded beside a WebSocket, fail where it is required', async (_what, behaviour, text) => {
    const made = await deployment(behaviour);
    const run = await check(made.url);
    expect(reported(run)).toEqual(['degraded bosh-failed', NO_TURN]);
    expect(run.findings[0]!.text).toMatch(text);
    expect(reported(await check(made.url, { expect: { bosh: 'required' } }))[0]).toBe('fail bosh-failed');
  });

  it('with nothing in it, again and again: is not waited for until the time is over', async () => {
    const made = await deployment(answers('<body xmlns="http://jabber.org/protocol/httpbind" sid="x"/>'));
    const run = await check(made.url, { timeout: '20s' });
    expect(reported(run)).toEqual(['degraded bosh-failed', NO_TURN]);
    expect(run.findings[0]!.text).toMatch(/without anything in them/);
  });

  it('that browsers are told to prefer is what they depend on', async () => {
    const made = await deployment({
      ...answers('', 502),
      config: (host) =>
        `${configWith({ bosh: '/http-bind', websocket: `ws://${host}/xmpp-websocket` })} config.preferBosh = true;`,
    });
    expect(reported(await check(made.url))).toEqual(['fail bosh-failed', NO_TURN]);
  });

  it('and a WebSocket that are both down are one finding; jicofo, which needs the same server, has none', async () => {
    const down = { '/http-bind': answers('', 502).paths!['/http-bind']!, '/xmpp-websocket': hang };
    const run = await check((await deployment({ paths: { ...down, ...jsonAnswer(500, '').paths } })).url);
    expect(reported(run)).toEqual(['fail signaling-failed']);
    expect(run.findings[0]!.text).toBe(
      'Nobody can join: no connection to the signaling server (XMPP). Over WebSocket: status 404 where a WebSocket should open; over BOSH: status 502 where BOSH should answer.',
    );
    expect(part(run, 'conference-request')).toMatchObject({ ok: false });
    expect(part(run, 'turn-credentials')).toMatchObject({
      ok: null,
      detail: 'no connection to the signaling server',
    });
  });
});

describe('the login', () => {
  const failing = (failure: string): Behaviour => ({
    xmpp: (element) => (element.name === 'auth' ? [failure] : null),
  });
  const sasl = 'urn:ietf:params:xml:ns:xmpp-sasl';
  it.each<[string, Behaviour, string, RegExp]>([
    [
      'that only accounts may try',
      { mechanisms: ['PLAIN', 'SCRAM-SHA-1'] },
      'password-required',
      /with an account \(PLAIN, SCRAM-SHA-1\)/,
    ],
    [
      'that is not offered',
      { mechanisms: [] },
      'login-failed',
      /no login at all .+consider_websocket_secure/,
    ],
    [
      'that is refused',
      failing(`<failure xmlns="${sasl}"><not-authorized/><text>token required</text></failure>`),
      'password-required',
      /not-authorized \("token required"\)/,
    ],
    [
      'that fails for now',
      failing(`<failure xmlns="${sasl}"><temporary-auth-failure/></failure>`),
      'login-failed',
      /temporary-auth-failure/,
    ],
    [
      'that is not answered',
      { xmpp: (element) => (element.name === 'auth' ? [] : null) },
      'login-failed',
      /does not answer within/,
    ],
    [
      'without a resource',
      {
        xmpp: (element) =>
          element.name === 'iq' && element.children[0]?.name === 'bind'
            ? [
                `<iq xmlns="jabber:client" type="error" id="${element.attributes.id}"><error><resource-constraint xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`,
              ]
            : null,
      },
      'login-failed',
      /resource-constraint/,
    ],
  ])('%s', async (_what, behaviour, id, text) => {
    const run = await check((await deployment(behaviour)).url);
    expect(reported(run)).toEqual([`fail ${id}`]);
    expect(run.findings[0]!.text).toMatch(text);
    expect(part(run, 'conference-request')).toMatchObject({ ok: true });
    expect(part(run, 'turn-credentials')).toMatchObject({ ok: null });
  });

  it('for people with accounts alone may be meant so', async () => {
    const made = await deployment({ mechanisms: ['PLAIN'] });
    const run = await check(made.url, { expect: { guests: 'optional' } });
    expect(reported(run)).toEqual(['pass password-required']);
  });

  it('is not disturbed by what else arrives', async () => {
    const made = await deployment({
      xmpp: (element) =>
        element.name === 'iq' && element.children[0]?.name === 'services'
          ? [
              '<message xmlns="jabber:client"><body>hello</body></message>',
              '<iq xmlns="jabber:client" type="result" id="another"/>',
              `<iq xmlns="jabber:client" type="result" id="${element.attributes.id}"/>`,
            ]
          : null,
    });
    expect(reported(await check(made.url))).toEqual([NO_TURN]);
  });
});

describe('a session that is ended after the login', () => {
  const isPing = ({ children: [payload] }: Element) => payload?.name === 'ping';
  const over = (transport: 'websocket' | 'bosh'): Behaviour => ({
    config: (host) =>
      configWith({
        [transport]: transport === 'bosh' ? `//${host}/http-bind` : `ws://${host}/xmpp-websocket`,
        conferenceRequestUrl: `http://${host}/conference-request/v1`,
      }),
  });
  const saying = (...elements: string[]): Behaviour => ({
    xmpp: (element) => (element.name === 'iq' && isPing(element) ? elements : null),
  });
  const streamError = (condition: string) =>
    `<stream:error xmlns:stream="${NS.streams}"><${condition} xmlns="${NS.streamErrors}"/></stream:error>`;
  const wrong = (run: Run) => reported(run).filter((finding) => !/-not-offered$/.test(finding));

  it.each<[string, Behaviour]>([
    ['by closing the WebSocket', { ...over('websocket'), ends: isPing }],
    ['with a goodbye', { ...over('websocket'), ...saying(`<close xmlns="${NS.framing}"/>`) }],
    ['with a stream error', { ...over('websocket'), ...saying(streamError('system-shutdown')) }],
    ['over BOSH', { ...over('bosh'), ends: isPing }],
    [
      'while jicofo is asked over XMPP',
      {
        config: (host) => configWith({ websocket: `ws://${host}/xmpp-websocket` }),
        ends: ({ children: [payload] }) => payload?.name === 'conference',
      },
    ],
  ])('%s: fail, once', async (_how, behaviour) => {
    expect(wrong(await check((await deployment(behaviour)).url))).toEqual(['fail session-ended']);
  });

  it('by a limit: that is what is said', async () => {
    const made = await deployment({ ...over('websocket'), ...saying(streamError('policy-violation')) });
    expect(wrong(await check(made.url))).toEqual(['fail signaling-limited']);
  });

  it('by another login of ours is nothing to say of the deployment', async () => {
    const made = await deployment({ ...over('websocket'), ...saying(streamError('conflict')) });
    expect(wrong(await check(made.url))).not.toContain('fail session-ended');
  });
});

describe('the conference request', () => {
  const jicofo = (answer: (knowsVisitors: boolean) => unknown): Behaviour =>
    path('/conference-request/v1', (_request, response, body) => {
      const { properties } = JSON.parse(body) as { properties: Record<string, unknown> };
      response.end(JSON.stringify(answer(properties['visitors-version'] !== undefined)));
    });
  it.each<[string, Behaviour, string, RegExp]>([
    [
      'answered with an error',
      jsonAnswer(500, 'Internal Server Error'),
      'conference-request-failed',
      /answered 500/,
    ],
    ['answered with a page', jsonAnswer(200, '<html>'), 'conference-request-failed', /not that of jicofo/],
    [
      'never ready',
      jsonAnswer(200, '{"ready":false}'),
      'conference-request-failed',
      /says for 700ms that the room is not ready/,
    ],
    [
      'not answered',
      path('/conference-request/v1', hang),
      'conference-request-failed',
      /does not answer within 700ms/,
    ],
    [
      'that makes guests visitors',
      jicofo((knowsVisitors) => ({ ready: true, ...(knowsVisitors && { vnode: 'v1' }) })),
      'visitors-only',
      /Jicofo makes guests visitors/,
    ],
    [
      'that has guests wait for the conference',
      jicofo((knowsVisitors) => ({ ready: !knowsVisitors, properties: { live: String(!knowsVisitors) } })),
      'conference-not-live',
      /guests have to wait/,
    ],
    [
      'for people with accounts alone',
      jsonAnswer(403, '{}'),
      'password-required',
      /only somebody with an account may open a room/,
    ],
  ])('%s', async (_what, behaviour, id, text) => {
    const run = await check((await deployment(behaviour)).url);
    expect(reported(run)).toEqual([`fail ${id}`, NO_TURN]);
    expect(run.findings[0]!.text).toMatch(text);
  });

  it('that is ready at the second time of asking is fine', async () => {
    let asked = 0;
    const made = await deployment(
      path('/conference-request/v1', (_request, response) => {
        asked += 1;
        response.end(JSON.stringify({ ready: asked > 1 }));
      }),
    );
    expect(reported(await check(made.url))).toEqual([NO_TURN]);
    expect(asked).toBe(2);
  });

  it('over XMPP that nobody answers for names the focus', async () => {
    const made = await deployment({
      config: () => `${configWith({ bosh: '/http-bind' })} config.hosts.focus = 'nobody.meet.test';`,
    });
    const run = await check(made.url);
    expect(reported(run)).toEqual(['fail conference-request-failed', 'pass websocket-not-offered', NO_TURN]);
    expect(run.findings[0]!.text).toContain('nobody.meet.test answers service-unavailable');
  });
});
