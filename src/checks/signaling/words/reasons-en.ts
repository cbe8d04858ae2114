import { formatDuration } from '../../../base/durations.ts';
import { webWords } from '../../web/words/index.ts';
import type { Expected, ProtocolFault, Reason, StunFault, XmlFault } from '../reasons.ts';

const PROTOCOL: Readonly<Record<ProtocolFault, string>> = {
  'no-subprotocol': 'a WebSocket without the subprotocol xmpp',
  'closed-while-opening': 'the connection closed while it was being opened',
  'binary-message': 'a binary WebSocket message',
  'sent-elsewhere': 'the server redirects to another address',
  'stream-closed': 'the server closed the stream',
  'no-bosh-session': 'a BOSH answer without a session (no sid)',
  'empty-answers': 'BOSH answers without anything in them',
  'no-binding': 'no resource binding among the features',
  'endless-stanzas': 'other stanzas than an answer, without end',
  'no-login':
    'it offers no login at all (in prosody: consider_websocket_secure and consider_bosh_secure, where the proxy before it has the TLS; or its authentication does not start)',
  'plain-unencrypted':
    'it takes the password over an unencrypted connection alone, on which Vigie does not send it',
  'sasl-exchange': 'its answers during the login are not those of the mechanism it offers',
  'not-jicofo': 'the answer is not that of jicofo',
  'no-address': 'it answers without an address',
  unsigned: 'its answer is not signed with the password that was issued',
  'sent-on-again': 'it redirects to another server, which redirects again',
  'foreign-bridge': 'something else answers there: its answer is not signed with the password of the session',
};

const EXPECTED: Readonly<Record<Expected, string>> = {
  stream: 'where the stream should open',
  features: 'where stream features should be',
  bosh: 'where BOSH should answer with its <body>',
  login: 'where the login should be answered',
};

const XML: Readonly<Record<XmlFault, (kilobytes: number) => string>> = {
  malformed: () => 'not well-formed XML',
  empty: () => 'no XML element',
  'too-large': (kilobytes) => `more than ${kilobytes} kB of XML`,
  'too-deep': () => 'XML too deep or too large',
  comment: () => 'a comment in XML, which XMPP forbids',
  'processing-instruction': () => 'a processing instruction in XML, which XMPP forbids',
  'document-type': () => 'a document type in XML, which XMPP forbids',
};

const STUN: Readonly<Record<StunFault, string>> = {
  'short-message': 'a truncated message',
  'short-attribute': 'a truncated attribute',
  foreign: 'something that is not STUN',
};

/** What errors of TURN mean to the operator of such a server. */
const TURN: Readonly<Record<number, string>> = {
  401: 'the credentials that the XMPP server issues are not accepted (do both have the same secret, and the same time?)',
  403: 'it does not allow this',
  437: 'it says that this client has an allocation already',
  438: 'it finds every nonce too old',
  441: 'the credentials are not those of the allocation',
  442: 'it does not relay over UDP',
  486: 'its quota of allocations is used up',
  508: 'it has no capacity left (no free port to relay from)',
};

const quoted = ({ condition, text }: { readonly condition: string; readonly text: string | null }): string =>
  text === null ? condition : `${condition} ("${text}")`;

/** What stream errors mean that a server ends a stream with because of its limits. */
const LIMITS: Readonly<Record<string, string>> = {
  'policy-violation':
    'a limit of size or rate (in prosody c2s_stanza_size_limit and the like; in Jitsi’s own modules mod_rate_limit)',
  'resource-constraint':
    'a limit of size or number (in prosody websocket_frame_buffer_limit and the like), or a server that is short of memory',
};

function limited(condition: string): string {
  const meaning = LIMITS[condition];
  return meaning ? `: ${meaning}` : '';
}

/** What statuses mean by which web servers limit requests; nginx's limit_req answers 503 unless limit_req_status is set. */
function limitedHttp(status: number): string {
  if (status === 429)
    return ' (Too Many Requests: a limit of the web server, such as limit_req of nginx; all behind one address count together)';
  return status === 503
    ? ' (nothing behind the web server answers; or a limit of it, as limit_req of nginx answers so)'
    : '';
}

/** Why a part does not work, as a clause. */
export function reason(why: Reason): string {
  switch (why.kind) {
    case 'connection':
      return webWords.en.failure(why.failure);
    case 'mixed-content':
      return `browsers refuse an unencrypted address (${why.url}) on a page that is https://`;
    case 'cross-origin':
      return `it answers, and browsers keep the answer from pages of ${why.origin}, which is another origin (${why.allowed === null ? 'no header access-control-allow-origin' : `access-control-allow-origin: ${why.allowed}`})`;
    case 'status': {
      const place =
        why.expected === 'websocket' ? 'where a WebSocket should open' : 'where BOSH should answer';
      const host =
        why.unknownHost === undefined
          ? ''
          : ` (the XMPP server does not know the host "${why.unknownHost}": the proxy must pass on the header Host of the XMPP domain)`;
      return `status ${why.status} ${place}${host || limitedHttp(why.status)}`;
    }
    case 'element':
      return `<${why.name}> ${EXPECTED[why.expected]}`;
    case 'xml':
      return `${XML[why.fault](why.kilobytes)}${why.bosh ? ' where BOSH should answer' : ''}`;
    case 'too-much':
      return `an answer of more than ${why.kilobytes} kB`;
    case 'protocol':
      return PROTOCOL[why.fault];
    case 'websocket-closed':
      return `the WebSocket was closed${why.code === null ? '' : ` (${why.code})`}`;
    case 'handshake':
      return `no WebSocket handshake (${why.message})`;
    case 'bosh-ended':
      return `the server ended the BOSH session${why.condition === null ? '' : ` (${why.condition})`}`;
    case 'stream-error':
      return `the stream error ${quoted(why)}${limited(why.condition)}`;
    case 'stanza-error':
      return why.from === null ? quoted(why) : `${why.from} answers ${quoted(why)}`;
    case 'login-unavailable':
      return `the login failed: ${quoted(why)}`;
    case 'login-refused':
      return `it refuses the ${why.account ? '' : 'anonymous '}login: ${quoted(why)}`;
    case 'accounts-only':
      return `it accepts only logins with an account (${why.mechanisms.join(', ')})`;
    case 'http-status':
      return `it is answered ${why.status}${limitedHttp(why.status)}`;
    case 'not-ready':
      return `jicofo says for ${formatDuration(why.waitedMs)} that the room is not ready`;
    case 'turn-error': {
      const answer = `it answers ${why.code === 0 ? why.text : `${why.code} ${why.text}`.trim()}`;
      const meaning = TURN[why.code];
      return meaning ? `${meaning}; ${answer}` : answer;
    }
    case 'stun-error':
      return `it refuses with ${why.code === 0 ? why.text : `${why.code} ${why.text}`.trim()}`;
    case 'not-stun':
      return `it answers with ${STUN[why.fault]}`;
  }
}
