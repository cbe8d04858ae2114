/** What a conference of lib-jitsi-meet reports, whoever made it: our own page, or the deployment's web app. */
import type { PageMessage, Say } from './protocol.ts';
import { kindOf } from './shown.ts';

/** What the bot wants to know of a remote track. */
export interface TrackListener {
  added(track: JitsiTrack): void;
  removed(track: JitsiTrack): void;
}

/** Events of the conference that belong into a participant's timeline; names as lib-jitsi-meet has them. */
const REPORTED = [
  'CONFERENCE_LEFT',
  'CONFERENCE_ERROR',
  'DATA_CHANNEL_OPENED',
  'DATA_CHANNEL_CLOSED',
  'CONNECTION_INTERRUPTED',
  'CONNECTION_RESTORED',
  'KICKED',
  'START_MUTED_POLICY_CHANGED',
  'SUSPEND_DETECTED',
] as const;

export const plain = (value: unknown): unknown =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value)
    ? value
    : value instanceof Error
      ? value.message
      : undefined;

/** An event as a page sends it; `at` on Vigie's clock. */
export function eventMessage(at: number, ...[name, detail]: Parameters<Say>): PageMessage {
  return { type: 'event', at, name: typeof name === 'string' ? name : name.library, detail };
}

/** The version that jicofo announces to everybody in the room; null where it does not. The library takes it from nobody else. */
export function focusVersion(room: JitsiConference): string | null {
  try {
    const version = room.componentsVersions?.getComponentVersion?.('focus');
    return typeof version === 'string' ? version.slice(0, 200) : null;
  } catch {
    return null;
  }
}

/** Reports what happens in a conference from now on, and its remote tracks. */
export function reportConference(
  room: JitsiConference,
  at: Readonly<Record<string, string>>,
  say: Say,
  tracks: TrackListener,
): void {
  if (at.SERVER_REGION_CHANGED)
    room.on(at.SERVER_REGION_CHANGED, (region: unknown) => {
      if (typeof region === 'string' && region !== '') say('bridge-region', { region: region.slice(0, 63) });
    });
  room.on(at.USER_JOINED!, (id: string) => say('user-joined', { id }));
  room.on(at.USER_LEFT!, (id: string) => say('user-left', { id }));
  room.on(at.P2P_STATUS!, (_: unknown, active: boolean) => say('p2p', { active }));
  room.on(at._MEDIA_SESSION_STARTED!, (session: { isP2P?: boolean }) => {
    say('media-session', { p2p: session?.isP2P === true });
  });
  room.on(at.TRACK_ADDED!, (track: JitsiTrack) => {
    if (track.isLocal()) return;
    say('track-added', { id: track.getParticipantId(), kind: kindOf(track), p2p: track.isP2P === true });
    tracks.added(track);
  });
  room.on(at.TRACK_REMOVED!, (track: JitsiTrack) => {
    if (track.isLocal()) return;
    say('track-removed', {
      id: track.getParticipantId(),
      kind: kindOf(track),
      p2p: track.isP2P === true,
    });
    tracks.removed(track);
  });
  room.on(at.TRACK_MUTE_CHANGED!, (track: JitsiTrack) =>
    say('mute', {
      id: track.isLocal() ? room.myUserId() : track.getParticipantId(),
      local: track.isLocal(),
      kind: kindOf(track),
      muted: track.isMuted(),
    }),
  );
  for (const event of REPORTED) {
    const name = at[event];
    if (name) room.on(name, (...args: unknown[]) => say({ library: name }, { args: args.map(plain) }));
  }
}
