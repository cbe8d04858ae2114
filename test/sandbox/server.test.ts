import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  FaultError,
  SANDBOX_VERSION,
  type Sandbox,
  SandboxError,
  startSandbox,
} from '../../src/sandbox/index.ts';

const started: Sandbox[] = [];

async function start(options: Parameters<typeof startSandbox>[0] = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  started.push(sandbox);
  return sandbox;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((sandbox) => sandbox.close()));
});

function post(sandbox: Sandbox, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${sandbox.url}sandbox/switches`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** The status of a request with headers that `fetch` does not let anybody set. */
function statusWith(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    })
      .on('error', reject)
      .end();
  });
}

describe('what a deployment serves', () => {
  it('has a config.js that names its own WebSocket and calls itself a sandbox', async () => {
    const sandbox = await start();
    const page: { config?: Record<string, unknown> } = {};
    runInNewContext(await (await fetch(`${sandbox.url}config.js`)).text(), page);
    expect(page.config).toMatchObject({
      sandbox: SANDBOX_VERSION,
      hosts: { domain: 'sandbox.vigie', muc: 'conference.sandbox.vigie' },
      websocket: `${sandbox.url.replace('http', 'ws')}sandbox/signaling`,
      p2p: { enabled: false },
    });
  });

  it('has a library that sets JitsiMeetJS as soon as it is loaded', async () => {
    const sandbox = await start();
    const window: { JitsiMeetJS?: { version: string } } = {};
    runInNewContext(await (await fetch(`${sandbox.url}libs/lib-jitsi-meet.min.js`)).text(), { window });
    expect(window.JitsiMeetJS?.version).toBe(SANDBOX_VERSION);
  });

  it('has a page for every room, and escapes what is in its name', async () => {
    const sandbox = await start({ breaks: ['video A->B'] });
    const html = await (await fetch(`${sandbox.url}${encodeURIComponent('<b>room')}`)).text();
    expect(html).toContain('<title>&lt;b&gt;room · Vigie sandbox</title>');
    expect(html).toContain('video A-&gt;B');
    for (const path of ['', 'base.html', 'about/health']) {
      expect((await fetch(sandbox.url + path)).status).toBe(200);
    }
    expect((await fetch(`${sandbox.url}no/such/thing`)).status).toBe(404);
  });
});

describe('switches of the web front', () => {
  it('page-error, library-missing and join-refused work at once and are fixed at once', async () => {
    const sandbox = await start();
    const statuses = async () => {
      const page = await fetch(`${sandbox.url}room`);
      const config = await fetch(`${sandbox.url}config.js`);
      const library = await fetch(`${sandbox.url}libs/lib-jitsi-meet.min.js`);
      const conference = await fetch(`${sandbox.url}conference-request/v1`, { method: 'POST', body: '{}' });
      return [page, config, library, conference].map(({ status }) => status);
    };
    expect(await statuses()).toEqual([200, 200, 200, 200]);
    sandbox.faults.break(['library-missing']);
    expect(await statuses()).toEqual([200, 200, 404, 200]);
    sandbox.faults.break(['join-refused']);
    expect(await statuses()).toEqual([200, 200, 404, 503]);
    sandbox.faults.change({ mend: 'all', break: ['page-error'] });
    expect(await statuses()).toEqual([502, 502, 502, 200]);
    sandbox.faults.fix('all');
    expect(await statuses()).toEqual([200, 200, 200, 200]);
  });
});

describe('the API', () => {
  it('breaks, fixes and reports', async () => {
    const sandbox = await start({ breaks: ['uplink A'] });
    const broken = await post(sandbox, { break: ['audio a->b', 'slow 200ms'], mend: ['uplink A'] });
    expect(await broken.json()).toMatchObject({
      sandbox: SANDBOX_VERSION,
      broken: ['audio A->B', 'slow 200ms'],
    });
    expect(sandbox.describe()).toContain('audio A->B');
    const fixed = await post(sandbox, { mend: 'all' });
    expect(await fixed.json()).toMatchObject({ broken: [], rooms: [] });
    const state = (await (await fetch(`${sandbox.url}sandbox/switches`)).json()) as {
      switches: { syntax: string }[];
    };
    expect(state.switches.map(({ syntax }) => syntax)).toContain('bridge-channel B');
  });

  it.each([
    [{ break: ['vidoe A->B'] }, 'Did you mean "video A->B"?'],
    [{ mend: ['no-ice'] }, 'is not active'],
    [{ brake: [] }, 'expected {"break"'],
    ['no json', 'expected {"break"'],
  ])('answers %j with what was expected', async (body, expected) => {
    const sandbox = await start();
    const response = await post(sandbox, body);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toContain(expected);
    expect(sandbox.faults.list()).toEqual([]);
  });

  it('is closed to pages of other sites', async () => {
    const sandbox = await start();
    const url = `${sandbox.url}sandbox/switches`;
    expect(await statusWith(url, {})).toBe(200);
    expect(await statusWith(url, { origin: 'http://attacker.example' })).toBe(403);
    expect(await statusWith(url, { host: 'attacker.example' })).toBe(403);
    expect(await statusWith(url, { origin: sandbox.url.slice(0, -1) })).toBe(200);
    const form = await post(sandbox, 'break=no-ice', { 'content-type': 'text/plain' });
    expect(form.status).toBe(415);
    const socket = new WebSocket(`${url.replace('http', 'ws').replace('switches', 'signaling')}`, {
      origin: 'http://attacker.example',
    });
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain('403');
  });
});

describe('starting and ending', () => {
  it('says in a sentence that a port is in use', async () => {
    const other = createServer();
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const refused = startSandbox({ port });
    await expect(refused).rejects.toThrow(SandboxError);
    await expect(refused).rejects.toThrow(`127.0.0.1, port ${port}: another process does.`);
    for (const which of ['dns', 'submission', 'submissions'] as const) {
      const mail = startSandbox({ mailPorts: { [which]: port } });
      await expect(mail).rejects.toThrow(SandboxError);
      await expect(mail).rejects.toThrow(`127.0.0.1, port ${port}: another process does.`);
    }
    other.close();
  });

  it('refuses words it does not know before it listens', async () => {
    await expect(startSandbox({ breaks: ['everything'] })).rejects.toThrow(FaultError);
  });

  it('lets go of its port, its connections and its sockets', async () => {
    const sandbox = await startSandbox();
    const socket = new WebSocket(`${sandbox.url.replace('http', 'ws')}sandbox/signaling`);
    await once(socket, 'message');
    const closed = once(socket, 'close');
    await sandbox.close();
    await sandbox.close();
    await closed;
    const again = await start({ port: Number(new URL(sandbox.url).port) });
    expect(again.url).toBe(sandbox.url);
  });
});
