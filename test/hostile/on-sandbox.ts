/** A deployment on which people can meet, with a script more in its `config.js`: a proxy before a sandbox. */
import http, { type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { startSandbox } from '../../src/sandbox/index.ts';

export async function sandboxWith(script: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const sandbox = await startSandbox();
  const port = Number(new URL(sandbox.url).port);
  const sockets = new Set<Socket>();
  const forward = (request: IncomingMessage, answer: (from: IncomingMessage) => void) => {
    const { method, url: path, headers } = request;
    request.pipe(http.request({ host: '127.0.0.1', port, method, path, headers }, answer));
  };
  const server = http.createServer((request, response) =>
    forward(request, (from) => {
      if (!request.url!.startsWith('/config.js')) {
        response.writeHead(from.statusCode!, from.headers);
        from.pipe(response);
        return;
      }
      response.writeHead(200, { 'content-type': 'application/javascript' });
      void text(from).then((config) => response.end(`${config}\n;${script}`));
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
