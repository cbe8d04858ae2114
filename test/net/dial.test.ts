/** Connections that do not come about, and when they end. */
import { createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dialTcp, dialTls, encrypt } from '../../src/net/dial.ts';
import { failureCode } from '../../src/net/failure.ts';

const never = new AbortController().signal;

/** Listens for the length of a test; gives its port and the connections it took. */
async function listening(
  serve: (socket: Socket) => void = () => {},
): Promise<{ port: number; open: Set<Socket> }> {
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {}).on('close', () => open.delete(socket));
    socket.resume();
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, open };
}

describe('dialling', () => {
  it('gives a connection that outlives the signal', async () => {
    const { port, open } = await listening();
    const dialled = new AbortController();
    const socket = await dialTcp({ host: '127.0.0.1', port }, { signal: dialled.signal });
    dialled.abort();
    expect(socket.destroyed).toBe(false);
    socket.destroy();
    await expect.poll(() => open.size).toBe(0);
  });

  it('by name takes the address that answers', async () => {
    const { port } = await listening();
    const socket = await dialTcp(
      { host: 'two.test', port },
      {
        signal: never,
        lookup: (_name, _options, done) =>
          done(null, [
            { address: '::1', family: 6 },
            { address: '127.0.0.1', family: 4 },
          ]),
      },
    );
    expect(socket.remoteAddress).toBe('127.0.0.1');
    socket.destroy();
  });

  it('where nothing listens fails with the code of it', async () => {
    const { port } = await listening();
    const gone = { host: '127.0.0.1', port: port === 1 ? 2 : 1 };
    const cause = await dialTcp(gone, { signal: never }).catch((error: unknown) => error);
    expect(failureCode(cause)).toBe('ECONNREFUSED');
  });

  it('ends with the reason of the signal, and leaves nothing open', async () => {
    const { port, open } = await listening();
    const cancelled = new AbortController();
    const dialling = dialTls(
      { host: '127.0.0.1', port },
      { signal: cancelled.signal, rejectUnauthorized: false },
    );
    await expect.poll(() => open.size).toBe(1);
    cancelled.abort(new Error('enough'));
    await expect(dialling).rejects.toThrow('enough');
    await expect.poll(() => open.size).toBe(0);
    await expect(dialTcp({ host: '127.0.0.1', port }, { signal: cancelled.signal })).rejects.toThrow(
      'enough',
    );
  });

  it('a server that hangs up during the handshake was reached, and reset it', async () => {
    const { port } = await listening((socket) => socket.once('data', () => socket.destroy()));
    const socket = await dialTcp({ host: '127.0.0.1', port }, { signal: never });
    const cause = await encrypt(socket, { rejectUnauthorized: false }, never).catch(
      (error: unknown) => error,
    );
    expect(failureCode(cause)).toBe('ECONNRESET');
  });

  it('a server that speaks no TLS is told by its code', async () => {
    const { port } = await listening((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const cause = await dialTls(
      { host: '127.0.0.1', port },
      { signal: never, rejectUnauthorized: false },
    ).catch((error: unknown) => error);
    expect(failureCode(cause)).toMatch(/^(EPROTO|ERR_SSL_)/);
  });
});
