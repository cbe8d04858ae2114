/** The check against deployments that misbehave in ways that a real one cannot be made to. */
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Run } from '../../../src/checks/check.ts';
import { runCheck } from '../../../src/checks/run.ts';
import { signalingKind } from '../../../src/checks/signaling/index.ts';
import { silent } from '../../schedule/kinds.ts';
import { type FakeTurn, fakeTurn, PASSWORD, type TurnBehaviour, USERNAME } from './fake-turn.ts';
import { type Behaviour, configWith, type FakeDeployment, fakeDeployment, usualConfig } from './fake-xmpp.ts';

const TIMEOUT = 700;

async function check(url: string, more: object = {}, signal = new AbortController().signal): Promise<Run> {
  const options = signalingKind.schema.parse({ url, timeout: `${TIMEOUT}ms`, ...more });
  return runCheck(signalingKind, options, {
    name: 'way',
    signal,
    evidence: null,
    log: silent,
    progress() {},
  });
}

async function deployment(behaviour: Behaviour = {}): Promise<FakeDeployment> {
  const made = await fakeDeployment(behaviour);
  onTestFinished(() => made.close());
  return made;
}

async function turn(transport: 'udp' | 'tcp', behaviour: TurnBehaviour = {}): Promise<FakeTurn> {
  const made = await fakeTurn(transport, behaviour);
  onTestFinished(() => made.close());
  return made;
}

const service = (transport: string, port: number, credentials = true) =>
  `<service type="turn" host="127.0.0.1" port="${port}" transport="${transport}"${credentials ? ` username="${USERNAME}" password="${PASSWORD}"` : ''}/>`;

/** `fail websocket-failed`, worst first. */
const told = (run: Run) => run.findings.map(({ id, outcome }) => `${outcome} ${id}`);
const part = (run: Run, name: string) => run.signaling!.parts.find((one) => one.name === name);
/** What a deployment without TURN is told, which most of those here are. */
const NO_TURN = 'pass turn-not-offered';

describe('a deployment that works', () => {
  it('passes, part by part, each with its time', async () => {
    const [udp, tcp] = await Promise.all([turn('udp'), turn('tcp')]);
    const made = await deployment({ services: service('udp', udp.port) + service('tcp', tcp.port) });
    const run = await check(made.url);
    expect(told(run)).toEqual([]);
    expect(run).toMatchObject({
      kind: 'signaling',
      outcome: 'pass',
      summary: '10 of 10 parts answer as they should',
    });
    const parts = run.signaling!.parts.filter(({ ok }) => ok !== null);
    expect(parts.map(({ name }) => name)).toEqual([
      'page',
      'config',
      'library',
      'websocket',
      'bosh',
      'login',
      'conference-request',
      'turn-credentials',
      'turn-udp',
      'turn-tcp',
    ]);
    for (const { ok, ms } of parts) {
      expect(ok).toBe(true);
      expect(ms).toBeGreaterThanOrEqual(0);
    }
    expect(part(run, 'certificate')).toMatchObject({ ok: null, detail: 'the address is not https://' });
    expect(run.signaling!.config).toMatchObject({ domain: 'meet.test', muc: 'muc.meet.test' });
    expect([udp.allocations(), tcp.allocations()]).toEqual([0, 0]);
  });

  it('is asked for one room, with its name in every address, and told nobody’s', async () => {
    const made = await deployment();
    await check(made.url);
    const [conference] = made.conferences as { room: string }[];
    expect(conference!.room).toMatch(/^vigie-[0-9a-f]{12}@muc\.meet\.test$/);
    const room = conference!.room.replace(/@.*/, '');
    for (const asked of ['POST /conference-request/v1', 'UPGRADE /xmpp-websocket', 'POST /http-bind']) {
      expect(made.asked).toContain(`${asked}?room=${room}`);
    }
  });

  it('leaves no secret behind: neither TURN credentials nor our own address', async () => {
    const udp = await turn('udp', { password: 'another' });
    const made = await deployment({ services: service('udp', udp.port) });
    const run = await check(made.url);
    expect(told(run)).toEqual(['degraded turn-udp-failed']);
    expect(JSON.stringify(run)).not.toMatch(/hunter2|1795370000|s3cr3t/);
  });

  it('over XMPP, where it names no address for conference requests', async () => {
    const made = await deployment({
      config: (host) => configWith({ websocket: `ws://${host}/xmpp-websocket`, bosh: '/http-bind' }),
    });
    const run = await check(made.url);
    expect(told(run)).toEqual([NO_TURN]);
    expect(part(run, 'conference-request')).toMatchObject({
      ok: true,
      target: 'focus.meet.test',
      detail: 'ready, over XMPP',
    });
  });

  it('over BOSH alone: login, conference request and servers go that way', async () => {
    const udp = await turn('udp');
    const made = await deployment({
      config: () => configWith({ bosh: '/http-bind' }),
      services: service('udp', udp.port),
    });
    const run = await check(made.url);
    expect(told(run)).toEqual(['pass websocket-not-offered']);
    expect(part(run, 'login')).toMatchObject({ ok: true, detail: 'anonymous, over BOSH' });
    expect(part(run, 'turn-udp')).toMatchObject({ ok: true });
    expect(told(await check(made.url, { expect: { websocket: 'required' } }))).toEqual([
      'fail websocket-not-offered',
    ]);
  });
});

