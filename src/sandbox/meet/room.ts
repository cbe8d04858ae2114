/** A room: who is in it, what they learn of each other, and their media sessions with the bridge. */
import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { ActiveFaults } from '../active-faults.ts';
import type { Account } from './accounts.ts';
import { Bridge } from './bridge.ts';
import { BRIDGES, type BridgeName, SECOND_BRIDGE } from './bridges.ts';
import { sourceName } from './kinds.ts';
import type { ChannelHears, ChannelSays, PageHears, PageSays, Presence, SourceInfo } from './messages.ts';
import { nameParticipants } from './names.ts';
import { MediaTransport } from './transport.ts';

/** As jicofo's `conference.min-participants`: who is alone has no media session. */
const MIN_PARTICIPANTS = 2;
interface Participant {
  readonly id: string;
  readonly signaling: WebSocket;
  displayName: string;
  name: string;
  sources: SourceInfo[];
  /** Counts media sessions; what belongs to an earlier one is ignored. */
  generation: number;
  transport: MediaTransport | null;
  channel: WebSocket | null;
  /** What the page was last asked to act out. */
  held: string;
  /** The source maps last sent over the channel. */
  mapped: string;
  /** It has an account: a host, who moderates. */
  readonly host: boolean;
}

/** Why somebody may not join, as lib-jitsi-meet has it. */
export interface JoinRefusal {
  readonly error: string;
  readonly text: string;
}

type Message<Type extends PageSays['type']> = Extract<PageSays, { type: Type }>;

export class Room {
  readonly name: string;
  readonly #participants = new Map<string, Participant>();
  readonly #faults: ActiveFaults;
  readonly #bridge: Bridge;
  readonly #version: string;
  readonly #choose: (region: string | undefined) => BridgeName;
  #at: BridgeName | null = null;
  readonly #closing = new Set<Promise<void>>();
  #lobby = false;
  /** Those in the lobby, and those who were admitted from it. */
  readonly #knocking = new Map<string, WebSocket>();
  readonly #admitted = new Set<string>();

  /** @param choose gives a room its bridge, near whoever comes first */
  constructor(
    name: string,
    faults: ActiveFaults,
    version: string,
    choose: (region: string | undefined) => BridgeName,
  ) {
    this.name = name;
    this.#choose = choose;
    this.#faults = faults;
    this.#version = version;
    this.#bridge = new Bridge(faults);
  }

  /** The bridge that it is on; null before somebody came. */
  get at(): BridgeName | null {
    return this.#at;
  }

  get empty(): boolean {
    return this.#participants.size === 0;
  }

  /** RTP packets forwarded since the room began. */
  get forwarded(): number {
    return this.#bridge.forwarded;
  }

