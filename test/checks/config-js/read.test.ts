import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/checks/config-js/read.ts';
import { deploymentOf } from '../../../src/checks/deployment.ts';

const never = new AbortController().signal;
const HREF = 'https://meet.example.org/';
const read = (source: string, href = HREF) => readConfig(source, href, never);
/** What lib-jitsi-meet would be given. */
async function deployment(source: string, href = HREF) {
  const reading = await read(source, href);
  if (reading.kind !== 'read') throw new Error(`${reading.kind}: ${JSON.stringify(reading)}`);
  return { ...deploymentOf(reading.values, href), stopped: reading.stopped };
}

describe('config.js as deployments have it', () => {
  it('a plain object, with comments, trailing commas and functions', async () => {
    const { deployment: found, missing } = await deployment(`
      /* eslint-disable no-unused-vars, no-var */
      var config = {
        // Connection
        hosts: { domain: 'meet.example.org', muc: 'conference.meet.example.org', /* focus: 'x', */ },
        bosh: '//meet.example.org/http-bind', // no protocol
        websocket: 'wss://meet.example.org/xmpp-websocket',
        'conferenceRequestUrl': "https://meet.example.org/" + "conference-request/v1",
        p2p: { enabled: true, stunServers: [ { urls: 'stun:stun.example.org:443' }, { urls: 'stun:[2001:db8::1]' } ] },
        makeJsonParserHappy: 'even if last key had a trailing comma',
        onError: function (error) { window.alert(error); },
        flags: { sourceNameSignaling: true, },
      };
      /* eslint-enable no-unused-vars, no-var */`);
    expect(missing).toEqual([]);
    expect(found).toEqual({
      origin: 'https://meet.example.org',
      loginDomain: 'meet.example.org',
      domain: 'meet.example.org',
      muc: 'conference.meet.example.org',
      focus: 'focus.meet.example.org',
      websocket: 'wss://meet.example.org/xmpp-websocket',
      bosh: 'https://meet.example.org/http-bind',
      conferenceRequestUrl: 'https://meet.example.org/conference-request/v1',
      used: 'websocket',
      roomless: false,
      websocketKeepAliveUrl: null,
      stun: ['stun:stun.example.org:443', 'stun:[2001:db8::1]'],
    });
  });

  it('assignments to an empty object, with pieces that the web server fills in, as containers write it', async () => {
    const { deployment: found, missing } = await deployment(`
      var config = {};
      config.hosts = {};
      config.hosts.domain = 'meet.example.org';
      var subdir = '';
      var subdomain = '';
      if (subdir.startsWith('<!--')) { subdir = ''; }
      if (subdomain) { subdomain = subdomain.substring(0, subdomain.length-1).split('.').join('_').toLowerCase() + '.'; }
      config.hosts.muc = 'muc.' + subdomain + 'meet.example.org';
      config.bosh = 'https://meet.example.org/' + subdir + 'http-bind';
      config.websocket = 'wss://meet.example.org/' + subdir + 'xmpp-websocket';
      if (!config.hasOwnProperty('p2p')) config.p2p = {};
      config.p2p.enabled = true;
      config.p2p.stunServers = "stun:a.example.org:443,stun:b.example.org:443".split(',').map(s => ({ urls: s.trim() }));
      config.transcription ??= {};`);
    expect(missing).toEqual([]);
    expect(found).toMatchObject({
      muc: 'muc.meet.example.org',
      websocket: 'wss://meet.example.org/xmpp-websocket',
      stun: ['stun:a.example.org:443', 'stun:b.example.org:443'],
    });
  });

  it('template pieces that nobody filled in stay what they are', async () => {
    const { deployment: found } = await deployment(`
      var subdomain = '<!--# echo var="subdomain" default="" -->';
      var config = { hosts: { domain: 'm.example', muc: 'conference.' + subdomain + 'm.example' }, bosh: '/http-bind' };`);
    expect(found.muc).toContain('<!--# echo');
  });

  it('a tenant of the path, by the page’s address', async () => {
    const source = `
      const path = window.location.pathname.split('/').filter(Boolean);
      const tenant = path.length > 0 ? path[0] + '.' : '';
      let config = {
        hosts: { domain: location.hostname, muc: \`conference.\${tenant}\${document.domain}\` },
        websocket: (location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host + '/xmpp-websocket',
        bosh: '/http-bind'
      };`;
    expect((await deployment(source, 'https://meet.example.org:8443/club/')).deployment).toMatchObject({
      domain: 'meet.example.org',
      muc: 'conference.club.meet.example.org',
      websocket: 'wss://meet.example.org:8443/xmpp-websocket',
      // The web app puts what begins with a slash below the page's folder.
      bosh: 'https://meet.example.org:8443/club/http-bind',
    });
    expect((await deployment(source)).deployment.muc).toBe('conference.meet.example.org');
  });

  it('branches on the device and on parameters, helpers, and loops', async () => {
    const { deployment: found, stopped } = await deployment(`
      (function (global) {
        'use strict';
        var mobile = /Android|iPhone/i.test(navigator.userAgent);
        var params = new URLSearchParams(window.location.search);
        var shards = ['a', 'b', 'c'];
        function host(i) { return shards[i] + '.example.org'; }
        var chosen = host(params.has('shard') ? 1 : 0);
        for (var i = 0; i < 3; i++) { if (host(i) === localStorage.getItem('shard')) chosen = host(i); }
        global.config = Object.assign({ hosts: { domain: 'example.org', muc: 'muc.example.org' } },
          mobile ? { bosh: 'https://mobile.example.org/http-bind' } : { bosh: 'https://' + chosen + '/http-bind' });
        if (window.innerWidth < 600) { config.resolution = 360; }
        document.addEventListener('load', function () { config.bosh = 'never'; });
        console.log('configured', config);
      })(this);`);
    expect(found.bosh).toBe('https://a.example.org/http-bind');
    expect(stopped).toBeNull();
  });

  it('guests on a domain of their own, a focus of its own, BOSH preferred', async () => {
    const { deployment: found } = await deployment(`var config = {
      hosts: { domain: 'meet.example.org', anonymousdomain: 'guest.meet.example.org', authdomain: 'meet.example.org',
               muc: 'conference.meet.example.org', focus: 'jicofo.meet.example.org' },
      preferBosh: true, bosh: 'http-bind', websocket: '//meet.example.org/ws', p2p: { enabled: false, stunServers: [{ urls: 'stun:x' }] } };`);
    expect(found).toMatchObject({
      loginDomain: 'guest.meet.example.org',
      domain: 'meet.example.org',
      focus: 'jicofo.meet.example.org',
      used: 'bosh',
      bosh: 'https://meet.example.org/http-bind',
      // Without a scheme the library takes it for BOSH, and BOSH is there already.
      websocket: null,
      conferenceRequestUrl: null,
      stun: [],
    });
  });

  it('an older one with a serviceUrl alone', async () => {
    const hosts = "hosts: { domain: 'm.example', muc: 'c.m.example' }";
    const ws = await deployment(`var config = { ${hosts}, serviceUrl: 'wss://m.example/xmpp-websocket' };`);
    expect(ws.deployment).toMatchObject({ websocket: 'wss://m.example/xmpp-websocket', bosh: null });
    const bosh = await deployment(`var config = { ${hosts}, serviceUrl: '/http-bind' };`);
    expect(bosh.deployment).toMatchObject({ websocket: null, bosh: 'https://meet.example.org/http-bind' });
  });

  it('a large one is read as well', async () => {
    const many = Array.from(
      { length: 3000 },
      (_, i) => `option${i}: { enabled: ${i % 2 === 0}, text: 'é ${i}' },`,
    );
    const { deployment: found } = await deployment(
      `var config = { ${many.join('\n')} hosts: { domain: 'm.example', muc: 'c.m.example' }, bosh: '/b' };`,
    );
    expect(found.domain).toBe('m.example');
  });

  it('says what is missing', async () => {
    // Without an address the library asks /http-bind.
    const missing = ['hosts.domain', 'hosts.muc'];
    expect((await deployment('var config = {};')).missing).toEqual(missing);
    expect((await deployment("var config = { hosts: 'meet', bosh: 5 };")).missing).toEqual(missing);
    // What browsers cannot use is not missing, it is refused: test/checks/deployment.test.ts.
    const unusable = "var config = { hosts: { domain: 'a', muc: 'b' }, bosh: 'javascript:alert(1)' };";
    expect(await deployment(unusable)).toMatchObject({ missing: [], refused: [{ setting: 'bosh' }] });
  });
});

