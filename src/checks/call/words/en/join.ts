import { kilobytes } from '../../../../base/units.ts';
import { list } from '../../../../base/words.ts';
import type { JoinSentences, OfStep } from '../contract.ts';
import { channelClause, offerClause } from './bridge.ts';
import { inStep } from './step.ts';

interface Out extends OfStep {
  readonly participants: readonly string[];
  readonly everybody: boolean;
}

/** `Nobody can talk: …`, `A and B cannot take part: …`. */
const out = (cause: Out, why: string): string =>
  inStep(
    cause,
    `${cause.everybody ? 'Nobody can talk' : `${list(cause.participants)} cannot take part`}: ${why}`,
  );
const because = (why: string) => (cause: Out) => out(cause, why);
const answered = (status: number): string =>
  status === 429
    ? 'answered with status 429, a limit of how often it is asked'
    : `answered with status ${status}`;
const named = (transport: 'bosh' | 'websocket'): string => (transport === 'bosh' ? 'BOSH' : 'WebSocket');

export const joinSentences: JoinSentences = {
  'scripts-not-run': ({ participant, how, path, seconds, bytes, length }) => {
    if (how === 'running')
      return `${path} of the deployment was loaded and has not finished running after ${seconds} s in the page of ${participant}; the browser itself answers. Look for an endless loop in config.js or the library.`;
    if (how === 'holding')
      return `The page of ${participant} has not answered for ${seconds} s, while the browser itself answers: a script of the deployment holds it. Look for an endless loop in config.js, in the library or in what they load.`;
    const of = length === null ? '' : ` of ${kilobytes(length, 'kB')}`;
    const rate =
      bytes === null || seconds === 0
        ? ''
        : ` (${kilobytes(bytes, 'kB')}${of}, ${kilobytes(bytes / seconds, 'kB')}/s)`;
    return `${path} did not arrive in the page of ${participant} within ${seconds} s${rate}: the web front, or the line to it, is too slow for a call to start.`;
  },
  'password-required': (cause) =>
    out(
      cause,
      cause.asks === 'guests'
        ? 'the deployment asks for a user name and a password; guests cannot join'
        : 'only users with an account may open a room',
    ),
  'conference-request-failed': (cause) =>
    out(
      cause,
      cause.status === 429
        ? `the conference request is ${answered(429)}; jicofo was not asked`
        : `the conference request ${cause.status === undefined ? 'fails' : `is ${answered(cause.status)}`}; jicofo, or the path to it, does not answer as it should`,
    ),
  'visitors-only': because(
    'jicofo makes them visitors, whom nobody sees or hears; it takes an account (`account`) that may speak',
  ),
  'conference-not-live': because('the deployment answers that the conference has not started yet'),
  'signaling-failed': (cause) => {
    const how = {
      error: 'the XMPP server (prosody) answers with an error',
      none: `no connection to the XMPP server (prosody) over ${named(cause.transport)}${cause.status === undefined ? '' : `, which is ${answered(cause.status)}`}`,
      dropped: `the connection to the XMPP server (prosody) over ${named(cause.transport)} breaks off`,
      moved: 'the room moved to another shard while joining',
    };
    return out(cause, how[cause.how]);
  },
  'signaling-lost': (cause) =>
    out(cause, `the signaling connection over ${named(cause.transport)} breaks off`),
  'focus-left': (cause) =>
    out(
      cause,
      cause.how === 'left' ? 'the focus (jicofo) left the room' : 'the focus (jicofo) is disconnected',
    ),
  'bridge-unavailable': (cause) => {
    const how = {
      none: `jicofo has no videobridge to offer: none is in the brewery room that it watches or none is healthy ("There are no operational bridges" in its log), all are shutting down ("All operational bridges are SHUTTING_DOWN"), or none has the version that the conference needs ("There are no bridges with the required version")`,
      'shutting-down': 'the videobridge is shutting down',
      'no-session':
        'in the room, but jicofo offers no media session: perhaps the videobridge that it chose refuses, or does not answer it (its log has the name of this room)',
    };
    return out(cause, how[cause.how]);
  },
  'room-split': because(
    'joined, but never saw the others who are in the room (are there several signaling servers, without one room on one of them?)',
  ),
  'negotiation-failed': because('browser and videobridge do not agree on the media session'),
  'room-locked': because('the room asks for a password, although none was set'),
  lobby: because('the room has a lobby; a moderator would have to let Vigie in'),
  'app-refuses-browser': (cause) => {
    const by = cause.setting === null ? '' : ` (\`${cause.setting}\` in interface_config.js)`;
    const works = {
      true: ' A call of two with that browser and the deployment’s library works: is the refusal still needed?',
      false:
        ' A call of two with that browser and the deployment’s library fails as well: the refusal has its reason.',
      null: '',
    }[String(cause.libraryWorks) as 'true' | 'false' | 'null'];
    return `${out(cause, `the web app refuses this browser${by}`)}${works}`;
  },
  'app-csp': (cause) =>
    out(
      cause,
      `the web app does not start: its content security policy (${cause.directive}) forbids ${cause.blocked}`,
    ),
  'app-script-failed': (cause) =>
    out(cause, `the web app does not start: the browser could not load ${cause.script}`),
  'app-exception': (cause) =>
    out(
      cause,
      `the web app stops at its start with “${cause.message}”${cause.script === null ? '' : ` (${cause.script})`}`,
    ),
  'app-before-meeting': because(
    'the web app stays on the page before the meeting, which neither its address nor a click passes',
  ),
  'app-not-started': (cause) =>
    out(
      cause,
      cause.reached === 'page'
        ? 'the page of the room is loaded, and no web app starts in it'
        : 'the web app starts, and opens no conference',
    ),
  'embed-script': (cause) =>
    out(
      cause,
      cause.how === 'missing'
        ? 'another site cannot embed this Jitsi: its external_api.js does not load'
        : `another site cannot embed this Jitsi: its external_api.js does not do what sites need it for (\`new JitsiMeetExternalAPI\`)${cause.message === null ? '' : `: “${cause.message}”`}`,
    ),
  'embed-refused': (cause) =>
    out(
      cause,
      cause.header === null
        ? 'the browser does not show the room in another site’s page'
        : `the deployment forbids other sites to embed it: \`${cause.header}: ${cause.value ?? ''}\`. Where a site is meant to, its origin belongs in \`frame-ancestors\` of the content-security-policy, and no x-frame-options is sent`,
    ),
  'embed-empty': because('external_api.js runs, and no room appears in the page that embeds it'),
  'host-missing': because(
    'the deployment asks for a host with an account to open the room, and none did; guests wait for one',
  ),
  'lobby-not-admitted': (cause) =>
    out(
      cause,
      cause.noticed
        ? 'admitted from the lobby, and not let into the room'
        : 'in the lobby, but the moderator was not informed of them and could admit nobody',
    ),
  'room-full': because('the deployment allows no more participants in a room'),
  'not-allowed': because('the deployment does not let Vigie into the room'),
  'reservation-failed': because('the reservation system refuses the room'),
  'room-destroyed': because('the deployment closed the room'),
  'call-failed': (cause) => out(cause, `lib-jitsi-meet gave up (${cause.error})`),
  'join-timeout': because('connected, but the room does not let them in (no answer)'),
  'ice-failed': (cause) =>
    out(
      cause,
      cause.offered
        ? `no media connection to the bridge (ICE failed): ${offerClause(cause.offered)}`
        : cause.how === 'reported'
          ? 'no media connection (ICE failed)'
          : 'no media connection to the bridge (ICE finds no working transport: are UDP and TURN blocked or down?)',
    ),
  'media-connection-lost': because('the media connection broke off'),
  'dtls-failed': because(
    'a transport for media was found (ICE), but its encryption is not established (DTLS; are packets lost?)',
  ),
  'bridge-channel-closed': (cause) =>
    out(
      cause,
      `media is connected, but the bridge channel (colibri WebSocket or SCTP) is not open, so no stream is announced${cause.channel ? `: ${channelClause(cause.channel)}` : ''}`,
    ),
};
