/**
 * Deployments as they are out there: configurations, fronts and reports that were made public, each recreated with the
 * smallest server that shows it. What is said of each is right or it is not: there is one entry per case.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Run } from '../../src/checks/check.ts';
import { deploymentOf } from '../../src/checks/deployment.ts';
import { signalingKind } from '../../src/checks/signaling/index.ts';
import { NS } from '../../src/checks/signaling/xmpp/stream.ts';
import { insecureOrigin } from '../../src/checks/web/page.ts';
import { type Answering, type Behaviour, configWith, usualConfig } from '../support/signaling/fake-xmpp.ts';
import { check, deployment, NO_TURN, part, path, reported } from '../support/signaling/harness.ts';
import { redirectsTo, tlsBefore } from '../support/signaling/public-front.ts';

const SCRIPTED = { 'content-type': 'application/javascript' };

/** What a run says, without advice on what is not offered. */
const said = (run: Run) => reported(run).filter((finding) => !/-not-offered$/.test(finding));
const asked = async (behaviour: Behaviour, more: object = {}) =>
  check((await deployment(behaviour)).url, more);
const secured = (host: string) =>
  configWith({ bosh: `//${host}/http-bind`, websocket: `wss://${host}/xmpp-websocket` });

describe('addresses of config.js', () => {
  it('case 4: `//host:port` is of the page’s scheme', async () => {
    const run = await asked({});
    expect(reported(run)).toEqual([NO_TURN]);
    expect(run.signaling!.config!.bosh).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/http-bind$/);
  });

  it('case 5: `/http-bind` is below the folder of the page', async () => {
    const made = await deployment({
      config: () => configWith({ bosh: '/http-bind' }),
      paths: Object.fromEntries(
        ['/http-bind'].map((name) => [name, (_request, response) => void response.writeHead(405).end()]),
      ),
      below: '/meet',
    });
    const run = await check(`${made.url}meet/`);
    expect(said(run)).toEqual([]);
    expect(run.signaling!.config!.bosh).toMatch(/\/meet\/http-bind$/);
  });

  it('case 1: tenants by path, includes that the web server evaluated', async () => {
    const made = await deployment({
      config: (host) =>
        `var subdir = 'Alpha.Beta/'; var config = { hosts: { domain: 'meet.test' } }; config.hosts.muc = 'muc.alpha_beta.meet.test';
         config.websocket = 'ws://${host}/' + subdir + 'xmpp-websocket'; config.conferenceRequestUrl = 'http://${host}/' + subdir + 'conference-request/v1';`,
      below: '/Alpha.Beta',
    });
    const run = await check(`${made.url}Alpha.Beta/`);
    expect(said(run)).toEqual([]);
    expect(run.signaling!.config).toMatchObject({
      muc: 'muc.alpha_beta.meet.test',
      websocket: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/Alpha\.Beta\/xmpp-websocket$/),
    });
  });

  it.each([
    ['a packaged sample', 'jitsi-meet.example.invalid'],
    ['an unfilled template', '__DOMAIN__.invalid'],
  ])('case 18: %s names a host that does not exist', async (_what, host) => {
    const run = await asked({ config: () => configWith({ bosh: `http://${host}/http-bind` }) });
    const [first] = run.findings;
    // Where this machine has no resolver, nothing is said of the deployment.
    if (first!.id === 'own-resolver-down') return;
    expect(first).toMatchObject({ id: 'signaling-failed', outcome: 'fail' });
    expect(first!.text).toContain(`the name ${host.toLowerCase()} does not exist in DNS`);
  });

  it('case 20: what config.js does for browsers after its addresses is advice', async () => {
    const run = await asked({
      config: (host) => `${usualConfig(host)}\nhistory.replaceState({}, '', '/x');`,
    });
    expect(reported(run)).toEqual(['pass config-stops', NO_TURN]);
  });

  it('case 6: BOSH that is preferred is used, whatever the WebSocket does', async () => {
    const run = await asked({
      config: (host) => usualConfig(host).replace('{ hosts', '{ preferBosh: true, hosts'),
      ...path('/xmpp-websocket', (_request, response) => void response.writeHead(501).end()),
    });
    expect(reported(run)).toEqual(['pass websocket-failed', NO_TURN]);
  });

  it('case 15: an address of another kind under `websocket` is refused', async () => {
    const run = await asked({
      config: (host) => configWith({ websocket: `https://${host}/xmpp-websocket`, bosh: '/http-bind' }),
    });
    expect(reported(run)).toEqual(['fail config-invalid']);
    expect(run.findings[0]!.text).toMatch(
      /sets websocket to "https:\S+\/xmpp-websocket": .+ should look like "ws:\/\/127\.0\.0\.1:\d+\/xmpp-websocket"/,
    );
  });

  it('case 2: includes that nobody evaluated are named', async () => {
    const run = await asked({
      config: (host) =>
        usualConfig(host).replace('muc.meet.test', 'muc.<!--# echo var="subdomain" -->meet.test'),
    });
    expect(reported(run)).toEqual(['fail config-invalid']);
    expect(run.findings[0]!.text).toMatch(/hosts\.muc .+ssi on/);
  });
});

