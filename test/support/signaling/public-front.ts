/** Fronts before a deployment of the tests: TLS, a redirection to it, one port told apart by ALPN. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { onTestFinished } from 'vitest';

let made: { key: Buffer; cert: Buffer } | null = null;

/** A certificate that nobody trusts, for 127.0.0.1. */
export function serverIdentity(): { key: Buffer; cert: Buffer } {
  if (made) return made;
  const directory = mkdtempSync(join(tmpdir(), 'vigie-front-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const asked =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=127.0.0.1';
  execFileSync('openssl', [...asked.split(' '), '-keyout', key, '-out', cert], { stdio: 'ignore' });
  made = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(directory, { recursive: true });
  return made;
}

/** Listens for the length of a test; gives its port. */
async function listen(server: Server): Promise<number> {
  const open = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function pipe(from: net.Socket, port: number, first?: Buffer): void {
  const to = net.connect(port, '127.0.0.1', () => {
    if (first) to.write(first);
    from.pipe(to);
    to.pipe(from);
  });
  to.on('error', () => from.destroy());
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
}

/** TLS before what listens without it; `needsAlpn`: whoever names no protocol of the web ends at a TURN server. */
export function tlsBefore(url: string, { needsAlpn = false } = {}): Promise<number> {
  const { port } = new URL(url);
  const server = tls.createServer({ ...serverIdentity(), ALPNProtocols: ['http/1.1'] }, (socket) => {
    socket.on('error', () => {});
    // A TURN server ends connections on which it is asked for a page.
    if (needsAlpn && socket.alpnProtocol !== 'http/1.1') socket.destroy();
    else pipe(socket, Number(port));
  });
  server.on('tlsClientError', () => {});
  return listen(server);
}

/** Sends everything on to the same path at another port, over TLS. */
export function redirectsTo(port: number): Promise<number> {
  return listen(
    http.createServer((request, response) => {
      response.writeHead(301, { location: `https://127.0.0.1:${port}${request.url}` }).end();
    }),
  );
}
