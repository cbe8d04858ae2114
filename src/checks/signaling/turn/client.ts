/** Asks a STUN server for our address, and a TURN server for an allocation, as a browser does. */
import { randomBytes } from 'node:crypto';
import type { Secret } from '../../../base/units.ts';
import type { Certificate } from '../../certificate.ts';
import { ProtocolError, protocolFault, type Reason } from '../reasons.ts';
import {
  type Connection,
  type ConnectOptions,
  connect,
  type IceServer,
  type Received,
} from './connection.ts';
import {
  type Address,
  ATTRIBUTES,
  type Attribute,
  attribute,
  encode,
  errorOf,
  integrityOk,
  longTermKey,
  METHODS,
  type Method,
  newTransaction,
  plainAddress,
  textAttribute,
  xorAddress,
} from './message.ts';

/** REQUESTED-TRANSPORT for UDP: the relayed side is always UDP (RFC 8656 18.4). */
const UDP_RELAY = Buffer.from([17, 0, 0, 0]);
/** Of a peer-reflexive candidate (RFC 8445 5.1.2.1: type preference 110, one address, component 1). */
const PRIORITY = Buffer.from([110, 0xff, 0xff, 0xff]);
/** How long giving an allocation back may take. */
const RELEASE_MS = 300;

/** Allocation Mismatch (RFC 8656 18.5). */
const MISMATCH = 437;

/** The server said no. */
export class Refused extends ProtocolError {
  readonly code: number;
  constructor(code: number, reason: Reason) {
    super(reason);
    this.code = code;
  }
}

export interface Credentials {
  readonly username: Secret;
  readonly password: Secret;
}

export interface Allocation {
  /** Where packets to us would have to be sent. */
  readonly relayed: Address | null;
  /** The address that the server was reached at. */
  readonly server: string;
  readonly certificate: Certificate | null;
  /** The round trip of the request that was granted, in milliseconds. */
  readonly roundTripMs: number;
  /** The server asked for no credentials at all. */
  readonly open: boolean;
}

/** What a binding request returned. */
export interface Binding {
  readonly mapped: Address | null;
  readonly roundTripMs: number;
}

/** A STUN binding (RFC 8489 7). @throws {Refused}, {NotStun}, or the error of the connection */
export async function bind(server: IceServer, options: ConnectOptions): Promise<Binding> {
  const connection = await connect(server, options);
  try {
    const start = performance.now();
    const { message } = await connection.exchange(request('binding', [], null));
    const roundTripMs = performance.now() - start;
    if (message.class !== 'success') throw refusal(errorOf(message));
    const xored = attribute(message, 'xorMappedAddress');
    const plain = attribute(message, 'mappedAddress');
    const mapped = xored ? xorAddress(xored, message.transaction) : plain ? plainAddress(plain) : null;
    return { mapped, roundTripMs };
  } finally {
    connection.close();
  }
}

/** A connectivity check of ICE (RFC 8445 7.2): to whom, and with what. */
export interface Check {
  readonly remoteUfrag: string;
  readonly localUfrag: string;
  readonly password: Secret;
}

/**
 * A binding with the short-term credentials of a media session, as browsers check a candidate: without USE-CANDIDATE, so
 * that nothing is chosen. Browsers answer jicofo's offer, and are therefore controlled. Whoever answers with the password of
 * the session is the bridge; an answer that refuses is one, too.
 *
 * @returns the round trip in milliseconds
 * @throws {Refused}, {NotStun}, or the error of the connection
 */
export async function checkCandidate(
  candidate: Address,
  { remoteUfrag, localUfrag, password }: Check,
  options: ConnectOptions,
): Promise<number> {
  const key = Buffer.from(password.reveal());
  const server = { host: candidate.address, port: candidate.port, transport: 'udp' } as const;
  const connection = await connect(server, options);
  try {
    const start = performance.now();
    const attributes = [
      { type: ATTRIBUTES.priority, value: PRIORITY },
      { type: ATTRIBUTES.iceControlled, value: randomBytes(8) },
    ];
    const username = { type: ATTRIBUTES.username, value: Buffer.from(`${remoteUfrag}:${localUfrag}`) };
    const { message, bytes } = await connection.exchange(
      request('binding', attributes, { key, attributes: [username] }),
    );
    const roundTripMs = performance.now() - start;
    if (message.class !== 'success') {
      const { code, reason } = errorOf(message);
      throw new Refused(code, { kind: 'stun-error', code, text: reason });
    }
    if (integrityOk(bytes, key) !== true) throw new Refused(0, protocolFault('foreign-bridge'));
    return roundTripMs;
  } finally {
    connection.close();
  }
}

/**
 * An allocation (RFC 8656 7) with long-term credentials (RFC 8489 9.2), given back at once. One redirection to
 * another server is followed. An address of ours that the server still has an allocation for (coturn forgets one two
 * seconds after it was given back) is changed once, as RFC 8656 7.4 asks for.
 *
 * @throws {Refused}, {NotStun}, or the error of the connection
 */