describe('fronts', () => {
  it('case 7: without TLS, elsewhere than on this machine, nobody gets a camera', () => {
    expect(insecureOrigin('http://meet.example.org/')).toMatchObject({
      cause: { id: 'insecure-origin' },
      outcome: 'fail',
    });
    expect(insecureOrigin('http://127.0.0.1:8000/')).toBeNull();
  });

  it.each(['http://[::1]:8080/', 'https://réunion.example.org/'])('case 19: %s is an address', (url) => {
    expect(signalingKind.schema.safeParse({ url }).success).toBe(true);
    const { deployment: read } = deploymentOf(
      { websocket: undefined, bosh: '/http-bind', preferBosh: false, p2p: false, stun: [] },
      new URL(url).href,
    );
    expect(read.bosh).toBe(new URL('/http-bind', url).href);
  });

  it('case 21: a WebSocket that is answered 403 is named', async () => {
    const refusing = http.createServer((_request, response) => void response.writeHead(403).end());
    refusing.on('upgrade', (_request, socket) =>
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'),
    );
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void refusing.close());
    const { port } = refusing.address() as AddressInfo;
    const run = await asked({
      config: () => configWith({ websocket: `ws://127.0.0.1:${port}/xmpp-websocket` }),
    });
    expect(reported(run)[0]).toBe('fail signaling-failed');
    expect(run.findings[0]!.text).toMatch(/status 403 where a WebSocket should open/);
  });

  it('case 25: a proxy that drops the Upgrade header answers a page', async () => {
    const front = http.createServer((_request, response) => void response.end('<html>'));
    front.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void front.close());
    const { port } = front.address() as AddressInfo;
    const run = await asked({
      config: () => configWith({ websocket: `ws://127.0.0.1:${port}/xmpp-websocket` }),
    });
    expect(run.findings[0]!.text).toMatch(/status 200 where a WebSocket should open/);
  });

  it('case 33: external_api.js that is missing is degraded where other sites embed the deployment', async () => {
    expect(reported(await asked({}))).toEqual([NO_TURN]);
    const wanted = { expect: { embedding: 'required' } };
    const run = await asked({}, wanted);
    expect(reported(run)).toEqual(['degraded external-api-missing', NO_TURN]);
    expect(run.findings[0]!.text).toMatch(/external_api\.js is not there \(status 404\)/);
    const there = path('/external_api.js', (_request, response) => void response.end('function x() {}'));
    expect(reported(await asked(there, wanted))).toEqual([NO_TURN]);
    const page = path('/external_api.js', (_request, response) => void response.end('<html>'));
    expect(reported(await asked(page, wanted))).toEqual(['degraded external-api-missing', NO_TURN]);
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ] as const)('case 12: content compressed with %s is read', async (encoding, compress) => {
    const run = await asked(
      path('/config.js', (request, response) => {
        response.writeHead(200, { ...SCRIPTED, 'content-encoding': encoding });
        response.end(compress(usualConfig(request.headers.host!)));
      }),
    );
    expect(reported(run)).toEqual([NO_TURN]);
  });

  it('case 12: what unpacks without end is left', async () => {
    const run = await asked(
      path('/config.js', (_request, response) => {
        response.writeHead(200, { ...SCRIPTED, 'content-encoding': 'gzip' });
        // Ten members, one after the other (RFC 1952 section 2.2), unpack to 200 MB.
        const member = gzipSync(Buffer.alloc(20_000_000, ' '));
        response.end(Buffer.concat(Array.from({ length: 10 }, () => member)));
      }),
    );
    expect(reported(run)).toEqual(['error config-unreadable']);
  });

  it('case 32: every request has a User-Agent', async () => {
    const agents = new Set<string | undefined>();
    const run = await asked({ seen: (request) => void agents.add(request.headers['user-agent']) });
    expect(reported(run)).toEqual([NO_TURN]);
    expect([...agents]).toEqual([expect.stringMatching(/^Mozilla\/5\.0 .+Chrome\//)]);
  });

  it('case 32: a front that keeps programs out is named, and nothing is said of the deployment', async () => {
    const wall = '<!doctype html><title>Access denied</title><h1>Error 1010</h1>';
    const run = await asked(path('/', (_request, response) => void response.writeHead(403).end(wall)));
    expect(reported(run)).toEqual(['error bot-wall']);
  });

  it('case 11: a page to sign in is named with where it is', async () => {
    const away: Answering = (_request, response) =>
      void response.writeHead(302, { location: '/sign-in?rd=x' }).end();
    const run = await asked({
      paths: {
        '/': away,
        '/config.js': away,
        '/libs/lib-jitsi-meet.min.js': away,
        '/sign-in': (_request, response) => void response.end('<!doctype html><form></form>'),
      },
    });
    expect(reported(run)).toEqual(['fail redirected-away']);
    expect(run.findings[0]!.text).toMatch(/sign in .+redirected to http:\/\/127\.0\.0\.1:\d+\/sign-in\./);
  });

  it('case 27: one port for the web and TURN, told apart by ALPN', async () => {
    const made = await deployment({ config: secured });
    const port = await tlsBefore(made.url, { needsAlpn: true });
    const run = await check(`https://127.0.0.1:${port}/`, { insecure: true, timeout: '3s' });
    expect(reported(run)).toEqual([NO_TURN]);
    expect(part(run, 'certificate')).toMatchObject({ ok: true });
  });

  it('case 8: people who are redirected to https:// are there', async () => {
    const made = await deployment({ config: secured });
    const port = await tlsBefore(made.url);
    const run = await check(`http://127.0.0.1:${await redirectsTo(port)}/`, {
      insecure: true,
      timeout: '3s',
    });
    expect(reported(run)).toEqual([NO_TURN]);
    expect(run.signaling!.config!.bosh).toBe(`https://127.0.0.1:${port}/http-bind`);
  });

  it('case 26: versioned files by redirection', async () => {
    const run = await asked({
      paths: {
        '/config.js': (_request, response) =>
          void response.writeHead(302, { location: '/v1/config.js' }).end(),
        '/v1/config.js': (request, response) =>
          void response.writeHead(200, SCRIPTED).end(usualConfig(request.headers.host!)),
      },
    });
    expect(reported(run)).toEqual([NO_TURN]);
  });

  it.each([
    ['case 13: BOM and CRLF', (text: string) => `\uFEFF${text.replaceAll(' ', '\r\n')}`],
    ['case 14: const config', (text: string) => text.replace('var', 'const')],
  ])('%s', async (_what, change) => {
    expect(reported(await asked({ config: (host) => change(usualConfig(host)) }))).toEqual([NO_TURN]);
  });
});

describe('a server that DNS does not know yet', () => {
  const named = async (more: object) => {
    const hosts = new Set<string | undefined>();
    const made = await deployment({ seen: ({ headers }) => void hosts.add(headers.host) });
    const { port } = new URL(made.url);
    const run = await check(`http://new.example.invalid:${port}/`, {
      resolve: { 'new.example.invalid': '127.0.0.1' },
      ...more,
    });
    return { run, hosts: [...hosts], port };
  };

  it('is asked by its name at the address that is given', async () => {
    const { run, hosts, port } = await named({});
    expect(hosts).toEqual([`new.example.invalid:${port}`]);
    // Without TLS: a certificate of that name would have to be made.
    expect(said(run)).toEqual(['fail insecure-origin']);
  });

  it('has no address of a family that is asked for', async () => {
    const { run } = await named({ family: 6 });
    expect(reported(run)).toEqual(['fail page-unreachable']);
    expect(run.findings[0]!.text).toMatch(/has no address of the family/);
  });
});

describe('the name of a room', () => {
  const rooms = async (room: string) => {
    const made = await deployment({
      paths: { '/lecture-1': (_request, response) => void response.end('<title>Jitsi Meet</title>') },
      start: (_request, response) => void response.writeHead(404).end(),
    });
    const run = await check(made.url, { room });
    return { run, asked: made.asked, conferences: made.conferences };
  };

  it('is the one that a deployment accepts', async () => {
    const { run, asked, conferences } = await rooms('lecture-1');
    expect(reported(run)).toEqual([NO_TURN]);
    expect(asked).toContain('GET /lecture-1');
    expect(conferences).toMatchObject([{ room: 'lecture-1@muc.meet.test' }]);
  });

  it('has a random part where there is a star', async () => {
    const { asked } = await rooms('vigie-lecture-*');
    expect(asked.join()).toMatch(/GET \/vigie-lecture-[0-9a-f]{12},/);
  });

  it.each(['Lecture', 'a b', '*-*', '../x', '-', ''])('"%s" is none', (room) => {
    expect(signalingKind.schema.safeParse({ url: 'https://meet.example.org/', room }).success).toBe(false);
  });
});

describe('the page of a room', () => {
  const page = (html: string, status = 200) =>
    path('/', (_request, response) => void response.writeHead(status).end(html));
  const JITSI =
    '<!doctype html><title>Jitsi Meet</title><base href="/"><script src="libs/app.bundle.min.js?v=1"></script>';

  it('case 28: whose own scripts are not there is an empty window', async () => {
    const run = await asked(page(`${JITSI}<script><!--#include virtual="/config.js" --></script>`));
    expect(reported(run)).toEqual(['fail page-script-missing', 'degraded include-unevaluated', NO_TURN]);
    expect(run.findings[0]!.text).toMatch(
      /loads \/libs\/app\.bundle\.min\.js, which is not there \(status 404\)/,
    );
  });

  it('with its scripts is as it should be', async () => {
    const there = path('/libs/app.bundle.min.js', (_request, response) => void response.end('app'));
    const run = await asked({ paths: { ...page(JITSI).paths, ...there.paths } });
    expect(reported(run)).toEqual([NO_TURN]);
  });

  it('that is the default page of the web server is nobody’s', async () => {
    const run = await asked(page('<html><title>Welcome to nginx!</title><h1>Welcome to nginx!</h1>'));
    expect(reported(run)).toEqual(['fail page-foreign', NO_TURN]);
  });

  it('that has a name of its own is as good', async () => {
    const own = '<!doctype html><title>Visio</title><script src="libs/lib-jitsi-meet.min.js"></script>';
    expect(reported(await asked(page(own)))).toEqual([NO_TURN]);
  });

  it('is judged, not the start page', async () => {
    const made = await deployment({ start: (_request, response) => void response.writeHead(404).end() });
    expect(reported(await check(made.url))).toEqual([NO_TURN]);
  });
});

describe('the XMPP server', () => {
  const hostUnknown = `<stream:error xmlns:stream="${NS.streams}"><host-unknown xmlns="${NS.streamErrors}"/></stream:error>`;

  it('case 22: that does not serve the domain in which guests log in', async () => {
    const run = await asked({
      config: (host) =>
        usualConfig(host).replace(
          "domain: 'meet.test'",
          "domain: 'meet.test', anonymousdomain: 'guest.meet.test'",
        ),
      socket: (socket) => void socket.on('message', () => socket.send(hostUnknown)),
      ...path('/http-bind', (_request, response) => void response.writeHead(404).end()),
    });
    expect(reported(run)[0]).toMatch(/^fail (signaling|websocket)-failed$/);
    expect(run.findings[0]!.text).toMatch(/host-unknown/);
  });

  it('case 23: that lets nobody in without an account', async () => {
    const run = await asked({ mechanisms: ['PLAIN', 'SCRAM-SHA-1'] });
    expect(reported(run)[0]).toBe('fail password-required');
    const meant = await asked({ mechanisms: ['PLAIN'] }, { expect: { guests: 'optional' } });
    expect(reported(meant)[0]).toBe('pass password-required');
  });

  const refusing = (element: { name: string; attributes: Record<string, string> }): string[] | null =>
    element.name === 'iq' && element.attributes.to === 'muc.meet.test'
      ? [
          `<iq xmlns="jabber:client" type="error" id="${element.attributes.id}"><error type="cancel"><remote-server-not-found xmlns="${NS.stanzaErrors}"/></error></iq>`,
        ]
      : null;
  const bad = path('/conference-request/v1', (_request, response) => void response.writeHead(400).end());

  it('case 24: that does not serve hosts.muc is told from a jicofo that refuses', async () => {
    expect(reported(await asked({ ...bad, xmpp: refusing }))).toEqual(['fail muc-unknown', NO_TURN]);
    expect(reported(await asked(bad))).toEqual(['fail conference-request-failed', NO_TURN]);
  });

  it('case 30: in whose place a proxy answers is not jicofo', async () => {
    const busy = path('/conference-request/v1', (_r, response) => void response.writeHead(503).end('<html>'));
    expect(reported(await asked(busy))).toEqual(['fail conference-request-failed', NO_TURN]);
  });
});
