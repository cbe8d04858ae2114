import { formatDuration } from '../../../base/durations.ts';
import { kilobytes } from '../../../base/units.ts';
import { list } from '../../../base/words.ts';
import { certificateWords } from '../../../net/certificate-faults.ts';
import { hostPort } from '../../../net/host-port.ts';
import { accountWords } from '../../accounts/words/index.ts';
import { webWords } from '../../web/words/index.ts';
import type { SignalingCause } from '../causes.ts';
import { isSilence } from '../reasons.ts';
import type { Skipped } from '../remarks.ts';
import type { OwnRemark, SignalingWords } from './contract.ts';
import { reason } from './reasons-en.ts';

type Cause<Id extends SignalingCause['id']> = Extract<SignalingCause, { readonly id: Id }>;

const NAMES = { websocket: 'WebSocket', bosh: 'BOSH' } as const;
const AS = { guest: 'anonymous', user: 'with user and password', jwt: 'with a token (JWT)' } as const;
const TURN_NAMES = { udp: 'UDP', tcp: 'TCP', tls: 'TLS' } as const;

const SKIPPED: Readonly<Record<Skipped, string>> = {
  'front-unanswered': 'the web front could not be asked',
  'not-https': 'the address is not https://',
  'no-tls-connection': 'no TLS connection',
  'config-unusable': 'config.js could not be used',
  'not-in-config': 'config.js names none',
  'no-signaling': 'no connection to the signaling server',
  'nobody-logged-in': 'nobody is logged in',
  'none-offered': 'none offered',
  dtls: 'offered over DTLS, which Vigie does not support: not tried',
  'not-wanted': 'not asked (bridge: false)',
  'no-conference': 'jicofo has made no room ready',
  'no-second-occupant': 'two participants did not get into the room in time',
  'no-udp': 'the bridge offers no UDP address of this family',
  'private-only': 'private addresses alone, which are not asked from outside',
  'no-own-address': 'this machine has no network of this family: not asked',
};

const line = (at: number | null): string => (at === null ? '' : `line ${at}: `);

const stop = ({ line: at, name, message }: Cause<'config-stops'>['stopped']): string =>
  `${line(at)}${name}: ${message}`;

function unreadable(why: Cause<'config-unreadable'>['why']): string {
  switch (why.kind) {
    case 'too-large':
      return `it has more than ${why.megabytes} MB`;
    case 'cpu-time':
      return `it does not end within ${why.seconds} s of CPU time`;
    case 'time':
      return `its evaluation does not end within ${why.seconds} s (or this machine is too busy)`;
    case 'not-a-configuration':
      return 'what it sets is not what a configuration has';
    case 'stops':
      return `it stops at ${stop(why.stopped)}, before it sets ${why.missing.join(', ')}`;
    case 'failed':
      return why.message;
  }
}

function transportFailed(
  name: string,
  { used, why }: Pick<Cause<'websocket-failed'>, 'used' | 'why'>,
): string {
  return used
    ? `Nobody can join: no XMPP over ${name}, which browsers use and do not fall back from: ${reason(why)}.`
    : `No XMPP over ${name}, though config.js offers it: ${reason(why)}. Browsers use the other transport.`;
}

function signalingFailed({ why }: Cause<'signaling-failed'>): string {
  const clauses = (['websocket', 'bosh'] as const).flatMap((transport) => {
    const failed = why[transport];
    return failed ? [`over ${NAMES[transport]}: ${reason(failed)}`] : [];
  });
  const said = clauses.join('; ').replace(/^over/, 'Over');
  return `Nobody can join: no connection to the signaling server (XMPP). ${said}.`;
}

function turnFailed({ server, transport, why }: Omit<Cause<'turn-udp-failed'>, 'id'>): string {
  // Nobody can tell from here who swallows a datagram.
  const doubt =
    isSilence(why) && transport === 'udp' ? ' (or UDP does not get out of the network that Vigie is in)' : '';
  return `The TURN server ${server} gives no relay over ${TURN_NAMES[transport]}: ${reason(why)}${doubt}. Participants who need it cannot take part.`;
}

const named = (addresses: Cause<'bridge-unreachable'>['addresses']): string =>
  addresses.map(({ address, port }) => hostPort({ host: address, port })).join(', ');

/** What an unreachable bridge means where TURN works, and where it does not. */
const without = (relayed: boolean): string =>
  relayed
    ? 'Media goes through the TURN server alone.'
    : 'Nobody here can hear or see anybody, since no TURN server works either.';

function bridgeUnreachable(cause: Cause<'bridge-unreachable'>): string {
  const { family, addresses, relayed, otherFamily, why } = cause;
  const how = isSilence(why)
    ? ' (or UDP does not get out of the network that Vigie is in)'
    : `: ${reason(why)}`;
  const means = otherFamily
    ? `Over IPv${family === 4 ? 6 : 4} it answers; participants with IPv${family} alone get no direct media.`
    : without(relayed);
  return `The bridge does not answer over UDP at ${named(addresses)} (IPv${family})${how}. ${means} Open its UDP port (10000 by default) in firewall and NAT, and check which addresses it advertises.`;
}