describe('config.js that does not go through', () => {
  it('with a mistake in its notation is invalid, with the line', async () => {
    expect(await read("var config = {\n  hosts: { domain: 'a' }\n  bosh: 'b'\n};")).toEqual({
      kind: 'invalid',
      fault: { line: 3, message: "Unexpected identifier 'bosh'" },
    });
    expect(await read('<!DOCTYPE html>')).toMatchObject({ kind: 'invalid' });
  });

  it('that stops early reports where, and what was set until then', async () => {
    const { deployment: found, stopped } = await deployment(
      "var config = { hosts: { domain: 'a', muc: 'b' }, bosh: '/c' };\n\n$(document).ready();\nconfig.bosh = '/d';",
    );
    expect(stopped).toEqual({ line: 3, name: 'ReferenceError', message: "'$' is not defined" });
    expect(found.bosh).toBe('https://meet.example.org/c');
  });

  it('without an object called config', async () => {
    for (const source of [
      '',
      'var configuration = {};',
      "var config = 'x';",
      'var config = null;',
      'throw 5',
    ]) {
      expect((await read(source)).kind).toBe('nothing');
    }
  });
});

describe('a hostile config.js', () => {
  it.each([
    ['the process', 'process.exit(1)'],
    ['modules', "require('fs')"],
    ['the global object of Node', 'globalThis.process.exit()'],
    ['a constructor of ours', "this.constructor.constructor('return process')().exit()"],
    ['the thread', 'postMessage({})'],
  ])('does not reach %s', async (_what, source) => {
    expect(await read(source)).toMatchObject({
      kind: 'nothing',
      stopped: { message: expect.stringMatching(/not defined|undefined|not a function/) },
    });
  });

  it('has no module and no WebAssembly, and asks nobody', async () => {
    const reading = await read(
      `var config = { hosts: { domain: [typeof require, typeof WebAssembly, typeof process, typeof Buffer, typeof WebSocket].join() } };
       fetch('/x').then(function () { config.hosts.domain = 'asked'; });
       var request = new XMLHttpRequest(); request.onload = function () { config.hosts.domain = 'asked'; };
       request.open('GET', '/x', false); request.send();
       config.hosts.muc = String(request.status) + request.responseText;`,
    );
    expect(reading).toMatchObject({ values: { domain: Array(5).fill('undefined').join(), muc: '0' } });
  });

  it.each([
    ['a loop without end', 'while (true);'],
    ['a regular expression without end', "/(a+)+$/.test('a'.repeat(40) + '!')"],
    ['a getter without end', 'var config = { get hosts() { for (;;); } };'],
    // Loops within the interpreter's own code, where nothing can interrupt it.
    ['a built-in function without end', 'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)'],
    ['all memory', "var a = []; for (;;) a.push('x'.repeat(1e6) + a.length);"],
  ])('with %s is ended', async (_what, source) => {
    const reading = await readConfig(source, HREF, never, { run: 100, thread: 600 });
    if (reading.kind !== 'unreadable') throw new Error(reading.kind);
    expect([
      { kind: 'cpu-time', seconds: 0.1 },
      { kind: 'time', seconds: 0.6 },
    ]).toContainEqual(reading.why);
  });

  it('that rewrites what reads it is believed nothing', async () => {
    expect(
      await read('var config = {}; JSON.stringify = function () { return \'{"domain":5}\'; };'),
    ).toMatchObject({
      kind: 'unreadable',
    });
    expect(
      await read("var config = {}; JSON.stringify = function () { return 'x'.repeat(1e7); };"),
    ).toMatchObject({
      kind: 'unreadable',
    });
    expect(await read('var config = new Proxy({}, { get() { throw 1; } });')).toMatchObject({
      kind: 'nothing',
    });
  });

  it('leaves nothing behind for the next one, which the same thread may evaluate', async () => {
    await read(`var config = {}; globalThis.left = 'x'; Object.prototype.hosts = { domain: 'x' };
      String = Object = Array = null; JSON.stringify = function () { return 'x'; }; new Promise(function () { left = 'y'; });`);
    expect(await read('var config = { hosts: { domain: typeof left + [typeof Array] } };')).toMatchObject({
      values: { domain: 'undefinedfunction' },
      stopped: null,
    });
    expect(await read('var config = {};')).toMatchObject({
      kind: 'read',
      values: { p2p: true, stun: [] },
    });
    expect(await read('var config = {}; config.p2p = {};')).not.toHaveProperty('values.domain');
  });

  it('that had to be ended is not waited for by the next one', async () => {
    const hostile = 'var config = {}; Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 2)';
    const reading = await readConfig(hostile, HREF, never, { run: 200, thread: 300 });
    expect(reading).toEqual({ kind: 'unreadable', why: { kind: 'time', seconds: 0.3 } });
    expect(await read("var config = { hosts: { domain: 'next' } };")).toMatchObject({
      values: { domain: 'next' },
    });
  });

  it('is not waited for when the run is cancelled', async () => {
    const cancelled = new AbortController();
    const reading = readConfig('while (true) { cancelled = 1; }', HREF, cancelled.signal);
    cancelled.abort(new Error('cancelled'));
    await expect(reading).rejects.toThrow('cancelled');
  });
});

it('what is nested too deeply to compile cannot be read', async () => {
  const deep = `var config = ${'{ a: '.repeat(50_000)}1${' }'.repeat(50_000)};`;
  const found = await readConfig(deep, 'https://meet.example.org/', AbortSignal.timeout(20_000));
  expect(found).toMatchObject({ kind: 'unreadable', why: { kind: 'failed' } });
});
