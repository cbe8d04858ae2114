/** Event names with the values that lib-jitsi-meet's have (JitsiConnectionEvents.ts, JitsiConferenceEvents.ts …). */

export const connectionEvents = {
  CONNECTION_DISCONNECTED: 'connection.connectionDisconnected',
  CONNECTION_ESTABLISHED: 'connection.connectionEstablished',
  CONNECTION_FAILED: 'connection.connectionFailed',
  CONNECTION_REDIRECTED: 'connection.redirected',
  WRONG_STATE: 'connection.wrongState',
} as const;

export const conferenceEvents = {
  CONFERENCE_ERROR: 'conference.error',
  CONFERENCE_FAILED: 'conference.failed',
  CONFERENCE_JOINED: 'conference.joined',
  CONFERENCE_LEFT: 'conference.left',
  CONNECTION_ESTABLISHED: 'conference.connectionEstablished',
  CONNECTION_INTERRUPTED: 'conference.connectionInterrupted',
  CONNECTION_RESTORED: 'conference.connectionRestored',
  DATA_CHANNEL_CLOSED: 'conference.dataChannelClosed',
  DATA_CHANNEL_OPENED: 'conference.dataChannelOpened',
  DISPLAY_NAME_CHANGED: 'conference.displayNameChanged',
  DOMINANT_SPEAKER_CHANGED: 'conference.dominantSpeaker',
  FORWARDED_SOURCES_CHANGED: 'conference.forwardedSourcesChanged',
  INBOUND_VIDEO_STATS_RECEIVED: 'conference.inbound_video_stats_received',
  KICKED: 'conference.kicked',
  LOBBY_USER_JOINED: 'conference.lobby.userJoined',
  P2P_STATUS: 'conference.p2pStatus',
  PARTICIPANT_SOURCE_UPDATED: 'conference.participant_source_updated',
  SERVER_REGION_CHANGED: 'conference.server_region_changed',
  TRACK_ADDED: 'conference.trackAdded',
  TRACK_AUDIO_LEVEL_CHANGED: 'conference.audioLevelsChanged',
  TRACK_MUTE_CHANGED: 'conference.trackMuteChanged',
  TRACK_REMOVED: 'conference.trackRemoved',
  USER_JOINED: 'conference.userJoined',
  USER_LEFT: 'conference.userLeft',
  USER_ROLE_CHANGED: 'conference.roleChanged',
  _MEDIA_SESSION_ACTIVE_CHANGED: 'conference.media_session.active_changed',
  _MEDIA_SESSION_STARTED: 'conference.media_session.started',
} as const;

export const qualityEvents = { REMOTE_STATS_UPDATED: 'cq.remote_stats_updated' } as const;

export const trackEvents = {
  LOCAL_TRACK_STOPPED: 'track.stopped',
  TRACK_MUTE_CHANGED: 'track.trackMuteChanged',
} as const;

export const connectionErrors = {
  CONFERENCE_REQUEST_FAILED: 'connection.conferenceRequestFailed',
  CONNECTION_DROPPED_ERROR: 'connection.droppedError',
  OTHER_ERROR: 'connection.otherError',
  PASSWORD_REQUIRED: 'connection.passwordRequired',
  SERVER_ERROR: 'connection.serverError',
} as const;

export const conferenceErrors = {
  CONNECTION_ERROR: 'conference.connectionError',
  FOCUS_LEFT: 'conference.focusLeft',
  ICE_FAILED: 'conference.iceFailed',
  OFFER_ANSWER_FAILED: 'conference.offerAnswerFailed',
  VIDEOBRIDGE_NOT_AVAILABLE: 'conference.videobridgeNotAvailable',
} as const;

export type Listener = (...details: never[]) => void;

/** Listeners by event name; one that throws does not keep the others from being called. */
export class Emitter {
  readonly #listeners = new Map<string, Set<Listener>>();

  on(event: string, listener: Listener): this {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return this;
  }

  off(event: string, listener: Listener): this {
    this.#listeners.get(event)?.delete(listener);
    return this;
  }

  addEventListener(event: string, listener: Listener): void {
    this.on(event, listener);
  }

  removeEventListener(event: string, listener: Listener): void {
    this.off(event, listener);
  }

  protected emit(event: string, ...details: unknown[]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        (listener as (...all: unknown[]) => void)(...details);
      } catch (error) {
        console.error(`vigie-sandbox: a listener of ${event} failed`, error);
      }
    }
  }
}