function remark(said: OwnRemark): string {
  switch (said.kind) {
    case 'skipped':
      return SKIPPED[said.because];
    case 'failed':
      return reason(said.why);
    case 'status':
      return `status ${said.status}`;
    case 'page-instead':
      return 'a page is answered in its place';
    case 'certificate': {
      const fault = said.fault ? certificateWords.en[said.fault.kind](said.fault.code) : null;
      const judged = fault === null ? '' : `${fault}${said.accepted ? ' (accepted: insecure)' : ''}; `;
      return `${judged}${said.daysLeft === null ? 'no readable date' : `${said.daysLeft} days left`}`;
    }
    case 'refused-type':
      return `sent as "${said.type}"${said.nosniff === false ? '' : ' with nosniff'}`;
    case 'too-small':
      return `only ${said.bytes} bytes`;
    case 'library': {
      const size = said.bytes === null ? 'of unknown size' : kilobytes(said.bytes, 'kB');
      return `${size}${said.type ? `, ${said.type}` : ''}`;
    }
    case 'config':
      return `XMPP domain ${said.domain}`;
    case 'stream':
      return 'an XMPP stream with its features';
    case 'login':
      return `${AS[said.as ?? 'guest']}, over ${NAMES[said.transport]}`;
    case 'conference':
      return `${said.answer}, over ${said.over}`;
    case 'credentials':
      return `for ${said.usable} of ${said.of} servers`;
    case 'allocation':
      return `an allocation; the request that was granted took ${said.grantedMs} ms`;
    case 'offer':
      return said.candidates.length === 0
        ? 'a media session without any address'
        : `offered at ${said.candidates.map(({ type, protocol, ...at }) => `${hostPort({ host: at.address, port: at.port })} (${protocol}, ${type})`).join(', ')}`;
    case 'round-trip':
      return `the middle one of ${said.questions} questions`;
    case 'bridge':
      return `it answers an ICE check in ${said.roundTripMs} ms`;
    case 'stun':
      return `named by ${said.by}${said.address ? '' : '; it answers without an address'}`;
  }
}

