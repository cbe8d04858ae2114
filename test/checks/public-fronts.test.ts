/** More deployments as they are out there: values of config.js, fronts and policies that people have reported, each with what is right. */

import type { OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Run } from '../../src/checks/check.ts';
import { isNoStunServer } from '../../src/checks/signaling/stun-servers.ts';
import { pageError } from '../../src/checks/web/findings.ts';
import { botWall } from '../../src/checks/web/page.ts';
import { type Answering, type Behaviour, configWith, usualConfig } from '../support/signaling/fake-xmpp.ts';
import { check, deployment, NO_TURN, path, reported } from '../support/signaling/harness.ts';
import { serverIdentity } from '../support/signaling/public-front.ts';

const said = (run: Run) => reported(run).filter((finding) => !/-not-offered$/.test(finding));
const asked = async (behaviour: Behaviour) => check((await deployment(behaviour)).url);
const answers = (how: Answering) => path('/', how);
const PAGE = '<!doctype html><title>Jitsi Meet</title>';

describe('config.js that uses what browsers have', () => {
  it.each([
    ['addresses', 'var here = new URL(location.href); var q = new URLSearchParams(here.search).get("x");'],
    ['its own address', 'var here = new URL(document.currentScript.src).host;'],
    ['the folder of the page', 'var folder = new URL(document.querySelector("base").href).pathname;'],
    [
      'the network, and does not wait for it',
      'fetch("/regions").then(function () {}).catch(function () {});',
    ],
    ['a room in its address', 'if (!location.pathname.split("/").pop()) throw new Error("no room");'],
    ['encodings and chance', 'atob(btoa("a")); crypto.randomUUID(); performance.now();'],
    ['an include that nobody evaluated, as a comment', '<!--#include virtual="more.js" -->\n'],
  ])('%s', async (_what, before) => {
    const run = await asked({ config: (host) => `${before} ${usualConfig(host)}` });
    expect(reported(run)).toEqual([NO_TURN]);
  });
});

