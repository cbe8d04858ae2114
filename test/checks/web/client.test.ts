/** Asking web fronts that set out to harm whoever asks. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { NotAnswered, Web } from '../../../src/checks/web/client.ts';

/** A front that answers on this machine, under a name that is a public one as far as `Web` knows. */
async function front(answer: Parameters<typeof createServer>[1]) {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
const question = { signal: AbortSignal.timeout(5000), limit: 1000 };

describe('a web front', () => {
  it('that redirects to a service of the own network is not followed', async () => {
    let asked = 0;
    const port = await front((_request, response) => {
      asked += 1;
      response.end('secret');
    });
    const web = new Web({ insecure: false, home: 'meet.example.org' });
    onTestFinished(() => web.close());
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]']) {
      const failed = await web.ask(`http://${host}:${port}/`, question).catch((cause: unknown) => cause);
      expect(failed).toBeInstanceOf(NotAnswered);
      expect((failed as NotAnswered).cause).toMatchObject({ code: 'EPRIVATE' });
    }
    expect(asked).toBe(0);
  });

  it('that answers 101 to a question has answered', async () => {
    const raw = await front((request) =>
      request.socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
    );
    const web = new Web({ insecure: false });
    onTestFinished(() => web.close());
    expect(await web.ask(`http://127.0.0.1:${raw}/`, question)).toMatchObject({ status: 101, body: '' });
  });
});
