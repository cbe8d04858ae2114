/** Receivers of notifications: an HTTP server that keeps what it is sent, and an SMTP server. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { onTestFinished } from 'vitest';

export interface Got {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
  readonly at: number;
}

export interface Receiver {
  readonly url: string;
  readonly got: Got[];
  /** What it answers; 200 unless set. */
  answer: { status: number; headers?: Record<string, string> };
}

export async function httpReceiver(): Promise<Receiver> {
  const receiver = { url: '', got: [] as Got[], answer: { status: 200 } };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const { status, headers: more = {} } = receiver.answer as Receiver['answer'];
      if (status < 300) {
        const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
        receiver.got.push({ method, path, authorization: headers.authorization, body, at: Date.now() });
      }
      response.writeHead(status, more).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return receiver;
}

/** An SMTP server without TLS; gives the messages as they came. */
export async function smtpReceiver(refuse: (to: string) => boolean = () => false) {
  const got: string[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: ({ address }, _session, done) =>
      done(refuse(address) ? Object.assign(new Error('no such user'), { responseCode: 550 }) : null),
    onData(stream, _session, done) {
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk));
      stream.on('end', () => {
        got.push(text);
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: (server.server.address() as AddressInfo).port, got };
}
