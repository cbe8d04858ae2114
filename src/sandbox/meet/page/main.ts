/** Sets the global `JitsiMeetJS`: the calls of lib-jitsi-meet that a bot uses, with the sandbox behind them. */
import { JitsiConnection } from './connection.ts';
import {
  conferenceErrors,
  conferenceEvents,
  connectionErrors,
  connectionEvents,
  qualityEvents,
  trackEvents,
} from './events.ts';
import { LocalTrack, type LocalTrackInfo } from './tracks.ts';

declare const VERSION: string;

const JitsiMeetJS = {
  version: VERSION,
  logLevels: { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', LOG: 'log', WARN: 'warn', ERROR: 'error' },
  events: {
    connection: connectionEvents,
    conference: conferenceEvents,
    connectionQuality: qualityEvents,
    track: trackEvents,
  },
  errors: { connection: connectionErrors, conference: conferenceErrors },
  mediaDevices: {},
  JitsiConnection,
  init(_options?: object): void {},
  setLogLevel(_level: string): void {},
  isWebRtcSupported(): boolean {
    return 'RTCPeerConnection' in window;
  },
  /** Of the devices, `desktop` alone: what a participant is asked to share. */
  async createLocalTracks({ devices }: { readonly devices: readonly string[] }): Promise<LocalTrack[]> {
    if (!devices.includes('desktop')) return [];
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: true });
    return [new LocalTrack({ stream, mediaType: 'video', sourceType: 'screen', videoType: 'desktop' })];
  },
  createLocalTracksFromMediaStreams(infos: readonly LocalTrackInfo[]): LocalTrack[] {
    return infos.map((info) => new LocalTrack(info));
  },
};

Object.assign(window, { JitsiMeetJS });
