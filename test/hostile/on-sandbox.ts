/** A deployment on which people can meet, and that answers as a test wants it: a proxy before a sandbox. */
import http, { type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { startSandbox } from '../../src/sandbox/index.ts';

/** What is answered for a path instead; null: what the sandbox answers. */
export type Change = (
  path: string,
  body: string,
) => { readonly headers: OutgoingHttpHeaders; readonly body: string } | null;

interface Front {
  readonly url: string;
  close(): Promise<void>;
}

/** With a script more in its `config.js`. */
export const sandboxWith = (script: string): Promise<Front> =>
  frontOfSandbox((path, config) =>
    path.startsWith('/config.js')
      ? { headers: { 'content-type': 'application/javascript' }, body: `${config}\n;${script}` }
      : null,
  );

export async function frontOfSandbox(change: Change): Promise<Front> {
  const sandbox = await startSandbox();
  const port = Number(new URL(sandbox.url).port);
  const sockets = new Set<Socket>();
  const forward = (request: IncomingMessage, answer: (from: IncomingMessage) => void) => {
    const { method, url: path, headers } = request;
    request.pipe(http.request({ host: '127.0.0.1', port, method, path, headers }, answer));
  };
  const server = http.createServer((request, response) =>
    forward(request, (from) => {
      void text(from).then((body) => {
        const changed = change(request.url!, body);
        response.writeHead(changed ? 200 : from.statusCode!, changed?.headers ?? from.headers);
        response.end(changed?.body ?? body);
      });
    }),
  );
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const onward = connect(port, '127.0.0.1');
    const { rawHeaders } = request;
    const lines = rawHeaders.flatMap((name, index) =>
      index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : [],
    );
    onward.write(`GET ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    onward.write(head);
    onward.on('error', () => socket.destroy()).pipe(socket);
    socket.on('error', () => onward.destroy()).pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await sandbox.close();
    },
  };
}
