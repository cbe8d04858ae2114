/** A conference with the methods and events of lib-jitsi-meet's JitsiConference that a bot needs. */

import type {
  Held,
  MediaKind,
  PageHears,
  PageSays,
  Presence,
  ReceiverConstraints,
  SourceInfo,
} from '../messages.ts';
import { conferenceErrors, conferenceEvents, Emitter, qualityEvents } from './events.ts';
import { MediaSession } from './session.ts';
import type { LocalTrack, RemoteTrack } from './tracks.ts';

/** As lib-jitsi-meet's MAX_CONNECTION_RETRIES: how often a media session that failed is asked for anew. */
const MAX_RESTARTS = 3;
/** How often a client tells the others what it receives; Jitsi's do every ten seconds. */
const STATS_MS = 2000;

/** What a conference needs of its connection. */
export interface Signaling {
  readonly id: string;
  readonly url: string;
  say(message: PageSays): void;
}

export class Participant {
  readonly #presence: Presence;
  readonly #conference: Conference;

  constructor(presence: Presence, conference: Conference) {
    this.#presence = presence;
    this.#conference = conference;
  }

  getId(): string {
    return this.#presence.id;
  }

  getDisplayName(): string {
    return this.#presence.displayName;
  }

  getTracks(): RemoteTrack[] {
    return this.#conference.remoteTracks().filter((track) => track.getParticipantId() === this.getId());
  }

  /** As presence says: true also where there is none. */
  isAudioMuted(): boolean {
    return this.source('audio')?.muted ?? true;
  }

  isVideoMuted(): boolean {
    return this.source('video')?.muted ?? true;
  }

  source(kind: MediaKind): SourceInfo | undefined {
    return this.#presence.sources.find((source) => source.kind === kind);
  }
}

export class Conference extends Emitter {
  readonly #signaling: Signaling;
  readonly #room: string;
  readonly #region: string | undefined;
  readonly #local: LocalTrack[] = [];
  readonly #participants = new Map<string, Participant>();
  #displayName = '';
  #session: MediaSession | null = null;
  #held: Held = { frozen: false, silent: false, small: false, kept: false };
  #constraints: ReceiverConstraints | null = null;
  #ssrcs: ReadonlyMap<MediaKind, number> = new Map();
  #restarts = 0;
  #joined = false;
  #wasConnected = false;
  #interrupted = false;
  #lobbyClosed: () => void = () => {};
  #inLobby: () => void = () => {};
  readonly #pongs = new Map<number, () => void>();
  #pings = 0;
  readonly #received = new Map<MediaKind, number>();
  #reporting: ReturnType<typeof setInterval> | undefined;

  constructor(signaling: Signaling, room: string, region?: string) {
    super();
    this.#signaling = signaling;
    this.#room = room;
    this.#region = region;
  }

