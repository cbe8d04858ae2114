/** A mail exchanger on the loopback that takes and refuses recipients as a test wants it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { writeSelfSigned } from '../self-signed.ts';

export interface ExchangerBehaviour {
  /** The answer to a recipient, as `550 5.1.1 No such user`; null where it is accepted. */
  readonly recipient: (address: string) => string | null;
  /** The answer to whoever connects; null where that is welcome. */
  readonly client?: () => string | null;
  readonly startTls?: boolean;
  readonly international?: boolean;
}

export interface Exchanger extends AsyncDisposable {
  readonly port: number;
  /** Path of the certificate, which is its own authority, for `localhost`. */
  readonly ca: string;
  /** Recipients asked for, and the names in EHLO. */
  readonly asked: string[];
  readonly names: Set<string>;
  sessions: number;
  messages: number;
}

export async function startExchanger({
  recipient,
  client = () => null,
  startTls = true,
  international = true,
}: ExchangerBehaviour): Promise<Exchanger> {
  const directory = mkdtempSync(join(tmpdir(), 'vigie-mx-'));
  const ca = join(directory, 'cert.pem');
  const key = join(directory, 'key.pem');
  writeSelfSigned(key, ca);
  const state = { asked: [] as string[], names: new Set<string>(), sessions: 0, messages: 0 };
  const answer = (text: string | null) =>
    text === null
      ? null
      : Object.assign(new Error(text.slice(4)), { responseCode: Number(text.slice(0, 3)) });
  const server = new SMTPServer({
    key: readFileSync(key),
    cert: readFileSync(ca),
    authOptional: true,
    hideSMTPUTF8: !international,
    disabledCommands: startTls ? ['AUTH'] : ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 100,
    onConnect: (_session, done) => {
      state.sessions += 1;
      done(answer(client()));
    },
    onRcptTo: ({ address }, session, done) => {
      state.asked.push(address);
      state.names.add(String(session.hostNameAppearsAs));
      done(answer(recipient(address)));
    },
    onData: (stream, _session, done) => {
      state.messages += 1;
      stream.resume().on('end', () => done());
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return Object.assign(state, {
    port: (server.server.address() as AddressInfo).port,
    ca,
    [Symbol.asyncDispose]: async () => {
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(directory, { recursive: true, force: true });
    },
  });
}
