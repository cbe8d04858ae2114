/** Certificates with fields that cannot be read: they are data, and end nothing. */

import { lookup } from 'node:dns';
import type { AddressInfo } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../../src/checks/signaling/turn/connection.ts';
import { identityUntil } from '../../support/signaling/bad-certificate.ts';
import { configWith } from '../../support/signaling/fake-xmpp.ts';
import { check, deployment, part, reported } from '../../support/signaling/harness.ts';

const config = (host: string) => configWith({ websocket: `wss://${host}/xmpp-websocket` });

describe('a certificate whose end cannot be read', () => {
  it.each(['409931010101Z', 'xxxxxxxxxxxxx'])('of a web front is named (%s)', async (end) => {
    const { url } = await deployment({ identity: await identityUntil(end), config });
    const run = await check(url);
    expect(reported(run)).toEqual(['fail certificate-invalid']);
    expect(run.findings[0]!.cause).toMatchObject({
      failure: { certificate: 'unreadable', code: 'ERROR_IN_CERT_NOT_AFTER_FIELD' },
    });
    expect(part(run, 'certificate')).toMatchObject({
      ok: false,
      detail: 'a field of it cannot be read (ERROR_IN_CERT_NOT_AFTER_FIELD); no readable date',
    });
    expect(run.signaling!.certificates).toMatchObject([{ validTo: null, daysLeft: null }]);
  });

  it('of a web front is accepted where certificates are not verified', async () => {
    const { url } = await deployment({ identity: await identityUntil('xxxxxxxxxxxxx'), config });
    const run = await check(url, { insecure: true });
    expect(run.outcome).toBe('pass');
    expect(part(run, 'websocket')).toMatchObject({ ok: true });
  });

  it('of a TURN server is data', async () => {
    const port = await tlsServer(await identityUntil('xxxxxxxxxxxxx'));
    const signal = AbortSignal.timeout(5000);
    const server = { transport: 'tls', host: 'localhost', port } as const;
    const connection = await connect(server, { insecure: true, lookup, signal });
    connection.close();
    expect(connection.certificate).toMatchObject({ name: 'localhost', validTo: null, daysLeft: null });
  });
});

async function tlsServer(options: TlsOptions): Promise<number> {
  const server = createServer(options, (socket) => socket.on('error', () => {}));
  server.listen(0);
  await new Promise((done) => server.once('listening', done));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