  /** Who is in the room: the letter for faults, the endpoint id and the display name. */
  list(): { name: string; id: string; displayName: string }[] {
    return [...this.#participants.values()].map(({ name, id, displayName }) => ({ name, id, displayName }));
  }

  /** Why somebody may not join now; null: nothing is against it. */
  refusal(id: string, account: Account | null): JoinRefusal | null {
    if (account?.room && account.room !== this.name)
      return { error: 'conference.connectionError.notAllowed', text: 'Room and token mismatched' };
    const hosted = account !== null || [...this.#participants.values()].some(({ host }) => host);
    if (!hosted && this.#faults.is('account-required'))
      return { error: 'conference.authenticationRequired', text: 'not authorized user domain' };
    const closed =
      this.#lobby && account === null && !this.#admitted.has(id) && !this.#faults.is('lobby-open');
    return closed ? { error: 'conference.connectionError.membersOnly', text: '' } : null;
  }

  /** Who was first, or has an account, moderates and may do this. */
  closeLobby(id: string): void {
    const participant = this.#participants.get(id);
    if (!participant) return;
    this.#lobby = true;
    say(participant.signaling, { type: 'lobby-closed' });
  }

  /** Somebody waits in the lobby; those in the room are told. */
  knock(id: string, signaling: WebSocket, displayName: string): void {
    this.#knocking.set(id, signaling);
    signaling.once('close', () => this.#knocking.delete(id));
    say(signaling, { type: 'in-lobby' });
    if (this.#faults.is('lobby-deaf')) return;
    for (const { signaling: inside } of this.#participants.values())
      say(inside, { type: 'knocks', id, displayName });
  }

  /** Lets those in who wait under these ids. */
  admit(ids: readonly string[]): void {
    if (this.#faults.is('lobby-stuck')) return;
    for (const id of ids) {
      const waiting = this.#knocking.get(id);
      if (!waiting) continue;
      this.#knocking.delete(id);
      this.#admitted.add(id);
      say(waiting, { type: 'admitted' });
    }
  }

  /** Lets somebody in; everybody is notified, and media sessions begin once there are two. */
  join(
    id: string,
    signaling: WebSocket,
    { displayName, sources, region }: Message<'join'>,
    host: boolean,
  ): void {
    // As jicofo's SingleBridgeSelectionStrategy, its default: whoever comes first decides for the room.
    if (this.empty) this.#at = this.#choose(region);
    const participant: Participant = {
      id,
      signaling,
      displayName,
      name: '',
      sources: sources.map(({ kind, muted }) => ({ name: sourceName(id, kind), kind, muted })),
      generation: 0,
      transport: null,
      channel: null,
      held: '',
      mapped: '',
      host,
    };
    const others = [...this.#participants.values()];
    this.#participants.set(id, participant);
    say(signaling, { type: 'joined', others: others.map(presenceOf) });
    for (const other of others) say(other.signaling, { type: 'presence', presence: presenceOf(participant) });
    this.#rename();
    if (this.#participants.size < MIN_PARTICIPANTS) return;
    for (const each of this.#participants.values())
      if (each.generation === 0) void this.startSession(each.id);
  }

  /** Takes somebody out and notifies the others. */
  leave(id: string): void {
    const participant = this.#participants.get(id);
    if (!participant) return;
    this.#participants.delete(id);
    this.#endSession(participant);
    for (const other of this.#participants.values()) say(other.signaling, { type: 'left', id });
    this.#rename();
    this.#announceSources();
  }

  /** Resolves once the last socket is closed. */
  async close(): Promise<void> {
    for (const id of [...this.#participants.keys()]) this.leave(id);
    this.#bridge.close();
    await Promise.all(this.#closing);
  }

  setDisplayName(id: string, displayName: string): void {
    const participant = this.#participants.get(id);
    if (!participant) return;
    participant.displayName = displayName;
    this.#tellOthers(participant);
    this.#rename();
  }

  /** What one receives is told to the others, as clients of Jitsi do over the bridge channel. */
  passStats(id: string, { audioKbps, videoKbps }: Message<'stats'>): void {
    for (const other of this.#participants.values()) {
      if (other.id !== id) say(other.signaling, { type: 'stats', id, audioKbps, videoKbps });
    }
  }

  setSources(id: string, { sources }: Message<'sources'>): void {
    const participant = this.#participants.get(id);
    if (!participant) return;
    participant.sources = sources.map(({ kind, muted }) => ({ name: sourceName(id, kind), kind, muted }));
    this.#bridge.setSources(id, sources);
    this.#tellOthers(participant);
    this.#announceSources();
  }

  #tellOthers(participant: Participant): void {
    for (const other of this.#participants.values()) {
      if (other !== participant)
        say(other.signaling, { type: 'presence', presence: presenceOf(participant) });
    }
  }

  #rename(): void {
    const names = nameParticipants([...this.#participants.values()]);
    for (const participant of this.#participants.values()) {
      participant.name = names.get(participant.id) ?? '';
      this.#bridge.rename(participant.id, participant.name);
    }
    this.applyFaults();
  }

  /** Brings what is not decided packet by packet in line with the faults. */
  applyFaults(): void {
    for (const participant of this.#participants.values()) {
      const frozen = this.#faults.held('frozen', participant.name);
      const silent = this.#faults.held('silent', participant.name);
      const small = this.#faults.held('small', participant.name);
      const kept = this.#faults.held('kept', participant.name);
      const held = `${frozen} ${silent} ${small} ${kept}`;
      if (held !== (participant.held || 'false false false false'))
        say(participant.signaling, { type: 'hold', frozen, silent, small, kept });
      participant.held = held;
      // 1006 at the page: nothing said goodbye.
      if (this.#faults.bridgeChannelCut(participant.name)) participant.channel?.terminate();
    }
    this.#bridge.refresh();
  }

  /** Offers a media session, the first or a new one after the last failed. */
  async startSession(id: string): Promise<void> {
    const participant = this.#participants.get(id);
    if (!participant) return;
    this.#endSession(participant);
    const generation = ++participant.generation;
    const transport = await MediaTransport.open({
      onRtp: (packet) => this.#bridge.onRtp(id, packet),
      onRtcp: (packet) => this.#bridge.onRtcp(id, packet),
      reachable: () =>
        !this.#faults.is('no-ice') && !(this.#at === SECOND_BRIDGE && this.#faults.is('no-ice-second')),
    });
    if (this.#participants.get(id) !== participant || participant.generation !== generation) {
      await transport.close();
      return;
    }
    participant.transport = transport;
    this.#bridge.add(id, participant.name, transport);
    const { server, region } = this.#at ?? BRIDGES[0];
    const channelPath = `/colibri-ws/${server}/${encodeURIComponent(this.name)}/${id}?pwd=${randomBytes(8).toString('hex')}`;
    say(participant.signaling, {
      type: 'session',
      offer: { ...transport.parameters, generation, channelPath, region },
    });
  }

  #endSession(participant: Participant): void {
    const { transport, channel } = participant;
    participant.transport = null;
    participant.channel = null;
    participant.mapped = '';
    this.#bridge.remove(participant.id);
    channel?.terminate();
    if (!transport) return;
    const closing = transport.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  answer(id: string, { generation, transport }: Message<'answer'>): void {
    const participant = this.#participants.get(id);
    if (participant?.generation !== generation) return;
    participant.transport?.connect(transport).catch(() => {
      // The page sees its connection fail, and asks for another.
    });
  }

  /** Takes a bridge channel in; false where there is nobody to have it, or it is broken. */
  openChannel(id: string, accept: () => WebSocket | undefined): boolean {
    const participant = this.#participants.get(id);
    if (!participant?.transport || this.#faults.bridgeChannelCut(participant.name)) return false;
    const channel = accept();
    if (!channel) return true;
    participant.channel?.terminate();
    participant.channel = channel;
    participant.mapped = '';
    channel.on('close', () => {
      if (participant.channel === channel) participant.channel = null;
    });
    send(channel, { colibriClass: 'ServerHello', version: this.#version });
    this.#announceSources();
    return true;
  }

  onChannel(id: string, message: ChannelSays): void {
    if (message.colibriClass === 'SourcesApplied') this.#bridge.applied(id, message.ssrcs);
    else this.#bridge.setConstraints(id, message);
  }

  #announceSources(): void {
    for (const participant of this.#participants.values()) {
      const { channel, id } = participant;
      if (!channel) continue;
      const audio = this.#bridge.mappedSources(id, 'audio');
      const video = [...this.#bridge.mappedSources(id, 'video'), ...this.#bridge.mappedSources(id, 'screen')];
      const mapped = JSON.stringify([audio, video]);
      if (mapped === participant.mapped) continue;
      participant.mapped = mapped;
      send(channel, { colibriClass: 'AudioSourcesMap', mappedSources: audio });
      send(channel, { colibriClass: 'VideoSourcesMap', mappedSources: video });
    }
  }
}

function presenceOf({ id, displayName, sources }: Participant): Presence {
  return { id, displayName, sources };
}

/** Says something to a page over signaling; one that is gone hears nothing. */
export function say(socket: WebSocket, message: PageHears): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
}

function send(channel: WebSocket, message: ChannelHears): void {
  if (channel.readyState === channel.OPEN) channel.send(JSON.stringify(message));
}
