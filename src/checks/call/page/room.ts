/** Into the room and out of it, through the deployment's own lib-jitsi-meet. */
import { addressesOf, serviceFor, withRoom } from '../../deployment.ts';
import { focusVersion, plain, reportConference, type TrackListener } from './conference.ts';
import { measurePings } from './pings.ts';
import type { Orders, Say } from './protocol.ts';

export interface Room {
  /** lib-jitsi-meet's conference once there is one. */
  conference(): JitsiConference | null;
  closeLobby(): Promise<void>;
  admit(names: readonly string[]): void;
  leave(): Promise<void>;
}

/** The deployment's options with its addresses made absolute and this room in them. */
function connectionOptions(orders: Orders, say: Say): Record<string, unknown> {
  const options: Record<string, unknown> = structuredClone(config!);
  const { base, room } = orders;
  const text = (key: string) => (typeof options[key] === 'string' ? options[key] : undefined);
  const addresses = addressesOf(
    {
      websocket: text('websocket'),
      bosh: text('bosh'),
      serviceUrl: text('serviceUrl'),
      conferenceRequestUrl: text('conferenceRequestUrl'),
      websocketKeepAliveUrl: text('websocketKeepAliveUrl'),
      preferBosh: Boolean(options.preferBosh),
    },
    base,
  );
  const { used, bosh } = addresses;
  const service = used && serviceFor(addresses, used, room);
  if (!service) throw new Error('config.js offers neither websocket nor bosh');
  options.serviceUrl = service;
  if (bosh) options.bosh = bosh;
  for (const key of ['websocketKeepAliveUrl', 'conferenceRequestUrl'] as const) {
    const address = addresses[key];
    if (address) options[key] = withRoom(address, room);
  }
  // The web app switches this on unless the deployment says otherwise; the bare library does not.
  options.flags = { ssrcRewritingEnabled: true, ...(options.flags as object | undefined) };
  // It is reported (`restricted`); with it the library would neither send nor receive any sound.
  delete options.startSilent;
  // The library puts it into its presence, where jicofo reads it (JitsiConference, `userRegion`).
  if (orders.region !== null)
    options.deploymentInfo = { ...(options.deploymentInfo as object | undefined), userRegion: orders.region };
  if (!orders.p2p) options.p2p = { ...(options.p2p as object | undefined), enabled: false };
  say('signaling', { transport: used });
  return options;
}

/** A guest who is not let in asks again after this long, as the web app does (5 s there). */
const ASK_AGAIN_MS = 2000;
const NEEDS_HOST = 'conference.authenticationRequired';
const NEEDS_ADMISSION = 'conference.connectionError.membersOnly';

/** The XMPP address of a user who was given with or without a domain. */
function jidOf(user: string): string {
  const { domain } = config!.hosts as { domain: string };
  return user.includes('@') ? user : `${user}@${domain}`;
}

/** What other clients report of what they receive (lib-jitsi-meet: modules/connectivity/ConnectionQuality.ts). */
function reportRemoteStats(room: JitsiConference, say: Say): void {
  const event = JitsiMeetJS!.events.connectionQuality?.REMOTE_STATS_UPDATED;
  if (!event) return;
  const figure = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : null);
  room.on(event, (id: unknown, stats: RemoteStats | undefined) =>
    say('remote-stats', {
      id: String(id).slice(0, 40),
      quality: figure(stats?.connectionQuality),
      audioKbps: figure(stats?.bitrate?.audio?.download),
      videoKbps: figure(stats?.bitrate?.video?.download),
      totalKbps: figure(stats?.bitrate?.download),
      lossPercent: figure(stats?.packetLoss?.download),
    }),
  );
}

interface RemoteStats {
  readonly connectionQuality?: unknown;
  readonly bitrate?: {
    readonly download?: unknown;
    readonly audio?: { readonly download?: unknown };
    readonly video?: { readonly download?: unknown };
  };
  readonly packetLoss?: { readonly download?: unknown };
}

