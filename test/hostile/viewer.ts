/** What a hostile viewer of `vigie serve` does: a catalogue of attacks on its server. They throw where one gets through. */
import assert from 'node:assert';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** From where the attacks come: another loopback address than the honest viewer's. */
const ELSEWHERE = '127.0.0.9';
export const HEAD = 'Host: localhost\r\n';
const MEGABYTE = 2 ** 20;

/** Does what it does; what it gives releases what it holds. */
export type ViewerAttack = () => Promise<(() => void) | undefined> | Promise<void>;

/** One connection of a hostile viewer. */
export async function openTo(url: URL): Promise<Socket> {
  const socket = connect({ port: Number(url.port), host: url.hostname, localAddress: ELSEWHERE });
  // Whoever attacks takes it that it is cut off.
  socket.on('error', () => {});
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => {});
  return socket;
}

/** The attacks on a server whose check `honest` may be started with the token `open-sesame`. */
export function viewerAttacks(url: URL): Readonly<Record<string, ViewerAttack>> {
  const open = () => openTo(url);
  /** Sends bytes, and gives what comes back until the other side closes, or for a while. */
  async function send(bytes: string | Buffer, ms = 1500): Promise<string> {
    const socket = await open();
    let answer = '';
    socket.on('data', (chunk: Buffer) => {
      answer = (answer + chunk.toString('latin1')).slice(0, MEGABYTE);
    });
    const closed = once(socket, 'close').catch(() => {});
    socket.end(bytes);
    await Promise.race([closed, delay(ms)]);
    socket.destroy();
    return answer;
  }

  /** Number at a time, held open. */
  async function many(n: number, each: (socket: Socket) => void): Promise<() => void> {
    const sockets = await Promise.all(Array.from({ length: n }, open));
    for (const socket of sockets) each(socket);
    return () => {
      for (const socket of sockets) socket.destroy();
    };
  }

  const status = (answer: string) => /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1];
  const refused = async (bytes: string | Buffer, ...codes: string[]) => {
    assert.ok([...codes, undefined].includes(status(await send(bytes))));
  };

  return {
    'three hundred connections on which nothing is asked': () => many(300, () => {}),
    'three hundred requests that never end': () =>
      many(300, (each) => each.write(`GET / HTTP/1.1\r\n${HEAD}X: `)),
    'a body that never arrives': () =>
      many(100, (each) =>
        each.write(`POST /checks/honest/run HTTP/1.1\r\n${HEAD}Content-Length: 4000\r\n\r\nt`),
      ),
    'readers that take nothing': () =>
      many(100, (each) => each.pause().write(`GET /api/runs?limit=500 HTTP/1.1\r\n${HEAD}\r\n`)),
    'three hundred scrapes at once on one connection': async () => {
      const one = `GET /metrics HTTP/1.1\r\n${HEAD}\r\n`;
      await send(one.repeat(300), 3000);
    },
    'pages pipelined by a reader that takes nothing': () =>
      many(20, (each) => each.pause().write(`GET / HTTP/1.1\r\n${HEAD}\r\n`.repeat(200))),
    'headers of a megabyte': () =>
      refused(`GET / HTTP/1.1\r\n${HEAD}X: ${'x'.repeat(MEGABYTE)}\r\n\r\n`, '431'),
    'ten thousand headers': () => refused(`GET / HTTP/1.1\r\n${HEAD}${'X: y\r\n'.repeat(10_000)}\r\n`, '431'),
    'an address of a megabyte': () =>
      refused(`GET /${'x'.repeat(MEGABYTE)} HTTP/1.1\r\n${HEAD}\r\n`, '431', '414'),
    'another name': () => refused('GET /api/runs HTTP/1.1\r\nHost: rebound.evil.com\r\n\r\n', '421'),
    'no name': () => refused('GET /api/runs HTTP/1.1\r\n\r\n', '400', '421'),
    'two lengths': () =>
      refused(`POST / HTTP/1.1\r\n${HEAD}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`, '400'),
    'a length and chunks': () =>
      refused(
        `POST / HTTP/1.1\r\n${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n`,
        '400',
      ),
    'no HTTP at all': () =>
      refused(Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 37) % 256)), '400'),
    'an upgrade': async () => {
      const answer = await send(`GET / HTTP/1.1\r\n${HEAD}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n`);
      assert.notEqual(status(answer), '101');
    },
    'a body of a megabyte': () =>
      refused(
        `POST /api/checks/honest/run HTTP/1.1\r\n${HEAD}Content-Length: ${MEGABYTE}\r\n\r\n${'x'.repeat(MEGABYTE)}`,
        '413',
        '401',
      ),
    'ways out of the evidence': async () => {
      for (const path of [
        '../../package.json',
        '..%2f..%2fpackage.json',
        '%2e%2e/%2e%2e',
        '....//',
        '%00',
        '%ff',
      ]) {
        for (const under of ['/runs/', '/runs/x/evidence/', '/api/runs/', '/runbooks/', '/assets/']) {
          const answer = await send(`GET ${under}${path} HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`);
          assert.ok(['404', '400', '503', undefined].includes(status(answer)), answer.slice(0, 100));
          assert.ok(!answer.includes('"dependencies"'));
        }
      }
    },
    'a hundred tokens': async () => {
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, i) =>
          send(
            `POST /api/checks/honest/run HTTP/1.1\r\n${HEAD}Authorization: Bearer guess-${i}\r\nConnection: close\r\n\r\n`,
          ),
        ),
      );
      const codes = answers.map(status);
      assert.ok(codes.filter((code) => code === '403').length <= 10);
      assert.ok(!codes.includes('202'));
    },
    'a run from a page elsewhere': () =>
      refused(
        `POST /api/checks/honest/run HTTP/1.1\r\n${HEAD}Authorization: Bearer open-sesame\r\nOrigin: https://evil.com\r\n\r\n`,
        '403',
      ),
  };
}
