/** A media session with the bridge: one RTCPeerConnection, whose remote side this page describes itself. */

import type { Held, MediaKind, ReceiverConstraints, SessionOffer, TransportParameters } from '../messages.ts';
import { BridgeChannel } from './channel.ts';
import { offerSdp, SENDING, type Slot, sentSsrcs, transportOf } from './sdp.ts';
import { nearSilence, type StandIn, stillPicture } from './stand-ins.ts';
import { type LocalTrack, RemoteTrack } from './tracks.ts';

export interface SessionEvents {
  onAnswer(generation: number, transport: TransportParameters): void;
  /** What is sent, after every negotiation. */
  onSending(ssrcs: ReadonlyMap<MediaKind, number>): void;
  onTrackAdded(track: RemoteTrack): void;
  onTrackRemoved(track: RemoteTrack): void;
  onIceState(state: RTCIceConnectionState): void;
  onChannel(open: boolean): void;
  onError(error: unknown): void;
}

/** A source that the bridge announced. */
type Source = NonNullable<Slot['source']>;

export class MediaSession {
  readonly isP2P = false;
  readonly peerconnection: RTCPeerConnection;
  readonly channel: BridgeChannel;
  readonly #offer: SessionOffer;
  readonly #events: SessionEvents;
  readonly #slots: Slot[] = [];
  readonly #tracks = new Map<string, RemoteTrack>();
  readonly #local = new Map<MediaKind, LocalTrack>();
  readonly #standIns = new Map<MediaKind, StandIn>();
  #announced = new Map<MediaKind, readonly Source[]>();
  #version = 0;
  #answered = false;
  #closed = false;
  /** Negotiations follow one another; one that waits does for everything asked before it begins. */
  #work: Promise<void> = Promise.resolve();
  #waiting = false;
  #held: Promise<void> = Promise.resolve();