/** Connects, joins and sends the given tracks; what happens is said, not returned. */
export function enter(orders: Orders, media: JitsiTrack[], say: Say, tracks: TrackListener): Room {
  const library = JitsiMeetJS!;
  const options = connectionOptions(orders, say);
  const { account, waits } = orders;
  const token = account?.kind === 'token' ? account.token : null;
  const user = account?.kind === 'password' ? { id: jidOf(account.user), password: account.password } : null;
  const connection = new library.JitsiConnection(null, token, options);
  const { connection: on, conference: at } = library.events;
  let conference: JitsiConference | null = null;
  /** Those in the lobby, by display name, and those to be admitted. */
  const knocking = new Map<string, string>();
  const admitted = new Set<string>();
  let upgraded = false;

  connection.addEventListener(on.CONNECTION_ESTABLISHED!, () => {
    say('connected', {});
    conference = connection.initJitsiConference(orders.room, options);
    join(conference).catch((error: Error) => say('failed', { stage: 'join', error: error.message }));
  });
  connection.addEventListener(on.CONNECTION_FAILED!, (error: string, message: unknown) =>
    say('failed', { stage: 'connection', error, message: plain(message) }),
  );
  // Whoever is made a visitor is sent to another node, where they would only look on. Older releases know no visitors.
  if (on.CONNECTION_REDIRECTED)
    connection.addEventListener(on.CONNECTION_REDIRECTED, (node: unknown) =>
      say('failed', { stage: 'connection', error: on.CONNECTION_REDIRECTED, message: plain(node) }),
    );
  connection.addEventListener(on.CONNECTION_DISCONNECTED!, (message: unknown) =>
    say('disconnected', { message: plain(message) }),
  );

  const join = async (room: JitsiConference) => {
    const want = () =>
      room.setReceiverConstraints({
        lastN: -1,
        defaultConstraints: { maxHeight: orders.receiveHeight },
        constraints: {},
      });
    room.on(at.CONFERENCE_JOINED!, () => {
      say('joined', { endpointId: room.myUserId(), jicofo: focusVersion(room) });
      measurePings(room, say);
    });
    room.on(at.CONFERENCE_FAILED!, (error: string, ...more: unknown[]) => {
      if (!waiting(room, error)) say('failed', { stage: 'conference', error, more: more.map(plain) });
    });
    const lobby = at.LOBBY_USER_JOINED;
    if (lobby)
      room.on(lobby, (id: string, name: string) => {
        say('knocked', { name });
        knocking.set(name, id);
        letIn();
      });
    reportConference(room, at, say, tracks);
    if (orders.watchesGuest) reportRemoteStats(room, say);
    room.on(at._MEDIA_SESSION_STARTED!, want);
    room.setDisplayName(orders.name);
    for (const track of media) await room.addTrack(track);
    want();
    room.join();
  };

  /** Whether somebody who is not let in goes on: a guest waits, and whoever has an account shows it to jicofo. */
  const waiting = (room: JitsiConference, error: string): boolean => {
    if (error === NEEDS_HOST && user && !upgraded && room.authenticateAndUpgradeRole) {
      upgraded = true;
      room.authenticateAndUpgradeRole(user).then(
        () => room.join(),
        (refused: { message?: unknown; authenticationError?: unknown }) =>
          say('failed', {
            stage: 'connection',
            error: 'connection.passwordRequired',
            message: plain(refused?.message ?? refused?.authenticationError ?? null),
          }),
      );
      return true;
    }
    if (!waits || account) return false;
    if (error === NEEDS_HOST) {
      say('waiting', { for: 'host' });
      setTimeout(() => room.join(), ASK_AGAIN_MS);
      return true;
    }
    if (error !== NEEDS_ADMISSION || !room.joinLobby) return false;
    room.joinLobby(orders.name).then(
      () => say('waiting', { for: 'lobby' }),
      (refused: Error) => say('failed', { stage: 'lobby', error: String(refused?.message ?? refused) }),
    );
    return true;
  };

  const letIn = () => {
    const ids = [...knocking].flatMap(([name, id]) => (admitted.has(name) ? [[name, id] as const] : []));
    for (const [name, id] of ids) {
      knocking.delete(name);
      admitted.delete(name);
      say('admitted', { name });
      conference?.lobbyApproveAccess?.(id);
    }
  };

  // With a name the conference request over HTTP goes first, and a guest who must wait for a host would hear nothing of it.
  connection.connect({ ...(!waits && { name: orders.room }), ...user });
  return {
    conference: () => conference,
    closeLobby: async () => {
      if (!conference?.enableLobby) throw new Error('this release of the library knows no lobby');
      await conference.enableLobby();
      say('lobby-closed', {});
    },
    admit: (names) => {
      for (const name of names) admitted.add(name);
      letIn();
    },
    leave: async () => {
      await conference?.leave();
      await connection.disconnect();
    },
  };
}