  /** As lib-jitsi-meet's XMPP: rejects with nothing where there is no answer in time. */
  readonly xmpp = {
    ping: (timeoutMs: number): Promise<void> =>
      new Promise((resolve, reject) => {
        const number = this.#pings++;
        const timer = setTimeout(() => {
          this.#pongs.delete(number);
          reject();
        }, timeoutMs);
        this.#pongs.set(number, () => {
          clearTimeout(timer);
          resolve();
        });
        this.#signaling.say({ type: 'ping', number });
      }),
  };

  getName(): string {
    return this.#room;
  }

  myUserId(): string {
    return this.#signaling.id;
  }

  isJoined(): boolean {
    return this.#joined;
  }

  getParticipants(): Participant[] {
    return [...this.#participants.values()];
  }

  getParticipantById(id: string): Participant | undefined {
    return this.#participants.get(id);
  }

  getLocalTracks(): LocalTrack[] {
    return [...this.#local];
  }

  remoteTracks(): RemoteTrack[] {
    return this.#session?.tracks() ?? [];
  }

  isP2PActive(): boolean {
    return false;
  }

  /** The session with the bridge: the raw connection is its `peerconnection`. Null while alone. */
  getActivePeerConnection(): MediaSession | null {
    return this.#session;
  }

  getMediaSessions(): { readonly isP2P: boolean; readonly peerconnection: MediaSession }[] {
    return this.#session ? [{ isP2P: false, peerconnection: this.#session }] : [];
  }

  getConnectionState(): string | null {
    return this.#session?.peerconnection.iceConnectionState ?? null;
  }

  setDisplayName(name: string): void {
    this.#displayName = name;
    if (this.#joined) this.#signaling.say({ type: 'name', displayName: name });
  }

  setReceiverConstraints(constraints: ReceiverConstraints): void {
    this.#constraints = constraints;
    this.#session?.setConstraints(constraints);
  }

  async addTrack(track: LocalTrack): Promise<void> {
    if (this.#local.some((known) => known.kind === track.kind)) {
      throw new Error(`there is a local ${track.kind} track already`);
    }
    this.#local.push(track);
    track.owner = this.myUserId();
    track.onMuteChange = async () => {
      await this.#session?.refresh(track.kind);
      this.#saySources();
      this.emit(conferenceEvents.TRACK_MUTE_CHANGED, track);
    };
    this.#session?.addLocal(track);
    this.emit(conferenceEvents.TRACK_ADDED, track);
  }

  async removeTrack(track: LocalTrack): Promise<void> {
    const index = this.#local.indexOf(track);
    if (index < 0) return;
    track.kept = this.#held.kept;
    if (track.kept) return;
    this.#local.splice(index, 1);
    track.onMuteChange = null;
    await this.#session?.removeLocal(track);
    this.emit(conferenceEvents.TRACK_REMOVED, track);
  }

  join(): void {
    const sources = this.#local.map((track) => ({ kind: track.kind, muted: track.isMuted() }));
    const region = this.#region;
    this.#signaling.say({
      ...{ type: 'join', room: this.#room, displayName: this.#displayName, sources },
      ...(region !== undefined && { region }),
    });
  }

  /** A moderator's: from now on whoever joins must be admitted. */
  enableLobby(): Promise<void> {
    return new Promise((resolve) => {
      this.#lobbyClosed = resolve;
      this.#signaling.say({ type: 'close-lobby' });
    });
  }

  joinLobby(displayName: string): Promise<void> {
    return new Promise((resolve) => {
      this.#inLobby = resolve;
      this.#signaling.say({ type: 'knock', room: this.#room, displayName });
    });
  }

  lobbyApproveAccess(ids: string | readonly string[]): void {
    this.#signaling.say({ type: 'admit', ids: typeof ids === 'string' ? [ids] : [...ids] });
  }

  async leave(): Promise<void> {
    this.#signaling.say({ type: 'leave' });
    this.end();
    this.emit(conferenceEvents.CONFERENCE_LEFT, this.myUserId());
  }

  /** Ends the conference without a word to anybody. */
  end(): void {
    clearInterval(this.#reporting);
    this.#joined = false;
    this.#endSession();
  }

  /** Tells the others what is received, as Jitsi's clients do (ConnectionQuality). */
  async #report(): Promise<void> {
    const entries = (await this.#session?.peerconnection.getStats()) ?? new Map();
    const bytes: Record<'audio' | 'video', number> = { audio: 0, video: 0 };
    for (const entry of entries.values() as Iterable<{
      type: string;
      kind?: 'audio' | 'video';
      bytesReceived?: number;
    }>) {
      if (entry.type === 'inbound-rtp' && entry.kind) bytes[entry.kind] += entry.bytesReceived ?? 0;
    }
    const rate = (kind: 'audio' | 'video') => {
      const before = this.#received.get(kind) ?? 0;
      this.#received.set(kind, bytes[kind]);
      return Math.round((Math.max(0, bytes[kind] - before) * 8) / STATS_MS);
    };
    this.#signaling.say({ type: 'stats', audioKbps: rate('audio'), videoKbps: rate('video') });
  }

  #endSession(): void {
    const session = this.#session;
    this.#session = null;
    session?.close();
    for (const track of session?.tracks() ?? []) this.emit(conferenceEvents.TRACK_REMOVED, track);
  }

  /** What the sandbox says, for the conference to act on. */
  hear(message: PageHears): void {
    switch (message.type) {
      case 'joined':
        for (const presence of message.others) this.#onPresence(presence);
        this.#joined = true;
        this.#reporting ??= setInterval(() => void this.#report(), STATS_MS);
        this.emit(conferenceEvents.CONFERENCE_JOINED);
        break;
      case 'presence':
        this.#onPresence(message.presence);
        break;
      case 'left':
        this.#onLeft(message.id);
        break;
      case 'pong':
        this.#pongs.get(message.number)?.();
        this.#pongs.delete(message.number);
        break;
      case 'session':
        this.#start(message.offer);
        break;
      case 'hold':
        this.#held = message;
        this.#session?.hold(message);
        break;
      case 'stats':
        this.emit(qualityEvents.REMOTE_STATS_UPDATED, message.id, {
          bitrate: {
            download: message.audioKbps + message.videoKbps,
            audio: { download: message.audioKbps },
            video: { download: message.videoKbps },
          },
        });
        break;
      case 'not-joined':
        this.emit(conferenceEvents.CONFERENCE_FAILED, message.error, message.text);
        break;
      case 'lobby-closed':
        this.#lobbyClosed();
        break;
      case 'in-lobby':
        this.#inLobby();
        break;
      case 'knocks':
        this.emit(conferenceEvents.LOBBY_USER_JOINED, message.id, message.displayName);
        break;
      case 'admitted':
        this.join();
        break;
      case 'welcome':
      case 'logged-in':
      case 'login-refused':
        break;
    }
  }

  #onPresence(presence: Presence): void {
    const before = this.#participants.get(presence.id);
    const participant = new Participant(presence, this);
    this.#participants.set(presence.id, participant);
    if (!before) this.emit(conferenceEvents.USER_JOINED, presence.id, participant);
    else if (before.getDisplayName() !== presence.displayName) {
      this.emit(conferenceEvents.DISPLAY_NAME_CHANGED, presence.id, presence.displayName);
    }
    for (const track of participant.getTracks()) {
      const source = participant.source(track.kind);
      if (source && track.setMuted(source.muted)) this.emit(conferenceEvents.TRACK_MUTE_CHANGED, track);
    }
  }

  #onLeft(id: string): void {
    const participant = this.#participants.get(id);
    if (!participant) return;
    this.#participants.delete(id);
    this.emit(conferenceEvents.USER_LEFT, id, participant);
  }

  #start(offer: Extract<PageHears, { type: 'session' }>['offer']): void {
    this.#endSession();
    this.#wasConnected = this.#interrupted = false;
    const channelUrl = new URL(offer.channelPath, this.#signaling.url).href;
    const session = new MediaSession(offer, channelUrl, this.#local, {
      onAnswer: (generation, transport) => this.#signaling.say({ type: 'answer', generation, transport }),
      onSending: (ssrcs) => {
        this.#ssrcs = ssrcs;
        this.#saySources();
      },
      onTrackAdded: (track) => {
        track.setMuted(this.#participants.get(track.getParticipantId())?.source(track.kind)?.muted ?? false);
        this.emit(conferenceEvents.TRACK_ADDED, track);
      },
      onTrackRemoved: (track) => this.emit(conferenceEvents.TRACK_REMOVED, track),
      onIceState: (state) => this.#onIceState(state),
      onChannel: (open) => {
        if (open) this.emit(conferenceEvents.DATA_CHANNEL_OPENED);
        else this.emit(conferenceEvents.DATA_CHANNEL_CLOSED, { code: 1006, reason: '' });
      },
      onError: (error) => {
        console.error('vigie-sandbox: offer and answer', error);
        this.emit(conferenceEvents.CONFERENCE_FAILED, conferenceErrors.OFFER_ANSWER_FAILED, String(error));
      },
    });
    this.#session = session;
    this.emit(conferenceEvents.SERVER_REGION_CHANGED, offer.region);
    if (this.#constraints) session.setConstraints(this.#constraints);
    const { frozen, silent, small } = this.#held;
    if (frozen || silent || small) session.hold(this.#held);
    this.emit(conferenceEvents._MEDIA_SESSION_STARTED, { isP2P: false, peerconnection: session });
  }

  #saySources(): void {
    if (this.#ssrcs.size === 0) return;
    const sources = this.#local.flatMap((track) => {
      const { kind } = track;
      const ssrc = this.#ssrcs.get(kind);
      return ssrc === undefined ? [] : [{ kind, ssrc, muted: track.isMuted() }];
    });
    this.#signaling.say({ type: 'sources', sources });
  }

  #onIceState(state: RTCIceConnectionState): void {
    if (state === 'connected' || state === 'completed') {
      if (!this.#wasConnected) this.emit(conferenceEvents.CONNECTION_ESTABLISHED);
      else if (this.#interrupted) this.emit(conferenceEvents.CONNECTION_RESTORED);
      this.#wasConnected = true;
      this.#interrupted = false;
      this.#restarts = 0;
    } else if (state === 'disconnected' && !this.#interrupted) {
      this.#interrupted = true;
      this.emit(conferenceEvents.CONNECTION_INTERRUPTED);
    } else if (state === 'failed') this.#onFailed();
  }

  #onFailed(): void {
    if (this.#restarts < MAX_RESTARTS) {
      this.#restarts++;
      this.#signaling.say({ type: 'restart' });
    } else {
      this.emit(conferenceEvents.CONFERENCE_FAILED, conferenceErrors.ICE_FAILED);
    }
  }
}