  constructor(offer: SessionOffer, channelUrl: string, local: readonly LocalTrack[], events: SessionEvents) {
    this.#offer = offer;
    this.#events = events;
    this.peerconnection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    this.peerconnection.addEventListener('iceconnectionstatechange', () => {
      if (!this.#closed) events.onIceState(this.peerconnection.iceConnectionState);
    });
    // Chromium has no failed ICE state under Unified Plan; lib-jitsi-meet takes it from here, too (JingleSessionPC).
    this.peerconnection.addEventListener('connectionstatechange', () => {
      const { connectionState, iceConnectionState } = this.peerconnection;
      if (!this.#closed && connectionState === 'failed' && iceConnectionState === 'disconnected')
        events.onIceState('failed');
    });
    for (const track of local) this.addLocal(track);
    this.#negotiate();
    this.channel = new BridgeChannel(channelUrl, {
      onOpen: () => events.onChannel(true),
      onClose: () => events.onChannel(false),
      onSources: (kind, sources) => {
        this.#announced.set(
          kind,
          sources.map(({ source, owner, ssrc }) => ({ name: source, owner, ssrc })),
        );
        this.#negotiate();
      },
    });
  }

  addLocal(track: LocalTrack): void {
    this.#local.set(track.kind, track);
    // A screen comes later than the camera, and goes: it has a section of its own, which is there from the start.
    if (track.kind === 'screen') void this.#sendScreen(track.getTrack());
    else this.peerconnection.addTrack(track.getTrack(), track.getOriginalStream());
    if (track.isMuted()) void this.refresh(track.kind);
    if (this.#answered && track.kind !== 'screen') this.#negotiate();
  }

  async removeLocal(track: LocalTrack): Promise<void> {
    this.#local.delete(track.kind);
    if (track.kind === 'screen') await this.#sendScreen(null);
    else await this.#sender(track.kind)?.replaceTrack(null);
  }

  /** Sends a screen's picture in its section, or nothing more. */
  async #sendScreen(track: MediaStreamTrack | null): Promise<void> {
    const transceiver = this.#transceiver('screen');
    // Before the first negotiation there is no such section yet.
    if (!transceiver) return;
    transceiver.direction = track ? 'sendonly' : 'inactive';
    await transceiver.sender.replaceTrack(track);
    this.#negotiate();
  }

  setConstraints(constraints: ReceiverConstraints): void {
    this.channel.setConstraints(constraints);
  }

  #negotiate(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.#work = this.#work
      .then(() => {
        this.#waiting = false;
        return this.#closed ? undefined : this.#negotiateNow();
      })
      .catch((error: unknown) => {
        if (!this.#closed) this.#events.onError(error);
      });
  }

  async #negotiateNow(): Promise<void> {
    const { peerconnection } = this;
    const removed = this.#assignSlots();
    await peerconnection.setRemoteDescription({
      type: 'offer',
      sdp: offerSdp(this.#offer, this.#slots, ++this.#version),
    });
    // A session that begins while a screen is shared sends it from the start.
    const screen = this.#local.get('screen');
    const transceiver = this.#transceiver('screen');
    if (screen && transceiver && transceiver.sender.track !== screen.getTrack()) {
      transceiver.direction = 'sendonly';
      await transceiver.sender.replaceTrack(screen.getTrack());
    }
    const answer = await peerconnection.createAnswer();
    await peerconnection.setLocalDescription(answer);
    if (this.#closed) return;
    const sdp = peerconnection.localDescription!.sdp;
    if (!this.#answered) {
      this.#answered = true;
      this.#events.onAnswer(this.#offer.generation, transportOf(sdp));
    }
    this.#events.onSending(sentSsrcs(sdp));
    for (const track of removed) this.#events.onTrackRemoved(track);
    this.#addTracks();
  }

  /** Gives every announced source a section and frees those of sources that are gone, whose tracks it returns. */
  #assignSlots(): RemoteTrack[] {
    const wanted = new Map<string, Source & { kind: MediaKind }>();
    for (const [kind, sources] of this.#announced)
      for (const source of sources) wanted.set(key(source), { ...source, kind });
    const removed: RemoteTrack[] = [];
    for (const slot of this.#slots) {
      if (!slot.source) continue;
      if (wanted.delete(key(slot.source))) continue;
      removed.push(...this.#forget(slot.source));
      slot.source = null;
    }
    for (const { kind, ...source } of wanted.values()) {
      const free = this.#slots.find((slot) => slot.kind === kind && slot.source === null);
      if (free) free.source = source;
      else this.#slots.push({ mid: String(SENDING.length + this.#slots.length), kind, source });
    }
    return removed;
  }

  #forget(source: Source): RemoteTrack[] {
    const track = this.#tracks.get(key(source));
    this.#tracks.delete(key(source));
    return track ? [track] : [];
  }

  #addTracks(): void {
    const added: RemoteTrack[] = [];
    for (const { mid, kind, source } of this.#slots) {
      if (!source || this.#tracks.has(key(source))) continue;
      const transceiver = this.peerconnection.getTransceivers().find((each) => each.mid === mid);
      if (!transceiver) continue;
      const track = new RemoteTrack(transceiver.receiver.track, kind, { ...source, source: source.name });
      this.#tracks.set(key(source), track);
      added.push(track);
    }
    if (added.length === 0) return;
    this.channel.say({ colibriClass: 'SourcesApplied', ssrcs: added.map((track) => track.getSsrc()) });
    for (const track of added) this.#events.onTrackAdded(track);
  }

  /** All remote tracks. */
  tracks(): RemoteTrack[] {
    return [...this.#tracks.values()];
  }

  /** Puts a still picture or near silence in the place of this participant's media, or takes it away again. */
  hold({ frozen, silent, small }: Held): void {
    const standIn = async (
      kind: MediaKind,
      wanted: boolean,
      make: (track: MediaStreamTrack) => StandIn | Promise<StandIn>,
    ) => {
      const local = this.#local.get(kind);
      const present = this.#standIns.get(kind);
      if (wanted === (present !== undefined) || !local || this.#closed) return;
      if (wanted) this.#standIns.set(kind, await make(local.getTrack()));
      else this.#standIns.delete(kind);
      await this.refresh(kind);
      present?.stop();
    };
    this.#held = this.#held
      .then(() => standIn('video', frozen, stillPicture))
      .then(() => standIn('audio', silent, nearSilence))
      .then(() => this.#shrink(small))
      .catch((error: unknown) => console.error('vigie-sandbox: cannot hold the media', error));
  }

  /** Sends pictures of a quarter of their height, or whole ones. */
  async #shrink(small: boolean): Promise<void> {
    const sender = this.#sender('video');
    const parameters = sender?.getParameters();
    const [encoding] = parameters?.encodings ?? [];
    const scale = small ? 4 : 1;
    if (!sender || !parameters || !encoding || (encoding.scaleResolutionDownBy ?? 1) === scale) return;
    encoding.scaleResolutionDownBy = scale;
    await sender.setParameters(parameters);
  }

  /** Sends what is to be sent of this kind now: nothing for a muted camera, else the stand-in or the track. */
  async refresh(kind: MediaKind): Promise<void> {
    const local = this.#local.get(kind);
    if (!local) return;
    const track = this.#standIns.get(kind)?.track ?? local.getTrack();
    await this.#sender(kind)?.replaceTrack(kind === 'video' && local.isMuted() ? null : track);
  }

  #sender(kind: MediaKind): RTCRtpSender | undefined {
    const known = this.peerconnection.getTransceivers();
    return (this.#transceiver(kind) ?? known.find(({ receiver }) => receiver.track.kind === kind))?.sender;
  }

  #transceiver(kind: MediaKind): RTCRtpTransceiver | undefined {
    const { mid } = SENDING.find((sending) => sending.kind === kind)!;
    return this.peerconnection.getTransceivers().find((transceiver) => transceiver.mid === mid);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.channel.close();
    this.peerconnection.close();
    for (const standIn of this.#standIns.values()) standIn.stop();
  }
}

function key({ name, ssrc }: Source): string {
  return `${name} ${ssrc}`;
}
