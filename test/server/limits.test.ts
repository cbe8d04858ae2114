/** What a server on a real socket does with requests that are too much. */
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TestServer, testServer } from '../support/server/source.ts';

let server: TestServer;
let url: string;
beforeEach(async () => {
  server = testServer();
  url = await server.app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => server.close());

function send(path: string, headers: Record<string, string>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const sent = request(url + path, { headers, agent: false }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  });
  sent.on('error', reject);
  sent.end();
  return promise;
}

it('the server refuses headers that are too large', async () => {
  expect(await send('/', { cookie: 'x'.repeat(8000) })).toBe(200);
  expect(await send('/', { cookie: 'x'.repeat(20_000) })).toBe(431);
});

it('the server finds nothing at addresses that lead elsewhere', async () => {
  for (const path of [
    '/../package.json',
    '/%2e%2e/package.json',
    '/assets/../../package.json',
    '/assets/none.js',
  ]) {
    expect(await send(path, {}), path).toBe(404);
  }
  expect(await send('/checks/%00', {})).toBe(404);
  expect(await send('/checks/%E0%A4%A', {})).toBe(400);
});

it('the server closes although a browser holds a connection on which it has asked nothing yet', async () => {
  const { port } = new URL(url);
  const ahead = connect(Number(port), '127.0.0.1');
  const closed = once(ahead, 'close');
  await once(ahead, 'connect');
  await send('/', {}); // the server has taken both connections by now
  await server.app.close();
  await closed;
});
