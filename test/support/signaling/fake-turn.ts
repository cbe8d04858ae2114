/** A small TURN server in this process, over UDP and TCP, which can be made to misbehave. */
import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import {
  ATTRIBUTES,
  type Attribute,
  decode,
  encode,
  integrityOk,
  lengthOf,
  longTermKey,
  METHODS,
} from '../../../src/checks/signaling/turn/message.ts';

export const USERNAME = '1795370000:guest';
export const PASSWORD = 'hunter2-hunter2';
const REALM = 'meet.test';

export interface TurnBehaviour {
  /** The password it knows; another one than was given out refuses everybody. */
  readonly password?: string;
  /** An error for every signed request, as `486 Allocation Quota Reached`. */
  readonly refuse?: string;
  /** No credentials asked for. */
  readonly open?: boolean;
  /** Number of nonces that are found stale first. */
  readonly stale?: number;
  /** Answers are signed with another key. */
  readonly forged?: boolean;
  /** Bytes that are sent for whatever comes. */
  readonly says?: Buffer;
  /** Nothing is ever said. */
  readonly silent?: boolean;
  /** Number of datagrams that are lost first. */
  readonly loses?: number;
  /** Number of the client's addresses that are found to have an allocation already. */
  readonly mismatches?: number;
  /** 300 Try Alternate, to this port. */
  readonly alternate?: number;
}

export interface FakeTurn {
  readonly port: number;
  /** Allocations that were granted and not given back. */
  readonly allocations: () => number;
  close(): Promise<void>;
}

const text = (value: string) => Buffer.from(value);
const error = (code: number, reason: string): Attribute => ({
  type: ATTRIBUTES.errorCode,
  value: Buffer.concat([Buffer.from([0, 0, Math.floor(code / 100), code % 100]), text(reason)]),
});

class Brain {
  readonly #behaviour: TurnBehaviour;
  #lost = 0;
  #stale = 0;
  #mismatches = 0;
  allocated = 0;

  constructor(behaviour: TurnBehaviour) {
    this.#behaviour = behaviour;
  }

  answer(bytes: Buffer): Buffer | null {
    const { says, silent, loses = 0, alternate } = this.#behaviour;
    if (says) return says;
    if (silent || this.#lost++ < loses) return null;
    const request = decode(bytes);
    const key = longTermKey(USERNAME, REALM, this.#behaviour.password ?? PASSWORD);
    const reply = (kind: 'success' | 'error', attributes: readonly Attribute[], signed: boolean) =>
      encode(
        { ...request, class: kind, attributes },
        signed ? (this.#behaviour.forged ? Buffer.from('another') : key) : null,
      );
    const challenge = [
      { type: ATTRIBUTES.realm, value: text(REALM) },
      { type: ATTRIBUTES.nonce, value: text(`nonce-${this.#stale}`) },
    ];
    // 192.0.2.1:32853, as in RFC 5769, made of whatever the transaction is.
    const address = Buffer.from('0001a147e112a643', 'hex');
    if (request.method === METHODS.binding) {
      return reply('success', [{ type: ATTRIBUTES.xorMappedAddress, value: address }], false);
    }
    if (alternate !== undefined) {
      const value = Buffer.from([0, 1, alternate >> 8, alternate & 255, 127, 0, 0, 1]);
      return reply(
        'error',
        [error(300, 'Try Alternate'), { type: ATTRIBUTES.alternateServer, value }],
        false,
      );
    }
    const signed = integrityOk(bytes, key);
    if (!this.#behaviour.open) {
      if (signed === null) return reply('error', [error(401, 'Unauthorized'), ...challenge], false);
      if (!signed) return reply('error', [error(401, 'Unauthorized'), ...challenge], false);
      if (this.#stale < (this.#behaviour.stale ?? 0)) {
        this.#stale += 1;
        challenge[1]!.value = text(`nonce-${this.#stale}`);
        return reply('error', [error(438, 'Stale Nonce'), ...challenge], false);
      }
      if (request.method === METHODS.allocate && this.#mismatches < (this.#behaviour.mismatches ?? 0)) {
        this.#mismatches += 1;
        return reply('error', [error(437, 'Mismatched allocation: wrong transaction ID\0')], true);
      }
      const { refuse } = this.#behaviour;
      if (refuse) return reply('error', [error(Number(refuse.slice(0, 3)), refuse.slice(4))], true);
    }
    if (request.method === METHODS.refresh) {
      this.allocated -= 1;
      return reply('success', [{ type: ATTRIBUTES.lifetime, value: Buffer.alloc(4) }], !this.#behaviour.open);
    }
    this.allocated += 1;
    return reply('success', [{ type: ATTRIBUTES.xorRelayedAddress, value: address }], !this.#behaviour.open);
  }
}

export async function fakeTurn(transport: 'udp' | 'tcp', behaviour: TurnBehaviour = {}): Promise<FakeTurn> {
  const brain = new Brain(behaviour);
  if (transport === 'udp') {
    const socket = createSocket('udp4');
    socket.on('message', (bytes, { port, address }) => {
      const answer = brain.answer(bytes);
      if (answer) socket.send(answer, port, address);
    });
    await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
    const { port } = socket.address();
    return {
      port,
      allocations: () => brain.allocated,
      close: () => new Promise((done) => socket.close(() => done())),
    };
  }
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    let held: Buffer = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, chunk]);
      for (let length = lengthOf(held); length !== null && held.length >= length; length = lengthOf(held)) {
        const answer = brain.answer(held.subarray(0, length));
        held = held.subarray(length);
        // In two pieces, as a network may deliver it.
        if (answer) {
          socket.write(answer.subarray(0, 7));
          setImmediate(() => socket.write(answer.subarray(7)));
        }
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  return {
    port: (server.address() as AddressInfo).port,
    allocations: () => brain.allocated,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