const hang = () => {};
const jsonAnswer = (status: number, body: string): Behaviour => ({
  paths: { '/conference-request/v1': (_request, response) => void response.writeHead(status).end(body) },
});
const path = (name: string, how: NonNullable<Behaviour['paths']>[string]): Behaviour => ({
  paths: { [name]: how },
});
const LIB = '/libs/lib-jitsi-meet.min.js';

describe('the web front', () => {
  it.each<[string, Behaviour, string[], RegExp]>([
    [
      'a page that is 404',
      path('/', (_r, response) => void response.writeHead(404).end()),
      ['fail page-error', NO_TURN],
      /answers 404/,
    ],
    [
      'a page that redirects in a circle',
      path('/', (_r, response) => void response.writeHead(302, { location: '/' }).end()),
      ['fail page-error', NO_TURN],
      /answers 302/,
    ],
    ['a page that hangs', path('/', hang), ['fail page-unreachable'], /does not answer within 700ms/],
    [
      'config.js that hangs',
      path('/config.js', hang),
      ['fail page-unreachable'],
      /does not answer for \/config\.js within/,
    ],
    [
      'config.js that is a page',
      path('/config.js', (_r, response) => void response.end('<html>')),
      ['fail config-missing'],
      /a page where config\.js should be/,
    ],
    [
      'config.js with a mistake',
      path('/config.js', (_r, response) => void response.end('var config = {;')),
      ['fail config-invalid'],
      /line 1: Unexpected token/,
    ],
    [
      'config.js that sets nothing',
      path('/config.js', (_r, response) => void response.end('var config = {};')),
      ['fail config-incomplete'],
      /hosts\.domain, hosts\.muc, websocket and bosh/,
    ],
    [
      'config.js that stops too early',
      path('/config.js', (_r, response) => void response.end('frob(); var config = {};')),
      ['error config-unreadable'],
      /line 1: ReferenceError: 'frob' is not defined/,
    ],
    [
      'config.js without end',
      path('/config.js', (_r, response) => void response.end(`/*${'x'.repeat(1_100_000)}`)),
      ['error config-unreadable'],
      /more than 1 MB/,
    ],
    [
      'a library that is cut short',
      path(
        LIB,
        (_r, response) => void response.writeHead(200, { 'content-length': 21 }).end('!function(){}();     '),
      ),
      ['degraded library-implausible', NO_TURN],
      /only 21 bytes/,
    ],
    [
      'a library that browsers refuse',
      path(
        LIB,
        (_r, response) =>
          void response
            .writeHead(200, { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' })
            .end('x'),
      ),
      ['fail library-missing', NO_TURN],
      /"text\/plain" with nosniff/,
    ],
    [
      'a library that hangs',
      path(LIB, hang),
      ['fail page-unreachable', NO_TURN],
      /does not answer for \/libs/,
    ],
  ])('%s', async (_what, behaviour, findings, text) => {
    const run = await check((await deployment(behaviour)).url);
    expect(told(run)).toEqual(findings);
    expect(run.findings[0]!.text).toMatch(text);
  });

  it('where nothing listens is one finding, and nothing after it is judged', async () => {
    const made = await fakeDeployment();
    await made.close();
    const run = await check(made.url);
    expect(told(run)).toEqual(['fail page-unreachable']);
    expect(run.signaling!.parts.filter(({ ok }) => ok !== null).map(({ name }) => name)).toEqual(['page']);
  });
});

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
    expect(told(run)).toEqual(['fail websocket-failed', NO_TURN]);
    expect(run.findings[0]!.text).toMatch(text);
    expect(part(run, 'login')).toMatchObject({ ok: true, detail: 'anonymous, over BOSH' });
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
    ['that is a page', answers('<html><br></html>'), /not well-formed XML where BOSH should answer/],
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
    [
      'with nothing in it, again and again',
      answers('<body xmlns="http://jabber.org/protocol/httpbind" sid="x"/>'),
      /without anything in them/,
    ],
  ])('%s: degraded beside a WebSocket, fail where it is required', async (_what, behaviour, text) => {
    const made = await deployment(behaviour);
    const run = await check(made.url);
    expect(told(run)).toEqual(['degraded bosh-failed', NO_TURN]);
    expect(run.findings[0]!.text).toMatch(text);
    expect(told(await check(made.url, { expect: { bosh: 'required' } }))[0]).toBe('fail bosh-failed');
  });

  it('that browsers are told to prefer is what they depend on', async () => {
    const made = await deployment({
      ...answers('', 502),
      config: (host) =>
        `${configWith({ bosh: '/http-bind', websocket: `ws://${host}/xmpp-websocket` })} config.preferBosh = true;`,
    });
    expect(told(await check(made.url))).toEqual(['fail bosh-failed', NO_TURN]);
  });

  it('and a WebSocket that are both down are one finding; jicofo, which needs the same server, has none', async () => {
    const down = { '/http-bind': answers('', 502).paths!['/http-bind']!, '/xmpp-websocket': hang };
    const run = await check((await deployment({ paths: { ...down, ...jsonAnswer(500, '').paths } })).url);
    expect(told(run)).toEqual(['fail signaling-failed']);
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
    ['that nobody may try', { mechanisms: [] }, 'password-required', /offers no login at all/],
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
    expect(told(run)).toEqual([`fail ${id}`]);
    expect(run.findings[0]!.text).toMatch(text);
    expect(part(run, 'conference-request')).toMatchObject({ ok: true });
    expect(part(run, 'turn-credentials')).toMatchObject({ ok: null });
  });

  it('for people with accounts alone may be meant so', async () => {
    const made = await deployment({ mechanisms: ['PLAIN'] });
    const run = await check(made.url, { expect: { guests: 'optional' } });
    expect(told(run)).toEqual(['pass password-required']);
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
    expect(told(await check(made.url))).toEqual([NO_TURN]);
  });
});

