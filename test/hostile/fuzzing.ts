/**
 * Changed samples for parsers of strangers' bytes. Seeded, so that a failure can be repeated; VIGIE_FUZZ_SECONDS is how long each
 * parser has (an hour by command, half a second in the suite).
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { threadMs } from '../support/cpu-time.ts';

export const MS = Number(process.env.VIGIE_FUZZ_SECONDS ?? '0.5') * 1000;
export const SEED = Number(process.env.VIGIE_FUZZ_SEED ?? '20261128');
/** Processor time for one input. */
export const MAX_MS = 700;

/** Numbers from 0 to 1 that look like chance, the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A sample with pieces overwritten, removed, repeated, or taken from another. */
export function changed(samples: readonly Buffer[], next: () => number): Buffer {
  const pick = () => samples[Math.floor(next() * samples.length)]!;
  let bytes = Buffer.from(pick());
  for (let n = Math.floor(next() * 8); n >= 0; n--) {
    const at = Math.floor(next() * bytes.length);
    const length = Math.floor(next() ** 3 * (bytes.length - at));
    const piece = bytes.subarray(at, at + length);
    const kind = Math.floor(next() * 5);
    if (kind === 0 && bytes.length > 0) bytes[at] = Math.floor(next() * 256);
    else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    else if (kind === 2) {
      const times = Math.min(1 + Math.floor(next() ** 4 * 2_000), Math.floor(30_000 / (length + 1)));
      bytes = Buffer.concat([
        bytes.subarray(0, at),
        ...Array.from({ length: times }, () => piece),
        bytes.subarray(at),
      ]);
    } else if (kind === 3)
      bytes = Buffer.concat([bytes.subarray(0, at), pick().subarray(0, 4_000), bytes.subarray(at)]);
    else bytes = bytes.subarray(0, at + length);
  }
  return bytes;
}

/** The same for what reads at leisure: the longest is the processor time in which it let nothing else run. */
export async function fuzzAsync(
  samples: readonly Buffer[],
  read: (bytes: Buffer) => Promise<unknown>,
): Promise<{ inputs: number; longest: number }> {
  const next = random(SEED);
  const until = performance.now() + MS;
  const pauses = watchPauses();
  let inputs = 0;
  while (performance.now() < until) {
    const bytes = changed(samples, next);
    try {
      await read(bytes);
    } catch (cause) {
      throw new Error(`input ${inputs} of seed ${SEED}: ${bytes.toString('base64').slice(0, 2_000)}`, {
        cause,
      });
    }
    inputs += 1;
  }
  return { inputs, longest: pauses.end() };
}

/** Measures the longest time in which nothing else could run, in milliseconds of this thread's processor time. */
function watchPauses(): { end(): number } {
  let [longest, last, over] = [0, threadMs(), false];
  const look = () => {
    const now = threadMs();
    longest = Math.max(longest, now - last);
    last = now;
    if (!over) setImmediate(look);
  };
  look();
  return {
    end() {
      over = true;
      return longest;
    },
  };
}

/** At the same time: most of what is done with a wire is waiting. */
const SESSIONS = 8;

/**
 * Sessions with a server whose answers are changed on the way, for as long as is set. `session` is given the port to connect to; what
 * it throws fails the test, with the seed of that session.
 */
export async function fuzzWire(
  server: number,
  session: (port: number) => Promise<unknown>,
): Promise<{ inputs: number; longest: number }> {
  const until = performance.now() + MS;
  const pauses = watchPauses();
  let inputs = 0;
  const line = async () => {
    do {
      const seed = SEED + inputs++;
      const proxy = await changingProxy(server, random(seed));
      try {
        await session(proxy.port);
      } catch (cause) {
        throw new Error(`VIGIE_FUZZ_SEED=${seed}: what came: ${proxy.said()}`, { cause });
      } finally {
        proxy.close();
      }
    } while (performance.now() < until);
  };
  await Promise.all(Array.from({ length: SESSIONS }, line));
  return { inputs, longest: pauses.end() };
}

/** Hands connections on to a port of this machine, and changes some of what comes back. */
async function changingProxy(server: number, next: () => number) {
  const sockets = new Set<Socket>();
  const samples: Buffer[] = [];
  // A session in which everything is changed ends at the first answer.
  const share = next() ** 2;
  const proxy = createServer((near) => {
    const far = connect(server, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    near.pipe(far);
    far.on('data', (piece: Buffer) => {
      samples.push(piece);
      near.write(next() < share ? changed([piece, ...samples.slice(-3)], next) : piece);
    });
    far.on('end', () => near.end());
    near.on('close', () => far.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    port: (proxy.address() as AddressInfo).port,
    said: () => Buffer.concat(samples).toString('latin1').slice(0, 2_000),
    close() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
}

/** Gives changed samples to a parser for as long as is set; how many, and the longest that one took, in milliseconds of processor time. */
export function fuzz(
  samples: readonly Buffer[],
  parse: (bytes: Buffer) => unknown,
): { inputs: number; longest: number } {
  const next = random(SEED);
  const until = performance.now() + MS;
  let [inputs, longest] = [0, 0];
  while (performance.now() < until) {
    const bytes = changed(samples, next);
    const begun = threadMs();
    try {
      parse(bytes);
    } catch (cause) {
      throw new Error(`input ${inputs} of seed ${SEED}: ${bytes.toString('base64').slice(0, 2_000)}`, {
        cause,
      });
    }
    longest = Math.max(longest, threadMs() - begun);
    inputs += 1;
  }
  return { inputs, longest };
}
