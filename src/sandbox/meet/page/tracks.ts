/** Tracks with the methods that lib-jitsi-meet's JitsiLocalTrack and JitsiRemoteTrack have. */

import { rtpKind, sourceName } from '../kinds.ts';
import type { MediaKind } from '../messages.ts';
import { Emitter, trackEvents } from './events.ts';

export interface LocalTrackInfo {
  readonly stream: MediaStream;
  readonly track?: MediaStreamTrack;
  readonly mediaType: 'audio' | 'video';
  readonly sourceType?: string;
  readonly videoType?: string;
}

/** As lib-jitsi-meet's VideoType has them. */
const VIDEO_TYPES: Readonly<Record<MediaKind, string | undefined>> = {
  audio: undefined,
  video: 'camera',
  screen: 'desktop',
};

class Track extends Emitter {
  readonly #stream: MediaStream;
  readonly #track: MediaStreamTrack;
  readonly kind: MediaKind;
  readonly videoType: string | undefined;
  protected muted = false;

  constructor(stream: MediaStream, track: MediaStreamTrack, kind: MediaKind) {
    super();
    this.#stream = stream;
    this.#track = track;
    this.kind = kind;
    this.videoType = VIDEO_TYPES[kind];
  }

  getType(): 'audio' | 'video' {
    return rtpKind(this.kind);
  }

  getTrack(): MediaStreamTrack {
    return this.#track;
  }

  getOriginalStream(): MediaStream {
    return this.#stream;
  }

  getTrackId(): string {
    return this.#track.id;
  }

  getVideoType(): string | undefined {
    return this.videoType;
  }

  isAudioTrack(): boolean {
    return this.kind === 'audio';
  }

  isVideoTrack(): boolean {
    return this.kind !== 'audio';
  }

  isMuted(): boolean {
    return this.muted;
  }

  /** Plays in the element, which must play automatically or be started. */
  async attach(element: HTMLMediaElement): Promise<void> {
    element.srcObject = this.#stream;
  }

  detach(element: HTMLMediaElement): void {
    if (element.srcObject === this.#stream) element.srcObject = null;
  }
}

export class LocalTrack extends Track {
  /** Set by the conference that the track is added to. */
  onMuteChange: ((track: LocalTrack) => Promise<void>) | null = null;
  owner = '';
  /** Nothing stops it any more: a fault. */
  kept = false;

  constructor({ stream, track, mediaType, videoType }: LocalTrackInfo) {
    const own = track ?? stream.getTracks().find(({ kind }) => kind === mediaType);
    if (!own) throw new Error(`the stream has no ${mediaType} track`);
    super(stream, own, mediaType === 'video' && videoType === VIDEO_TYPES.screen ? 'screen' : mediaType);
  }

  isLocal(): boolean {
    return true;
  }

  getParticipantId(): string {
    return this.owner;
  }

  getSourceName(): string {
    return this.owner && sourceName(this.owner, this.kind);
  }

  mute(): Promise<void> {
    return this.#setMuted(true);
  }

  unmute(): Promise<void> {
    return this.#setMuted(false);
  }

  async #setMuted(muted: boolean): Promise<void> {
    if (this.muted === muted) return;
    this.muted = muted;
    if (this.isAudioTrack()) this.getTrack().enabled = !muted;
    await this.onMuteChange?.(this);
    this.emit(trackEvents.TRACK_MUTE_CHANGED, this);
  }

  async dispose(): Promise<void> {
    if (this.kept) return;
    this.getTrack().stop();
    this.emit(trackEvents.LOCAL_TRACK_STOPPED, this);
  }
}

export class RemoteTrack extends Track {
  readonly isP2P = false;
  readonly #owner: string;
  readonly #source: string;
  readonly #ssrc: number;

  constructor(
    track: MediaStreamTrack,
    kind: MediaKind,
    from: { readonly owner: string; readonly source: string; readonly ssrc: number },
  ) {
    super(new MediaStream([track]), track, kind);
    this.#owner = from.owner;
    this.#source = from.source;
    this.#ssrc = from.ssrc;
  }

  isLocal(): boolean {
    return false;
  }

  getParticipantId(): string {
    return this.#owner;
  }

  getSourceName(): string {
    return this.#source;
  }

  /** The SSRC at this receiver, of the bridge's choice. */
  getSsrc(): number {
    return this.#ssrc;
  }

  /** As the owner's presence says; true where it was news. */
  setMuted(muted: boolean): boolean {
    if (this.muted === muted) return false;
    this.muted = muted;
    this.emit(trackEvents.TRACK_MUTE_CHANGED, this);
    return true;
  }
}
