/**
 * The connections to the embedded mail server, each within limits. A connection that is of no use to a test message never
 * keeps out a new one: where there are too many, the oldest of the address with the most of them ends.
 */
import type { Socket } from 'node:net';
import { isIPv6 } from 'node:net';

export interface SessionLimits {
  /** Connections at the same time. */
  readonly total: number;
  /** From one address, or one IPv6 network of 64 bits. */
  readonly perAddress: number;
  /** How long a session may last before, and after, a recipient of it was accepted. */
  readonly uselessMs: number;
  readonly usefulMs: number;
  /** What it may send, before and after. */
  readonly uselessBytes: number;
  readonly usefulBytes: number;
}

/** A relay needs a second or two for what comes before the first recipient. */
const YOUNG_MS = 5_000;
const SWEEP_MS = 500;

interface Session {
  readonly socket: Socket;
  /** Null where all come through a proxy. */
  readonly network: string | null;
  readonly at: number;
  useful: boolean;
}

export class MxSessions {
  readonly #limits: SessionLimits;
  readonly #proxied: boolean;
  readonly #open = new Set<Session>();
  #crowdedAt = Number.NEGATIVE_INFINITY;
  #sweep: NodeJS.Timeout | undefined;

  constructor(limits: SessionLimits, proxied: boolean) {
    this.#limits = limits;
    this.#proxied = proxied;
  }

  get sockets(): Socket[] {
    return [...this.#open].map(({ socket }) => socket);
  }

  /** A connection that may have been a relay's was ended or not accepted since then, for there were too many. */
  crowded(since: number): boolean {
    return this.#crowdedAt >= since;
  }

  /** Takes a new connection in, or ends it. */
  admit(socket: Socket): void {
    const network = this.#proxied ? null : networkOf(socket.remoteAddress ?? '');
    const session: Session = { socket, network, at: performance.now(), useful: false };
    const same = [...this.#open].filter((one) => network !== null && one.network === network);
    if (same.length >= this.#limits.perAddress) this.#makeRoom(same, session);
    else if (this.#open.size >= this.#limits.total) this.#makeRoom(this.#largest(), session);
    if (socket.destroyed) return;
    this.#open.add(session);
    socket.once('close', () => {
      this.#open.delete(session);
      if (this.#open.size > 0) return;
      clearInterval(this.#sweep);
      this.#sweep = undefined;
    });
    this.#sweep ??= setInterval(() => this.#endExcessive(), SWEEP_MS).unref();
  }

  /** A recipient of the session with this port at the other side was accepted. */
  accepted(remotePort: number): void {
    for (const session of this.#open) if (session.socket.remotePort === remotePort) session.useful = true;
  }

  /** Ends the oldest of these that is of no use, else the new one. */
  #makeRoom(among: readonly Session[], fresh: Session): void {
    const victim = among.find(({ useful }) => !useful) ?? fresh;
    const age = fresh.at - victim.at;
    if (victim === fresh || age < YOUNG_MS) this.#crowdedAt = fresh.at;
    this.#open.delete(victim);
    victim.socket.destroy();
  }

  /** The sessions of the network that has the most of no use. */
  #largest(): readonly Session[] {
    const useless = [...this.#open].filter(({ useful }) => !useful);
    const networks = [...Map.groupBy(useless, ({ network }) => network).values()];
    return networks.reduce((most, one) => (one.length > most.length ? one : most), [] as Session[]);
  }

  #endExcessive(): void {
    const now = performance.now();
    const { uselessMs, usefulMs, uselessBytes, usefulBytes } = this.#limits;
    for (const { socket, at, useful } of this.#open) {
      const late = now - at > (useful ? usefulMs : uselessMs);
      if (late || socket.bytesRead > (useful ? usefulBytes : uselessBytes)) socket.destroy();
    }
  }
}

/** What one person has many addresses of: of IPv6 the first 64 bits. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.replace(/%.*$/, '').split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - after.length;
  return [...groups, ...Array.from({ length: missing }, () => '0'), ...after].slice(0, 4).join(':');
}
