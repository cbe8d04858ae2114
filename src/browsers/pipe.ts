/**
 * The debugging protocol over two pipes that only Vigie and the browser have: a port would be open to every account of the
 * machine. Messages are JSON, each ended by a zero byte (Chromium, content/browser/devtools/devtools_pipe_handler.cc).
 */
import type { Readable, Writable } from 'node:stream';
import type { ConnectionTransport } from 'puppeteer-core';
import { handling } from '../base/handling.ts';

/** The largest message that is taken: screenshots are a megabyte or two. */
const LARGEST = 256_000_000;

export function pipeTransport(to: Writable, from: Readable): ConnectionTransport {
  let pending: Buffer[] = [];
  let size = 0;
  const transport: ConnectionTransport = {
    send: (message) => {
      if (!to.writable) return;
      to.write(`${message}\0`);
    },
    close: () => {
      to.end();
      from.destroy();
    },
  };
  const take = (message: Buffer[]) => transport.onmessage?.(Buffer.concat(message).toString('utf8'));
  const read = handling(
    (cause) => from.destroy(cause),
    (chunk: Buffer) => {
      let start = 0;
      for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0, start)) {
        const message = [...pending, chunk.subarray(start, end)];
        pending = [];
        size = 0;
        start = end + 1;
        // As events of their own, as from a socket: what one of them starts must not hold up reading.
        setImmediate(take, message);
      }
      if (start < chunk.length) {
        pending.push(chunk.subarray(start));
        size += chunk.length - start;
        if (size > LARGEST) from.destroy(new Error('the browser sent too much at once'));
      }
    },
  );
  from.on('data', read);
  // The browser's process reports its end.
  for (const stream of [to, from]) stream.on('error', () => {});
  from.on('close', () => transport.onclose?.());
  return transport;
}