export const en: SignalingWords = {
  kind: 'signaling',
  progress: ({ id }) => (id === 'front' ? 'asking the web front' : 'connecting to XMPP and TURN'),
  service: {
    name: 'Joining calls',
    works: 'Calls can be opened and joined.',
    slow: 'Calls can be joined; a part of the way into them does not answer as it should.',
    broken: 'Opening or joining a call may not work.',
  },
  reason,
  remark,
  findings: {
    ...webWords.en.findings,
    ...accountWords.en,
    'certificate-expiring': ({ host, daysLeft, threshold }) =>
      `The certificate of ${host} is valid for ${daysLeft} more days (threshold ${threshold}).`,
    'library-implausible': ({ path, bytes }) =>
      `${path} has only ${bytes} bytes: a real one has several hundred kB. Was it truncated?`,
    'address-family-broken': ({ host, family, address, why }) =>
      `DNS leads to ${host} at the IPv${family} address ${address}, too, where it is not: ${reason(why)}. Browsers with IPv${family} wait, or fail. Fix the server's IPv${family}, or remove the ${family === 6 ? 'AAAA' : 'A'} record.`,
    'external-api-missing': ({ path, answer }) =>
      `${path} is not there (${answer.kind === 'status' ? `status ${answer.status}` : 'a page is answered'}): sites that embed this Jitsi show nothing. Serve the file that comes with Jitsi's web app.`,
    'config-unreadable': ({ why }) =>
      `config.js could not be evaluated here: ${unreadable(why)}. What comes after it is not checked.`,
    'config-stops': ({ stopped }) =>
      `config.js stops at ${stop(stopped)}. In a browser it may get further; what it set until then was used.`,
    'signaling-failed': signalingFailed,
    'websocket-failed': (cause) => transportFailed(NAMES.websocket, cause),
    'bosh-failed': (cause) => transportFailed(NAMES.bosh, cause),
    'websocket-not-offered': ({ expected }) =>
      expected === 'required'
        ? 'config.js names no address for WebSocket, which is expected here.'
        : 'config.js names no WebSocket: everybody uses BOSH, which makes joining slower.',
    'bosh-not-offered': ({ expected }) =>
      expected === 'required'
        ? 'config.js names no address for BOSH, which is expected here.'
        : 'config.js names no BOSH: participants who cannot open a WebSocket cannot join.',
    'password-required': ({ domain, why }) =>
      domain === null
        ? 'The deployment asks for a user name and a password: only somebody with an account may open a room.'
        : `The deployment asks for a user name and a password: guests cannot join, because ${domain} does not let them in${why === null ? '' : `; ${reason(why)}`}.`,
    'visitors-only': ({ account }) =>
      account
        ? 'Jicofo makes this account a visitor: it sees and hears a conference, and nobody sees or hears it.'
        : 'Jicofo makes guests visitors: they see and hear a conference, and nobody sees or hears them. An account (`account`) shows whether others can take part.',
    'conference-not-live': ({ account }) =>
      `Jicofo answers that the conference has not started (visitors.enable-live-room): ${account ? 'this account has to wait' : 'guests have to wait'}.`,
    'login-failed': ({ domain, why, as }) =>
      as
        ? `The login to ${domain} ${AS[as]} fails: ${reason(why)}.`
        : `Nobody can join: the anonymous login to ${domain} fails: ${reason(why)}.`,
    'signaling-slow': ({ roundTripMs, threshold }) =>
      `The XMPP server takes ${formatDuration(roundTripMs)} for each question (threshold ${formatDuration(threshold)}): joining takes many of them. Look at the load of prosody, at its limits (mod_limits), and at the proxy before it.`,
    'signaling-limited': ({ why }) =>
      `Participants are thrown out: the XMPP server ends the connection of somebody who is logged in with ${reason(why)}. Real clients send more than Vigie does.`,
    'session-ended': ({ why }) =>
      `Participants are thrown out just after their login: ${reason(why)}. Look at the log of prosody, at its limits, and at the proxy before it.`,
    'conference-request-failed': ({ why }) =>
      why.kind === 'http-status' && why.status === 429
        ? `Not everybody can join: the conference request is refused: ${reason(why)}. Jicofo was not asked.`
        : `Nobody can join: the conference request fails: ${reason(why)}. Jicofo, or the proxy in front of it, does not answer as expected.`,
    'muc-unknown': ({ muc, why }) =>
      `Nobody can join: config.js sends rooms to ${muc} (hosts.muc), which the XMPP server does not serve: ${reason(why)}.`,
    'turn-not-offered': () =>
      'The deployment offers no TURN server: participants behind a firewall that blocks UDP cannot take part.',
    'turn-credentials-failed': ({ why }) =>
      `The XMPP server does not list its TURN servers (XEP-0215): ${reason(why)}.`,
    'turn-credentials-missing': ({ servers, needed }) =>
      `The XMPP server offers ${servers.join(', ')} without user name and password: ${needed ? 'browsers make no connection to the bridge with such a list, and nobody can talk once there are three. Set the secret of the TURN servers in prosody (external_service_secret; TURN_CREDENTIALS in Docker), or remove them' : 'browsers cannot use a TURN server like that'}.`,
    'turn-server-invalid': ({ servers, needed }) =>
      `The XMPP server offers ${list(servers)}, which browsers refuse: ${needed ? 'they make no connection to the bridge, and nobody can talk once there are three' : 'two people get no direct connection'}. In external_services of prosody host is a name or an address alone (IPv6 in brackets), port a number, transport udp or tcp.`,
    'room-refused': ({ muc, why }) =>
      `Nobody can join: ${muc} lets nobody into a room that jicofo has made ready: ${reason(why)}.`,
    'turn-udp-failed': turnFailed,
    'turn-tcp-failed': turnFailed,
    'turn-tls-failed': turnFailed,
    'turn-open': ({ server }) =>
      `The TURN server ${server} relays for anybody, without a password: strangers can use it, and reach what it reaches.`,
    'turn-relay-private': ({ server, relayed }) =>
      `The TURN server ${server} relays from the private address ${relayed}, which only a bridge in its own network can reach; is its external address configured?`,
    'bridge-unavailable': ({ how, waitedMs }) =>
      how === 'none'
        ? 'Nobody can talk: jicofo reports that it has no videobridge to offer. Its log says why: "There are no operational bridges" (none in the brewery room that it watches, or none healthy), "All operational bridges are SHUTTING_DOWN", or "There are no bridges with the required version".'
        : `Two participants are in a room, and jicofo offered them no media session within ${formatDuration(waitedMs)}: the videobridge that it chose refuses or does not answer it, or it waits for more participants (jicofo.conference.min-participants). Look at the logs of both.`,
    'room-split': () =>
      'Two participants joined the same room and do not see each other: they are on different signaling servers (no stickiness by room).',
    'bridge-address-missing': ({ relayed }) =>
      `The bridge offers no UDP address at all. ${without(relayed)} Check its ice4j settings and its UDP port.`,
    'bridge-address-private': ({ addresses, relayed }) =>
      `The bridge offers private addresses alone (${named(addresses)}), which participants outside its network cannot reach. ${without(relayed)} Set its public address (ice4j static mapping, JVB_ADVERTISE_IPS).`,
    'bridge-unreachable': bridgeUnreachable,
    'stun-servers-invalid': ({ servers }) =>
      `config.js names ${list(servers.map((one) => `"${one}"`))} among p2p.stunServers, which browsers refuse: two people get no direct connection. Write "stun:host:3478", without // and without parameters.`,
    'stun-failed': ({ server, by, why }) =>
      `The STUN server ${server}, which ${by} names, does not give browsers their address: ${reason(why)}.`,
  },
};
