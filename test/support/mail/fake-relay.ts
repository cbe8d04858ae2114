/** A relay on the loopback that misbehaves on request, with a certificate of its own authority. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { SMTPServer } from 'smtp-server';
import { writeSelfSigned } from '../self-signed.ts';

export interface RelayBehaviour {
  /** Accept messages without a login. */
  open?: boolean;
  /** Never answer after the message. */
  silentAfterData?: boolean;
  /** Deliver messages to a server on a port of the loopback, how many times, and after how many milliseconds. */
  deliver?: { port: number; times?: number; afterMs?: number; alter?: (raw: Buffer) => Buffer };
}

export interface FakeRelay extends AsyncDisposable {
  readonly port: number;
  /** Path of the authority's certificate. */
  readonly ca: string;
  /** Messages submitted so far. */
  readonly taken: Buffer[];
}

export const PASSWORD = 'correct horse battery';

/** Starts a relay named localhost. */
export async function startFakeRelay(behaviour: RelayBehaviour): Promise<FakeRelay> {
  const directory = mkdtempSync(join(tmpdir(), 'vigie-relay-'));
  const ca = join(directory, 'cert.pem');
  const key = join(directory, 'key.pem');
  writeSelfSigned(key, ca);
  const taken: Buffer[] = [];
  const server = new SMTPServer({
    key: readFileSync(key),
    cert: readFileSync(ca),
    authOptional: behaviour.open === true,
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 100,
    onAuth: ({ username, password }, _session, done) =>
      done(password === PASSWORD ? null : Object.assign(new Error('no'), { responseCode: 535 }), {
        user: username,
      }),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      const { mailFrom, rcptTo } = session.envelope;
      const from = mailFrom === false ? '' : mailFrom.address;
      const to = rcptTo.map(({ address }) => address);
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks);
        taken.push(raw);
        const {
          port,
          times = 1,
          afterMs = 0,
          alter = (written: Buffer) => written,
        } = behaviour.deliver ?? {};
        const hand = () =>
          void Promise.all(Array.from({ length: times }, () => handOver(port ?? 0, from, to, alter(raw))));
        if (port) setTimeout(hand, afterMs);
        if (!behaviour.silentAfterData) done(null, 'queued as FAKE1');
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    port: (server.server.address() as AddressInfo).port,
    ca,
    taken,
    [Symbol.asyncDispose]: async () => {
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Delivers a message as a relay would; resolves when it was accepted or refused. */
export async function handOver(port: number, from: string, to: string[], raw: Buffer): Promise<string> {
  const connection = new SMTPConnection({
    host: '127.0.0.1',
    port,
    ignoreTLS: true,
    name: 'localhost',
    logger: false,
  });
  try {
    return await new Promise<string>((resolve) => {
      connection.on('error', (error) => resolve(error.message));
      connection.connect(() =>
        connection.send({ from, to }, raw, (error, info) => resolve(error ? error.message : info.response)),
      );
    });
  } finally {
    connection.close();
  }
}
