/** The sandbox's two WebSockets: signaling, and the bridge channel. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { ActiveFaults } from '../active-faults.ts';
import { MEDIA_KINDS } from '../faults.ts';
import { type Account, type Login, loginWithPassword, loginWithToken } from './accounts.ts';
import { bridgeFor } from './bridges.ts';
import type { ChannelSays, PageSays } from './messages.ts';
import { Room, say } from './room.ts';

export const SIGNALING_PATH = '/sandbox/signaling';
const CHANNEL_PATH = /^\/colibri-ws\/[^/]+\/([^/]+)\/([0-9a-f]{8})$/;
const MAX_MESSAGE_BYTES = 64 * 1024;

const kind = z.enum(MEDIA_KINDS);
const displayName = z.string().max(200);
const ssrc = z.int().min(0).max(0xffffffff);

const pageSays = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('join'),
    room: z.string().min(1).max(200),
    displayName,
    region: z.string().max(63).exactOptional(),
    sources: z.array(z.object({ kind, muted: z.boolean() })).max(3),
  }),
  z.object({ type: z.literal('name'), displayName }),
  z.object({ type: z.literal('login'), user: z.string().max(200), password: z.string().max(200) }),
  z.object({ type: z.literal('login-token'), token: z.string().max(10_000) }),
  z.object({ type: z.literal('close-lobby') }),
  z.object({ type: z.literal('knock'), room: z.string().min(1).max(200), displayName }),
  z.object({ type: z.literal('admit'), ids: z.array(z.string().max(20)).max(100) }),
  z.object({
    type: z.literal('answer'),
    generation: z.int(),
    transport: z.object({ ufrag: z.string(), password: z.string(), fingerprint: z.string() }),
  }),
  z.object({
    type: z.literal('sources'),
    sources: z.array(z.object({ kind, ssrc, muted: z.boolean() })).max(3),
  }),
  z.object({
    type: z.literal('stats'),
    audioKbps: z.number().min(0).max(1e9),
    videoKbps: z.number().min(0).max(1e9),
  }),
  z.object({ type: z.literal('restart') }),
  z.object({ type: z.literal('ping'), number: z.int().min(0) }),
  z.object({ type: z.literal('leave') }),
]) satisfies z.ZodType<PageSays>;

const height = z.object({ maxHeight: z.number() });
const channelSays = z.discriminatedUnion('colibriClass', [
  z.object({ colibriClass: z.literal('SourcesApplied'), ssrcs: z.array(ssrc) }),
  z.object({
    colibriClass: z.literal('ReceiverVideoConstraints'),
    lastN: z.number().exactOptional(),
    defaultConstraints: height.exactOptional(),
    constraints: z.record(z.string(), height).exactOptional(),
  }),
]) satisfies z.ZodType<ChannelSays>;

export class Signaling {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  readonly #rooms = new Map<string, Room>();
  readonly #faults: ActiveFaults;
  readonly #version: string;
  readonly #stopListening: () => void;
  readonly #closing = new Set<Promise<void>>();
  #forwardedBefore = 0;

  constructor(faults: ActiveFaults, version: string) {
    this.#faults = faults;
    this.#version = version;
    this.#stopListening = faults.onChange(() => {
      for (const room of this.#rooms.values()) room.applyFaults();
    });
  }

  /** The rooms with somebody in them. */
  rooms(): { room: string; participants: ReturnType<Room['list']> }[] {
    return [...this.#rooms.values()].map((room) => ({ room: room.name, participants: room.list() }));
  }

  /** RTP packets forwarded since the start. */
  get forwarded(): number {
    return [...this.#rooms.values()].reduce((sum, room) => sum + room.forwarded, this.#forwardedBefore);
  }

  /** Takes an upgrade request; false where it is for nobody here, and nothing was done. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const { pathname } = new URL(request.url ?? '/', 'http://sandbox');
    const accept = () => {
      const accepted: { socket?: WebSocket } = {};
      // `ws` calls back synchronously.
      this.#server.handleUpgrade(request, socket, head, (webSocket) => {
        accepted.socket = webSocket;
      });
      return accepted.socket;
    };
    if (pathname === SIGNALING_PATH) {
      const signaling = accept();
      if (signaling) this.#onSignaling(signaling);
      return true;
    }
    const [, room, id] = CHANNEL_PATH.exec(pathname) ?? [];
    return room !== undefined && id !== undefined && this.#onChannel(decodeURIComponent(room), id, accept);
  }

  #onSignaling(socket: WebSocket): void {
    const id = randomBytes(4).toString('hex');
    let room: Room | null = null;
    let account: Account | null = null;
    const logIn = (login: Login) => {
      if (login.kind === 'account') account = login.account;
      say(
        socket,
        login.kind === 'account' ? { type: 'logged-in' } : { type: 'login-refused', text: login.text },
      );
    };
    const leave = () => {
      const left = room;
      room = null;
      left?.leave(id);
      if (left?.empty) this.#end(left);
    };
    socket.on('message', (data) => {
      const message = read(pageSays, data);
      if (!message) return socket.close(1007, 'not a message of the sandbox');
      if (message.type === 'join') {
        leave();
        const wanted = this.#room(message.room);
        const refusal = wanted.refusal(id, account);
        if (refusal) {
          say(socket, { type: 'not-joined', ...refusal });
          if (wanted.empty) this.#end(wanted);
        } else {
          room = wanted;
          room.join(id, socket, message, account !== null);
        }
      } else if (message.type === 'login') logIn(loginWithPassword(message.user, message.password));
      else if (message.type === 'login-token') logIn(loginWithToken(message.token, this.#clock()));
      else if (message.type === 'close-lobby') room?.closeLobby(id);
      else if (message.type === 'knock')
        this.#rooms.get(message.room)?.knock(id, socket, message.displayName);
      else if (message.type === 'admit') room?.admit(message.ids);
      else if (message.type === 'ping') {
        const { number } = message;
        setTimeout(() => say(socket, { type: 'pong', number }), this.#faults.signalingDelayMs).unref();
      } else if (message.type === 'leave') leave();
      else if (message.type === 'name') room?.setDisplayName(id, message.displayName);
      else if (message.type === 'stats') room?.passStats(id, message);
      else if (message.type === 'sources') room?.setSources(id, message);
      else if (message.type === 'answer') room?.answer(id, message);
      else if (!this.#faults.is('no-restart')) void room?.startSession(id);
    });
    socket.on('close', leave);
    socket.on('error', leave);
    say(socket, { type: 'welcome', id });
  }

  /** Seconds since the epoch, as tokens are judged. */
  #clock(): number {
    return Date.now() / 1000 + (this.#faults.is('clock-ahead') ? 3600 : 0);
  }

  #onChannel(roomName: string, id: string, accept: () => WebSocket | undefined): boolean {
    const room = this.#rooms.get(roomName);
    return (
      room?.openChannel(id, () => {
        const channel = accept();
        channel?.on('message', (data) => {
          const message = read(channelSays, data);
          if (message) room.onChannel(id, message);
        });
        channel?.on('error', () => channel.terminate());
        return channel;
      }) ?? false
    );
  }

  #room(name: string): Room {
    const known = this.#rooms.get(name);
    if (known) return known;
    const choose = (region: string | undefined) =>
      bridgeFor(
        [...this.#rooms.values()].map(({ at }) => at),
        region,
        this.#faults.is('regions-ignored'),
      );
    const room = new Room(name, this.#faults, this.#version, choose);
    this.#rooms.set(name, room);
    return room;
  }

  #end(room: Room): void {
    this.#forwardedBefore += room.forwarded;
    this.#rooms.delete(room.name);
    const closing = room.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /** Ends every room and connection; resolves once all sockets are closed. */
  async close(): Promise<void> {
    this.#stopListening();
    for (const room of [...this.#rooms.values()]) this.#end(room);
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
    await Promise.all(this.#closing);
  }
}

function read<T>(schema: z.ZodType<T>, data: unknown): T | null {
  try {
    return schema.parse(JSON.parse(String(data)));
  } catch {
    return null;
  }
}