describe('the conference request', () => {
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
      'for people with accounts alone',
      jsonAnswer(403, '{}'),
      'password-required',
      /only somebody with an account may open a room/,
    ],
  ])('%s', async (_what, behaviour, id, text) => {
    const run = await check((await deployment(behaviour)).url);
    expect(told(run)).toEqual([`fail ${id}`, NO_TURN]);
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
    expect(told(await check(made.url))).toEqual([NO_TURN]);
    expect(asked).toBe(2);
  });

  it('over XMPP that nobody answers for names the focus', async () => {
    const made = await deployment({
      config: () => `${configWith({ bosh: '/http-bind' })} config.hosts.focus = 'nobody.meet.test';`,
    });
    const run = await check(made.url);
    expect(told(run)).toEqual(['fail conference-request-failed', 'pass websocket-not-offered', NO_TURN]);
    expect(run.findings[0]!.text).toContain('nobody.meet.test answers service-unavailable');
  });
});

describe('a TURN server', () => {
  it.each<[string, TurnBehaviour, 'udp' | 'tcp', RegExp]>([
    [
      'that does not accept the credentials',
      { password: 'another' },
      'udp',
      /are not accepted .* it answers 401 Unauthorized/,
    ],
    ['that is full', { refuse: '486 Allocation Quota Reached' }, 'udp', /quota of allocations is used up/],
    ['that has no port left', { refuse: '508 Insufficient Capacity' }, 'tcp', /no capacity left/],
    ['that refuses for another reason', { refuse: '500 Server Error' }, 'tcp', /it answers 500 Server Error/],
    ['that finds every nonce stale', { stale: 9 }, 'udp', /finds every nonce too old/],
    ['that does not sign its answers', { forged: true }, 'udp', /not signed with the password/],
    [
      'that says nothing over UDP',
      { silent: true },
      'udp',
      /does not answer within 700ms \(or UDP does not get out/,
    ],
    ['that says nothing over TCP', { silent: true }, 'tcp', /does not answer within 700ms\./],
    [
      'that speaks HTTP',
      { says: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') },
      'tcp',
      /answers with something that is not STUN/,
    ],
    [
      'that sends noise over UDP, which anybody can',
      { says: Buffer.from('noise') },
      'udp',
      /does not answer within 700ms/,
    ],
    ['that sends us on to itself', { alternate: 9 }, 'udp', /nothing listens|refused/],
  ])('%s: degraded, or fail where it is required', async (_what, behaviour, transport, text) => {
    const server = await turn(transport, behaviour);
    const made = await deployment({ services: service(transport, server.port) });
    const run = await check(made.url);
    expect(told(run)).toEqual([`degraded turn-${transport}-failed`]);
    expect(run.findings[0]!.text).toMatch(text);
    expect(told(await check(made.url, { expect: { turn: 'required' } }))).toEqual([
      `fail turn-${transport}-failed`,
    ]);
  });

  it.each<[string, TurnBehaviour]>([
    ['that loses the first two packets', { loses: 2 }],
    ['that wants a fresh nonce', { stale: 1 }],
  ])('%s gives an allocation all the same', async (_what, behaviour) => {
    const server = await turn('udp', behaviour);
    const made = await deployment({ services: service('udp', server.port) });
    const run = await check(made.url, { timeout: '5s' });
    expect(told(run)).toEqual([]);
    expect(part(run, 'turn-udp')).toMatchObject({ ok: true });
    expect(server.allocations()).toBe(0);
  });

  it('that sends us on is followed once', async () => {
    const real = await turn('udp');
    const first = await turn('udp', { alternate: real.port });
    expect(told(await check((await deployment({ services: service('udp', first.port) })).url))).toEqual([]);
    const circle = await turn('udp', { alternate: first.port });
    const again = await turn('udp', { alternate: circle.port });
    expect(told(await check((await deployment({ services: service('udp', again.port) })).url))).toEqual([
      'degraded turn-udp-failed',
    ]);
  });

  it('where nothing listens, beside one that works, stays degraded though TURN is required', async () => {
    const [works, gone] = [await turn('udp'), await fakeTurn('tcp')];
    await gone.close();
    const made = await deployment({ services: service('udp', works.port) + service('tcp', gone.port) });
    const run = await check(made.url, { expect: { turn: 'required' } });
    expect(told(run)).toEqual(['degraded turn-tcp-failed']);
    expect(run.findings[0]!.text).toContain('the connection is refused');
  });

  it('where nothing listens over UDP is told at once', async () => {
    const gone = await fakeTurn('udp');
    await gone.close();
    const run = await check((await deployment({ services: service('udp', gone.port) })).url, {
      timeout: '20s',
    });
    expect(told(run)).toEqual(['degraded turn-udp-failed']);
    expect(run.findings[0]!.text).toContain('the connection is refused');
  });

  it('that relays for anybody is told of', async () => {
    const server = await turn('udp', { open: true });
    const run = await check((await deployment({ services: service('udp', server.port) })).url);
    expect(told(run)).toEqual(['degraded turn-open']);
  });

  it('without credentials is of no use to browsers', async () => {
    const made = await deployment({ services: service('udp', 3478, false) });
    expect(told(await check(made.url))).toEqual(['degraded turn-credentials-missing']);
  });

  it('over DTLS is said not to have been tried', async () => {
    const made = await deployment({
      services: `<service type="turns" transport="udp" host="127.0.0.1" username="${USERNAME}" password="${PASSWORD}"/>`,
    });
    const run = await check(made.url);
    expect(told(run)).toEqual([]);
    expect(part(run, 'turn-tls')).toMatchObject({ ok: null, detail: expect.stringContaining('DTLS') });
  });

  it.each<[string, Behaviour, 'optional' | 'required', string]>([
    ['none, and none is expected', { services: null }, 'optional', NO_TURN],
    ['none, though one is expected', { services: null }, 'required', 'fail turn-not-offered'],
    ['an empty list', { services: '<service type="ftp" host="x"/>' }, 'required', 'fail turn-not-offered'],
    [
      'no answer',
      { xmpp: (element) => (element.children[0]?.name === 'services' ? [] : null) },
      'optional',
      'degraded turn-credentials-failed',
    ],
  ])('offered: %s', async (_what, behaviour, expected, finding) => {
    const made = await deployment(behaviour);
    expect(told(await check(made.url, { expect: { turn: expected } }))).toEqual([finding]);
  });
});

describe('a STUN server', () => {
  it('that XMPP names is tried, and one that config.js names is advice', async () => {
    const [works, gone] = [await turn('udp'), await fakeTurn('udp')];
    await gone.close();
    const stun = (port: number) => `<service type="stun" host="127.0.0.1" port="${port}"/>`;
    const good = await check((await deployment({ services: stun(works.port) })).url);
    expect(told(good)).toEqual([NO_TURN]);
    expect(part(good, 'stun')).toMatchObject({ ok: true, target: `127.0.0.1:${works.port}` });
    expect(told(await check((await deployment({ services: stun(gone.port) })).url))).toEqual([
      'degraded stun-failed',
      NO_TURN,
    ]);
    const config = (host: string) =>
      `${configWith({ websocket: `ws://${host}/xmpp-websocket`, bosh: '/http-bind' })} config.p2p = { stunServers: [{ urls: 'stun:127.0.0.1:${gone.port}' }] };`;
    expect((await check((await deployment({ config })).url)).outcome).toBe('pass');
  });
});

describe('a run', () => {
  it('that is cancelled says no more than it knows', async () => {
    const cancelled = new AbortController();
    const made = await deployment(path('/', hang));
    const running = check(made.url, {}, cancelled.signal);
    await expect.poll(() => made.asked.includes('GET /')).toBe(true);
    cancelled.abort();
    expect(told(await running)).toEqual(['error cancelled']);
  });

  it('that is cancelled while much is under way ends at once, with nothing unhandled', async () => {
    const cancelled = new AbortController();
    const quiet = await turn('udp', { silent: true });
    const made = await deployment({
      socket: hang,
      paths: { '/http-bind': hang, '/conference-request/v1': hang },
      config: (host) =>
        `${usualConfig(host)} config.p2p = { stunServers: [{ urls: 'stun:127.0.0.1:${quiet.port}' }] };`,
    });
    const unhandled: unknown[] = [];
    const note = (cause: unknown) => unhandled.push(cause);
    process.on('unhandledRejection', note);
    onTestFinished(() => void process.off('unhandledRejection', note));
    const running = check(made.url, { timeout: '1m' }, cancelled.signal);
    await expect
      .poll(() => made.asked.map((asked) => asked.replace(/\?.*/, '')), { timeout: 10_000 })
      .toEqual(
        expect.arrayContaining(['UPGRADE /xmpp-websocket', 'POST /http-bind', 'POST /conference-request/v1']),
      );
    cancelled.abort(new Error('stop'));
    expect(told(await running)).toEqual(['error cancelled']);
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  });

  it('leaves nothing open, whatever it met', async () => {
    const open: number[] = [];
    const server = createServer((socket) => {
      open.push(1);
      socket.on('error', () => {});
      socket.on('close', () => open.pop());
      socket.resume();
    });
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const made = await deployment({
      config: () => configWith({ websocket: `ws://127.0.0.1:${port}/`, bosh: `http://127.0.0.1:${port}/` }),
      services: service('tcp', port),
    });
    const run = await check(made.url);
    expect(run.outcome).toBe('fail');
    expect(told(run)[0]).toBe('fail signaling-failed');
    await expect.poll(() => open.length).toBe(0);
  });
});
