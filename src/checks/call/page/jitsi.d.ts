/** The part of lib-jitsi-meet's interface that the bot uses; source: lib-jitsi-meet, JitsiMeetJS.ts and JitsiConference. */

interface JitsiTrack {
  getType(): 'audio' | 'video';
  getTrack(): MediaStreamTrack;
  getParticipantId(): string;
  /** `camera` or `desktop`, of pictures. */
  getVideoType?(): string | undefined;
  /** Such as `84af8055-v1`; since 2022. */
  getSourceName?(): string | undefined;
  getSsrc?(): number | undefined;
  readonly ssrc?: number;
  readonly isP2P?: boolean;
  isLocal(): boolean;
  isMuted(): boolean;
  mute(): Promise<void>;
  unmute(): Promise<void>;
  dispose?(): Promise<unknown>;
}

interface JitsiConference {
  on(event: string, listener: (...args: never[]) => void): void;
  addTrack(track: JitsiTrack): Promise<unknown>;
  removeTrack?(track: JitsiTrack): Promise<unknown>;
  setDisplayName(name: string): void;
  setReceiverConstraints(constraints: object): void;
  join(): void;
  leave(): Promise<unknown>;
  /** A moderator's; absent in releases before 2020. */
  enableLobby?(): Promise<unknown>;
  joinLobby?(displayName: string): Promise<unknown>;
  lobbyApproveAccess?(ids: string | string[]): void;
  /** Logs in beside the connection, and tells jicofo who this is. */
  authenticateAndUpgradeRole?(options: { id: string; password: string }): Promise<unknown>;
  myUserId(): string;
  isP2PActive(): boolean;
  getParticipants?(): { getId(): string; getTracks(): JitsiTrack[] }[];
  getLocalTracks?(): JitsiTrack[];
  /** What jicofo's presence says of versions; not part of the documented interface, the same in all releases since 2020. */
  readonly componentsVersions?: { getComponentVersion?(name: string): unknown };
  /** Not part of the documented interface; absent in the oldest releases. */
  readonly xmpp?: { ping?(timeoutMs: number): Promise<unknown> };
  /** Not part of the documented interface, the same in all releases since 2020; absent elsewhere. */
  readonly rtc?: {
    readonly peerConnections?: Map<
      unknown,
      { readonly isP2P: boolean; readonly peerconnection: RTCPeerConnection }
    >;
  };
}

interface JitsiConnection {
  addEventListener(event: string, listener: (...args: never[]) => void): void;
  connect(options: { name?: string; id?: string; password?: string }): void;
  disconnect(): Promise<unknown> | undefined;
  initJitsiConference(room: string, options: object): JitsiConference;
}

interface JitsiMeet {
  readonly version: string;
  readonly logLevels: { readonly ERROR: string };
  readonly events: {
    readonly connection: Record<string, string>;
    readonly conference: Record<string, string>;
    readonly connectionQuality?: Record<string, string>;
  };
  setLogLevel(level: string): void;
  init(options: object): unknown;
  JitsiConnection: new (appId: null, token: string | null, options: object) => JitsiConnection;
  createLocalTracks?(options: { devices: string[] }): Promise<JitsiTrack[]>;
  createLocalTracksFromMediaStreams(
    tracks: { stream: MediaStream; mediaType: string; sourceType: string; videoType?: string }[],
  ): JitsiTrack[];
}

/** Declared by the deployment's own `config.js` and `lib-jitsi-meet.min.js`; absent when those did not load. */
declare var JitsiMeetJS: JitsiMeet | undefined;
declare var config: Record<string, unknown> | undefined;