export async function allocate(
  server: IceServer,
  credentials: Credentials,
  options: ConnectOptions,
): Promise<Allocation> {
  let changed = false;
  let followed = false;
  for (let at = server; ; ) {
    try {
      return await attempt(at, credentials, options);
    } catch (cause) {
      if (cause instanceof Elsewhere && !followed) {
        followed = true;
        at = { ...server, host: cause.server.address, port: cause.server.port };
      } else if (cause instanceof Refused && cause.code === MISMATCH && !changed) {
        changed = true;
      } else throw cause;
    }
  }
}

async function attempt(
  server: IceServer,
  credentials: Credentials,
  options: ConnectOptions,
): Promise<Allocation> {
  const connection = await connect(server, options);
  try {
    return await new Allocating(connection, credentials).run(options.signal);
  } finally {
    connection.close();
  }
}

/** 300 Try Alternate. */
class Elsewhere extends Refused {
  readonly server: Address;
  constructor(server: Address) {
    super(300, protocolFault('sent-on-again'));
    this.server = server;
  }
}

class Allocating {
  readonly #connection: Connection;
  readonly #credentials: Credentials;
  #realm = '';
  #nonce = '';

  constructor(connection: Connection, credentials: Credentials) {
    this.#connection = connection;
    this.#credentials = credentials;
  }

  async run(signal: AbortSignal): Promise<Allocation> {
    const wanted: Attribute[] = [{ type: ATTRIBUTES.requestedTransport, value: UDP_RELAY }];
    let start = performance.now();
    let answer = await this.#connection.exchange(request('allocate', wanted, null));
    // Without credentials: the server says in which realm it wants them, and gives a nonce.
    const open = answer.message.class === 'success';
    for (let stale = 0; !open && stale < 2; stale += 1) {
      if (answer.message.class === 'success' || !this.#challenged(answer, stale)) break;
      start = performance.now();
      answer = await this.#connection.exchange(request('allocate', wanted, this.#signer()));
    }
    const roundTripMs = performance.now() - start;
    const { message, bytes } = answer;
    if (message.class !== 'success') throw refusal(errorOf(message));
    if (!open && integrityOk(bytes, this.#key()) !== true) {
      throw new Refused(0, protocolFault('unsigned'));
    }
    const relayed = attribute(message, 'xorRelayedAddress');
    await this.#release(open, signal);
    return {
      relayed: relayed ? xorAddress(relayed, message.transaction) : null,
      server: this.#connection.remote,
      certificate: this.#connection.certificate,
      roundTripMs,
      open,
    };
  }

  /** Whether to ask again with what the answer brought: 401 once, then 438 (a nonce that is too old). */
  #challenged({ message }: Received, before: number): boolean {
    const error = errorOf(message);
    const alternate = attribute(message, 'alternateServer');
    if (error.code === 300 && alternate) {
      const server = plainAddress(alternate);
      if (server) throw new Elsewhere(server);
    }
    if (error.code !== (before === 0 ? 401 : 438)) return false;
    const realm = textAttribute(message, 'realm');
    const nonce = textAttribute(message, 'nonce');
    if (nonce === undefined || (realm === undefined && before === 0)) return false;
    this.#realm = realm ?? this.#realm;
    this.#nonce = nonce;
    return true;
  }

  #key(): Buffer {
    const { username, password } = this.#credentials;
    return longTermKey(username.reveal(), this.#realm, password.reveal());
  }

  #signer(): Signer {
    return {
      key: this.#key(),
      attributes: [
        { type: ATTRIBUTES.username, value: Buffer.from(this.#credentials.username.reveal()) },
        { type: ATTRIBUTES.realm, value: Buffer.from(this.#realm) },
        { type: ATTRIBUTES.nonce, value: Buffer.from(this.#nonce) },
      ],
    };
  }

  /** A refresh with a lifetime of 0 (RFC 8656 8); one that fails leaves the allocation to run out. */
  async #release(open: boolean, signal: AbortSignal): Promise<void> {
    const none: Attribute[] = [{ type: ATTRIBUTES.lifetime, value: Buffer.alloc(4) }];
    const released = this.#connection
      .exchange(request('refresh', none, open ? null : this.#signer()))
      .then(() => {})
      .catch(() => {});
    const enough = new Promise<void>((done) => {
      const timer = setTimeout(done, RELEASE_MS);
      signal.addEventListener('abort', () => done(), { once: true });
      void released.then(() => clearTimeout(timer));
    });
    await Promise.race([released, enough]);
  }
}

interface Signer {
  readonly key: Buffer;
  readonly attributes: readonly Attribute[];
}

function request(method: Method, attributes: readonly Attribute[], signer: Signer | null): Buffer {
  return encode(
    {
      method: METHODS[method],
      class: 'request',
      transaction: newTransaction(),
      attributes: [...attributes, ...(signer?.attributes ?? [])],
    },
    signer?.key ?? null,
  );
}

function refusal({ code, reason }: { readonly code: number; readonly reason: string }): Refused {
  return new Refused(code, { kind: 'turn-error', code, text: reason });
}
