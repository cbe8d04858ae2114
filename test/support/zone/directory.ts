/** A directory (LDAP) on the loopback that answers every bind and search. Source of the bytes: RFC 4511, X.690. */
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A value with its tag and length. */
export function ber(tag: number, ...parts: (Buffer | number[])[]): Buffer {
  const value = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const { length } = value;
  const size = length < 128 ? [length] : [0x84, ...Buffer.from(Uint32Array.of(length).buffer).reverse()];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}
export const berText = (of: string): Buffer => ber(0x04, Buffer.from(of));

/** The message id of a request, which is below 128 for the first. */
export const idOf = (request: Buffer): number => request[request.indexOf(2) + 2] ?? 1;

/** An entry in answer to a message; values as they are sent. */
export function directoryEntry(
  id: number,
  dn: string,
  attributes: Record<string, readonly Buffer[]>,
): Buffer {
  const all = Object.entries(attributes).map(([name, values]) =>
    ber(0x30, berText(name), ber(0x31, ...values)),
  );
  return ber(0x30, ber(0x02, [id]), ber(0x64, berText(dn), ber(0x30, ...all)));
}

const DONE = [0x0a, 1, 0];
const done = (id: number, tag: number) =>
  ber(0x30, ber(0x02, [id]), ber(tag, DONE, berText(''), berText('')));

/** The end of a search. */
export const searchDone = (id: number): Buffer => done(id, 0x65);

export interface Directory extends AsyncDisposable {
  readonly url: string;
}

/** @param below the values of an attribute, by the base that a search names: one entry for each list */
export async function startDirectory(
  below: Readonly<
    Record<string, { readonly attribute: string; readonly entries: readonly (readonly string[])[] }>
  >,
): Promise<Directory> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (request) => {
      const id = idOf(request);
      const bind = request[request.indexOf(2) + 3] === 0x60;
      const base = Object.keys(below).find((one) => request.includes(one));
      const { attribute = '', entries = [] } = (base !== undefined && below[base]) || {};
      const found = entries.map((values, n) =>
        directoryEntry(id, `cn=${n},${base}`, { [attribute]: values.map(berText) }),
      );
      socket.write(bind ? done(id, 0x61) : Buffer.concat([...found, searchDone(id)]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
