/** Web fronts that misbehave in ways that a real one cannot be made to. */
import { describe, expect, it } from 'vitest';
import { type Behaviour, fakeDeployment } from '../../support/signaling/fake-xmpp.ts';
import { check, deployment, hang, NO_TURN, path, reported } from '../../support/signaling/harness.ts';

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
      /hosts\.domain, hosts\.muc:/,
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
    expect(reported(run)).toEqual(findings);
    expect(run.findings[0]!.text).toMatch(text);
  });

  it('where nothing listens is one finding, and nothing after it is judged', async () => {
    const made = await fakeDeployment();
    await made.close();
    const run = await check(made.url);
    expect(reported(run)).toEqual(['fail page-unreachable']);
    expect(run.signaling!.parts.filter(({ ok }) => ok !== null).map(({ name }) => name)).toEqual(['page']);
  });
});

describe('config.js', () => {
  it('cannot make Vigie ask thousands of STUN servers, whatever it does to its interpreter', async () => {
    const many = `Array.from({ length: 20000 }, function (_, i) { return 'stun:127.0.0.1:' + (i + 1); })`;
    const config = `Array.prototype.slice = function () { return this; };
      var config = { hosts: { domain: 'meet.test', muc: 'muc.meet.test' }, bosh: '/http-bind', p2p: { stunServers: ${many} } };`;
    const { url } = await deployment({ config: () => config });
    const run = await check(url);
    expect(run.signaling?.parts.filter(({ name }) => name === 'stun').length ?? 0).toBeLessThanOrEqual(10);
  });
});