describe('config.js that is sent as', () => {
  const NOSNIFF = { 'x-content-type-options': 'nosniff' };
  const sent = (page: string, headers: OutgoingHttpHeaders, bytes = (text: string) => Buffer.from(text)) =>
    asked({
      paths: {
        '/': (_request, response) => void response.end(page),
        '/config.js': (request, response) =>
          void response.writeHead(200, headers).end(bytes(usualConfig(request.headers.host!))),
      },
    });
  const loads = (src: string) => `<!doctype html><title>Jitsi Meet</title><script src="${src}"></script>`;

  it.each([
    ['text, to a page that loads it', 'config.js', { ...NOSNIFF, 'content-type': 'text/plain' }],
    [
      'text, by its whole address',
      '/config.js?v=1',
      { ...NOSNIFF, 'content-type': 'text/plain; charset=utf-8' },
    ],
    ['nothing that is named', 'config.js', NOSNIFF],
    ['text, from the folder of the page', './config.js', { ...NOSNIFF, 'content-type': 'text/plain' }],
    ['a picture', 'config.js', { 'content-type': 'image/png' }],
  ])('%s: browsers refuse it', async (_what, src, headers) => {
    const run = await sent(loads(src), headers);
    expect(said(run)).toEqual(['fail config-missing']);
    expect(run.findings[0]!.text).toMatch(/config\.js as ".*"( with nosniff)?: browsers refuse to run it/);
  });

  it.each([
    ['text, to a page that has it written into it', PAGE, { ...NOSNIFF, 'content-type': 'text/plain' }],
    [
      'text, to a page that loads another',
      loads('interface_config.js'),
      { ...NOSNIFF, 'content-type': 'text/plain' },
    ],
    ['text, where guessing is allowed', loads('config.js'), { 'content-type': 'text/plain' }],
    [
      'text, to a page that loads one of another host',
      loads('https://elsewhere.example/config.js'),
      { ...NOSNIFF, 'content-type': 'text/plain' },
    ],
    [
      'text, to a page that loads one of another folder',
      loads('analytics/config.js'),
      { ...NOSNIFF, 'content-type': 'text/plain' },
    ],
    [
      'a script, as two proxies have it',
      loads('config.js'),
      { ...NOSNIFF, 'content-type': 'text/javascript, text/javascript' },
    ],
    ['a script', loads('config.js'), { ...NOSNIFF, 'content-type': 'text/javascript; charset=utf-8' }],
  ])('%s: browsers run it', async (_what, page, headers) =>
    expect(said(await sent(page, headers))).toEqual([]),
  );

  it.each([
    ['UTF-16 with its mark', 'text/javascript', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    [
      'UTF-16 that the header names',
      'text/javascript; charset="utf-16le"',
      (text: string) => Buffer.from(text, 'utf16le'),
    ],
    [
      'UTF-16, big end first',
      'text/javascript',
      (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
    ],
    [
      'UTF-8 with its mark, whatever the header names',
      'text/javascript; charset=utf-16',
      (text: string) => Buffer.from(`\uFEFF${text}`),
    ],
    ['an encoding that nobody knows', 'text/javascript; charset=none', (text: string) => Buffer.from(text)],
  ])('%s is read', async (_what, type, bytes) =>
    expect(said(await sent(PAGE, { 'content-type': type }, bytes))).toEqual([]),
  );

  it.each([
    ['in strict mode', "'use strict';\nconfig = { hosts: {} };"],
    ['and sets one key', '\nconfig.hosts = {};'],
  ])('a script that has not declared config %s stops browsers as well', async (_how, script) => {
    const run = await asked({ config: () => script });
    expect(said(run)).toEqual(['fail config-invalid']);
    expect(run.findings[0]!.text).toMatch(/uses `config` without declaring it \(line 2: /);
  });
});

describe('answers of another origin', () => {
  const elsewhere = (host: string) => `http://localhost:${host.split(':')[1]}`;
  const only = (key: 'bosh' | 'conferenceRequestUrl', file: string): Behaviour => ({
    config: (host) => configWith({ bosh: `//${host}/http-bind`, [key]: `${elsewhere(host)}${file}` }),
  });

  it('without a header that lets the page read them are none', async () => {
    const bosh = await asked(only('bosh', '/http-bind'));
    expect(said(bosh)).toEqual(['fail signaling-failed']);
    expect(bosh.findings[0]!.text).toMatch(
      /pages of http:\/\/127\.0\.0\.1:\d+, which is another origin \(no header/,
    );
    const request = await asked(only('conferenceRequestUrl', '/conference-request/v1'));
    expect(said(request)).toEqual(['fail conference-request-failed']);
  });

  it('with it are read, unless it is there twice', async () => {
    const allowing = (value: string): Behaviour => ({
      ...only('conferenceRequestUrl', '/conference-request/v1'),
      ...path('/conference-request/v1', (_request, response) => {
        response.setHeader('access-control-allow-origin', value);
        response.end(JSON.stringify({ ready: true, focusJid: 'focus@auth.meet.test' }));
      }),
    });
    expect(said(await asked(allowing('*')))).toEqual([]);
    expect(said(await asked(allowing('*, *')))).toEqual(['fail conference-request-failed']);
  });
});

describe('policies', () => {
  it.each([
    [
      { 'permissions-policy': 'camera=(), microphone=()' },
      /no camera and no microphone\. Write `camera=\(self\), microphone=\(self\)`/,
    ],
    [
      { 'content-security-policy': "connect-src 'none'" },
      /do not connect to ws:\/\/127\.0\.0\.1:\d+\/xmpp-websocket/,
    ],
  ])('that keep the page from a call: %j', async (headers, words) => {
    const run = await asked(answers((_request, response) => void response.writeHead(200, headers).end(PAGE)));
    expect(said(run)).toEqual(['fail page-policy']);
    expect(run.findings[0]!.text).toMatch(words);
  });
});

describe('an error of the front', () => {
  it.each([
    [401, { 'www-authenticate': 'Basic realm="x"' }, '', 'password'],
    [401, {}, '', undefined],
    [400, {}, '<title>400 The plain HTTP request was sent to HTTPS port</title>', 'http-to-tls'],
    [400, {}, '<title>400 No required SSL certificate was sent</title>', 'client-certificate'],
    [421, {}, '', 'wrong-host'],
    [502, {}, '', 'nothing-behind'],
    [522, {}, 'error code: 522', 'cloudflare-origin'],
    [530, {}, 'error code: 1033', 'cloudflare-tunnel'],
    [404, {}, '404 page not found', undefined],
  ])('%i %j %s', (status, headers, body, meaning) => {
    const { cause } = pageError('https://meet.example.org/', { status, headers, body });
    expect(cause).toEqual({
      id: 'page-error',
      url: 'https://meet.example.org/',
      status,
      ...(meaning && { meaning }),
    });
  });

  it.each([
    ['Anubis', 200, {}, '<script id="anubis_challenge" type="application/json">'],
    ['AWS WAF', 202, { 'x-amzn-waf-action': 'challenge' }, ''],
    ['Vercel', 429, { 'x-vercel-mitigated': 'challenge' }, ''],
    ['Cloudflare', 503, {}, '<title>Just a moment...</title>'],
  ])('of %s, with status %i', (wall, status, headers, body) =>
    expect(botWall('https://meet.example.org/', { status, headers, body })?.cause).toMatchObject({ wall }),
  );

  it('is none where a page is about them', () =>
    expect(
      botWall('https://meet.example.org/', { status: 200, headers: {}, body: 'Cloudflare Ray ID' }),
    ).toBeNull());
});

describe('a proxy that passes on', () => {
  it('its own host: prosody does not know it', async () => {
    const unknown: Answering = (_request, response) =>
      void response.writeHead(404).end('<h1>404</h1><p>Unknown host: 192.168.5.70</p>');
    const run = await asked({
      config: (host) => configWith({ bosh: `//${host}/http-bind` }),
      ...path('/http-bind', unknown),
    });
    expect(run.findings[0]!.text).toMatch(/does not know the host "192\.168\.5\.70": .+ header Host/);
  });

  it('its start page where BOSH should be', async () => {
    const run = await asked({
      config: (host) => configWith({ bosh: `//${host}/http-bind` }),
      ...path('/http-bind', (_request, response) => void response.end(PAGE)),
    });
    expect(run.findings[0]!.text).toMatch(/<html> where BOSH should answer/);
  });

  it.each([
    [
      'TLS 1.1 alone',
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' },
      /no TLS of version 1\.2/,
    ],
    ['HTTP/2 alone', { ALPNProtocols: ['h2'] }, /takes HTTP\/2 alone/],
  ] as const)('%s', async (_what, options, words) => {
    const server = tls.createServer({
      ...serverIdentity(),
      ...options,
      ...('ALPNProtocols' in options && { ALPNProtocols: ['h2'] }),
    });
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const run = await check(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
      insecure: true,
    });
    expect(run.findings[0]!.text).toMatch(words);
  });
});

describe('STUN servers for direct connections', () => {
  // Tried in Chromium: these throw while the connection is made.
  it.each([
    'stun://stun.example.org:3478',
    'stun.example.org:3478',
    'stun:a.example.org?transport=udp',
    'stun:',
    'stun: a',
    'stun:a:99999',
    'stun:{{host}}:3478',
    'https://a',
  ])('%s is none', (url) => expect(isNoStunServer(url)).toBe(true));
  it.each([
    'stun:stun.example.org',
    'STUN:a.example.org:3478',
    'stuns:a.example.org:443',
    'stun:[::1]:3478',
    'turn:a.example.org?transport=udp',
  ])('%s is one', (url) => expect(isNoStunServer(url)).toBe(false));

  it('that browsers refuse are said', async () => {
    const run = await asked({
      config: (host) =>
        usualConfig(host).replace(
          '{ hosts',
          "{ p2p: { stunServers: [ { urls: 'stun://a.example.org' } ] }, hosts",
        ),
    });
    expect(said(run)).toEqual(['degraded stun-servers-invalid']);
  });
});
