/** One of every cause, reason and remark of the signaling check. */
import type { SignalingCause } from '../../../src/checks/signaling/causes.ts';
import type { Reason } from '../../../src/checks/signaling/reasons.ts';
import type { OwnRemark } from '../../../src/checks/signaling/words/contract.ts';
import { CERTIFICATE_FAULTS } from '../../../src/net/certificate-faults.ts';
import { type ConnectionFailure, FAILURES } from '../../../src/net/failure.ts';
import { accountCauses } from '../accounts.ts';

const HOST = 'meet.example.org:8443';
export const failure = (kind: ConnectionFailure['failure']): ConnectionFailure => ({
  failure: kind,
  host: HOST,
  name: 'meet.example.org',
  code: 'CODE',
  ...(kind === 'certificate-invalid' && { certificate: 'self-signed' }),
  ...(kind === 'silent' && { deadlineMs: 5000 }),
});
const said = { condition: 'not-authorized', text: 'token required' };
const mute = { condition: 'not-authorized', text: null };

/** One of each kind, and of each fault. */
export const reasons: readonly Reason[] = [
  ...FAILURES.map((kind) => ({ kind: 'connection', failure: failure(kind) }) as const),
  { kind: 'mixed-content', url: 'ws://meet.example.org/' },
  { kind: 'status', status: 404, expected: 'websocket' },
  { kind: 'status', status: 502, expected: 'bosh' },
  { kind: 'status', status: 404, expected: 'bosh', unknownHost: '192.168.5.70' },
  { kind: 'cross-origin', origin: 'https://meet.example.org', allowed: null },
  { kind: 'cross-origin', origin: 'https://meet.example.org', allowed: '*, *' },
  ...(['stream', 'features', 'bosh', 'login'] as const).map(
    (expected) => ({ kind: 'element', name: 'message', expected }) as const,
  ),
  ...(
    [
      'malformed',
      'empty',
      'too-large',
      'too-deep',
      'comment',
      'processing-instruction',
      'document-type',
    ] as const
  ).map((fault, i) => ({ kind: 'xml', fault, kilobytes: 256, bosh: i % 2 === 0 }) as const),
  { kind: 'too-much', kilobytes: 256 },
  ...(
    [
      'no-subprotocol',
      'closed-while-opening',
      'binary-message',
      'sent-elsewhere',
      'stream-closed',
      'no-bosh-session',
      'empty-answers',
      'no-binding',
      'endless-stanzas',
      'no-login',
      'plain-unencrypted',
      'sasl-exchange',
      'not-jicofo',
      'no-address',
      'unsigned',
      'sent-on-again',
      'foreign-bridge',
    ] as const
  ).map((fault) => ({ kind: 'protocol', fault }) as const),
  { kind: 'websocket-closed', code: 1006 },
  { kind: 'websocket-closed', code: null },
  { kind: 'handshake', message: 'Invalid Upgrade header' },
  { kind: 'bosh-ended', condition: 'host-unknown' },
  { kind: 'bosh-ended', condition: null },
  { kind: 'stream-error', ...said },
  { kind: 'stanza-error', from: null, ...mute },
  { kind: 'stanza-error', from: 'focus.meet.test', ...said },
  { kind: 'login-unavailable', ...mute },
  { kind: 'login-refused', ...said },
  { kind: 'login-refused', ...said, account: true },
  { kind: 'accounts-only', mechanisms: ['PLAIN', 'SCRAM-SHA-1'] },
  { kind: 'http-status', status: 500 },
  { kind: 'not-ready', waitedMs: 5000 },
  ...[0, 401, 403, 437, 438, 441, 442, 486, 500, 508].map(
    (code) => ({ kind: 'turn-error', code, text: 'Said' }) as const,
  ),
  { kind: 'stun-error', code: 0, text: 'an error without a code' },
  { kind: 'stun-error', code: 403, text: 'Forbidden' },
  ...(['short-message', 'short-attribute', 'foreign'] as const).map(
    (fault) => ({ kind: 'not-stun', fault }) as const,
  ),
];

const why: Reason = { kind: 'http-status', status: 500 };
const explained = { reason: 'it is answered 500', why };
const asked = { url: 'https://meet.example.org:8443/config.js', code: 'CODE', message: 'x' };
const stopped = { name: 'ReferenceError', message: "'$' is not defined", line: 3 };
const turnFailed = { server: 'turn.example.org:3478', ...explained };
const missing = (id: 'config-missing' | 'library-missing'): SignalingCause[] => [
  { id, path: 'config.js', status: 404, answer: { kind: 'status', status: 404 } },
  { id, path: 'config.js', status: 200, answer: { kind: 'page' } },
  {
    id,
    path: 'config.js',
    type: 'text/plain',
    bytes: null,
    answer: { kind: 'refused-type', type: 'text/plain' },
  },
  {
    id,
    path: 'config.js',
    type: 'image/png',
    answer: { kind: 'refused-type', type: 'image/png', nosniff: false },
  },
  { id, urls: ['https://x/config.js'], answer: { kind: 'not-loaded', paths: ['/config.js'] } },
];

export const causes: readonly SignalingCause[] = [
  { id: 'own-network-down', host: HOST, code: 'ENETUNREACH', failure: failure('own-network-down') },
  { id: 'own-resolver-down', ...asked, failure: failure('own-resolver-down') },
  { id: 'host-unknown', ...asked, failure: failure('host-unknown') },
  ...CERTIFICATE_FAULTS.map(
    (certificate) =>
      ({
        id: 'certificate-invalid',
        ...asked,
        failure: { ...failure('certificate-invalid'), certificate },
      }) as const,
  ),
  ...(['refused', 'silent', 'not-tls', 'unreachable'] as const).map(
    (kind) => ({ id: 'page-unreachable', ...asked, failure: failure(kind) }) as const,
  ),
  { id: 'page-error', url: 'https://meet.example.org/', status: 404 },
  ...(
    [
      ...['password', 'http-to-tls', 'client-certificate', 'wrong-host', 'nothing-behind'],
      ...['cloudflare-origin', 'cloudflare-tunnel'],
    ] as const
  ).map((meaning) => ({ id: 'page-error', url: 'https://meet.example.org/', status: 502, meaning }) as const),
  ...(
    [
      ['permissions-policy', 'camera=()', ['camera', 'microphone']],
      ['permissions-policy', 'microphone=()', ['microphone']],
      ['feature-policy', "camera 'none'", ['camera']],
      ['content-security-policy', "script-src 'self'", ['script']],
    ] as const
  ).map(([header, value, refuses]) => ({
    ...({ id: 'page-policy', url: 'https://meet.example.org/', header, value } as const),
    refuses: [...refuses],
  })),
  {
    ...({ id: 'page-policy', url: 'https://meet.example.org/', header: 'content-security-policy' } as const),
    ...{ value: "connect-src 'none'", refuses: ['connection'], address: 'wss://xmpp.example.org/' },
  },
  { id: 'insecure-origin', url: 'http://meet.example.org/' },
  ...[true, false].map(
    (signIn) =>
      ({
        id: 'redirected-away',
        url: 'https://meet.example.org/',
        location: 'https://meet.example.org/sign-in',
        signIn,
      }) as const,
  ),
  { id: 'bot-wall', url: 'https://meet.example.org/', status: 403, wall: 'Cloudflare' },
  ...[true, false].flatMap((defaultSite) =>
    ['Welcome to nginx!', null].map(
      (title) => ({ id: 'page-foreign', url: 'https://meet.example.org/', title, defaultSite }) as const,
    ),
  ),
  ...(
    [
      { kind: 'status', status: 404 },
      { kind: 'page' },
      { kind: 'refused-type', type: '', nosniff: true },
      { kind: 'refused-type', type: 'image/png', nosniff: false },
    ] as const
  ).map(
    (answer) =>
      ({
        id: 'page-script-missing',
        url: 'https://meet.example.org/',
        script: '/libs/app.bundle.min.js',
        answer,
      }) as const,
  ),
  { id: 'include-unevaluated', url: 'https://meet.example.org/', includes: ['/config.js'] },
  ...(['include', 'not-a-websocket', 'not-http', 'no-scheme'] as const).map(
    (because) =>
      ({
        id: 'config-invalid',
        path: 'config.js',
        reason: 'x',
        message: 'x',
        line: null,
        refused: { setting: 'websocket', value: 'https://x/', because, form: 'wss://x/xmpp-websocket' },
      }) as const,
  ),
  { id: 'muc-unknown', muc: 'conference.meet.test', ...explained },
  ...missing('config-missing'),
  ...missing('library-missing'),
  { id: 'certificate-expiring', host: HOST, validTo: '2026-12-01T00:00:00.000Z', daysLeft: 3, threshold: 14 },
  { id: 'external-api-missing', path: 'external_api.js', answer: { kind: 'status', status: 404 } },
  { id: 'external-api-missing', path: 'external_api.js', answer: { kind: 'page' } },
  ...([4, 6] as const).map(
    (family) =>
      ({
        id: 'address-family-broken',
        host: 'meet.example.org',
        family,
        address: '2001:db8::5',
        reason: 'status 502',
        why: { kind: 'http-status', status: 502 },
      }) as const,
  ),
  { id: 'library-implausible', path: 'libs/lib-jitsi-meet.min.js', type: '', bytes: 21 },
  {
    id: 'config-invalid',
    path: 'config.js',
    reason: 'line 1: Unexpected token',
    message: 'Unexpected token',
    line: 1,
  },
  {
    id: 'config-invalid',
    path: 'config.js',
    reason: 'Unexpected token',
    message: 'Unexpected token',
    line: null,
  },
  ...[2, null].map((line): SignalingCause => {
    const message = "'config' is not defined";
    return { id: 'config-invalid', path: 'config.js', reason: message, message, line, undeclared: true };
  }),
  { id: 'config-incomplete', path: 'config.js', missing: ['hosts.muc'] },
  ...(
    [
      { kind: 'too-large', megabytes: 1 },
      { kind: 'cpu-time', seconds: 1 },
      { kind: 'time', seconds: 10 },
      { kind: 'not-a-configuration' },
      { kind: 'stops', stopped, missing: ['hosts.domain'] },
      { kind: 'failed', message: 'out of memory' },
    ] as const
  ).map((how) => ({ id: 'config-unreadable', path: 'config.js', why: how }) as const),
  { id: 'config-stops', path: 'config.js', stopped },
  { id: 'config-stops', path: 'config.js', stopped: { ...stopped, line: null } },
  { id: 'signaling-failed', websocket: 'x', why: { websocket: why } },
  { id: 'signaling-failed', websocket: 'x', bosh: 'x', why: { websocket: why, bosh: why } },
  ...[true, false].flatMap(
    (used) =>
      [
        { id: 'websocket-failed', ...explained, used },
        { id: 'bosh-failed', ...explained, used },
      ] as const,
  ),
  ...(['optional', 'required'] as const).flatMap(
    (expected) =>
      [
        { id: 'websocket-not-offered', expected },
        { id: 'bosh-not-offered', expected },
      ] as const,
  ),
  ...[true, false].flatMap((account): SignalingCause[] => [
    { id: 'visitors-only', account },
    { id: 'conference-not-live', account },
  ]),
  { id: 'password-required', domain: 'meet.test', why: { kind: 'login-refused', ...said } },
  { id: 'password-required', domain: null, why: null },
  { id: 'login-failed', domain: 'meet.test', ...explained },
  { id: 'login-failed', domain: 'meet.test', ...explained, as: 'user' },
  { id: 'login-failed', domain: 'meet.test', ...explained, as: 'jwt' },
  ...accountCauses,
  { id: 'conference-request-failed', ...explained },
  { id: 'turn-not-offered' },
  { id: 'turn-credentials-failed', ...explained },
  { id: 'turn-credentials-missing', servers: ['turn.example.org:3478'] },
  { id: 'turn-server-invalid', servers: ['turn:2001:db8::1:3478'] },
  { id: 'turn-server-invalid', servers: ['turns:https://turn.example.org:443?transport=tcp'], needed: true },
  { id: 'room-refused', muc: 'muc.meet.example', ...explained },
  { id: 'turn-credentials-missing', servers: ['turn.example.org:443'], needed: true },
  { id: 'turn-udp-failed', transport: 'udp', ...turnFailed },
  {
    id: 'turn-udp-failed',
    transport: 'udp',
    server: HOST,
    reason: 'x',
    why: { kind: 'connection', failure: failure('silent') },
  },
  { id: 'turn-tcp-failed', transport: 'tcp', ...turnFailed },
  { id: 'turn-tls-failed', transport: 'tls', ...turnFailed },
  { id: 'turn-open', server: 'turn.example.org:3478' },
  { id: 'turn-relay-private', server: 'turn.example.org:3478', relayed: '10.0.0.1' },
  { id: 'bridge-unavailable', how: 'none', waitedMs: 120 },
  { id: 'bridge-unavailable', how: 'no-session', waitedMs: 10_000 },
  { id: 'room-split' },
  ...(['policy-violation', 'resource-constraint'] as const).map((condition): SignalingCause => {
    const why: Reason = { kind: 'stream-error', condition, text: null };
    return { id: 'signaling-limited', reason: 'a limit', why };
  }),
  { id: 'session-ended', reason: 'the WebSocket was closed', why: { kind: 'websocket-closed', code: 1006 } },
  ...[429, 503].map((status): SignalingCause => {
    return { id: 'conference-request-failed', reason: 'a limit', why: { kind: 'http-status', status } };
  }),
  { id: 'signaling-slow', roundTripMs: 2300, threshold: 1000 },
  ...[true, false].flatMap((relayed): SignalingCause[] => [
    { id: 'bridge-address-missing', relayed },
    { id: 'bridge-address-private', addresses: [{ address: '10.0.0.5', port: 10_000 }], relayed },
    {
      id: 'bridge-unreachable',
      family: relayed ? 6 : 4,
      addresses: [{ address: '2001:db8::5', port: 10_000 }],
      relayed,
      otherFamily: relayed,
      ...explained,
    },
  ]),
  { id: 'stun-failed', server: 'stun.example.org:3478', by: 'XMPP', ...explained },
  { id: 'stun-servers-invalid', servers: ['stun://stun.example.org'] },
];

export const remarks: readonly OwnRemark[] = [
  ...(
    [
      'front-unanswered',
      'not-https',
      'no-tls-connection',
      'config-unusable',
      'not-in-config',
      'no-signaling',
      'nobody-logged-in',
      'none-offered',
      'dtls',
      'not-wanted',
      'no-conference',
      'no-second-occupant',
      'no-udp',
      'private-only',
      'no-own-address',
    ] as const
  ).map((because) => ({ kind: 'skipped', because }) as const),
  { kind: 'failed', why },
  { kind: 'status', status: 200 },
  { kind: 'page-instead' },
  { kind: 'certificate', daysLeft: 80, fault: null, accepted: false },
  { kind: 'certificate', daysLeft: -1, fault: { kind: 'expired', code: 'CERT_HAS_EXPIRED' }, accepted: true },
  { kind: 'refused-type', type: 'text/plain' },
  { kind: 'refused-type', type: 'image/png', nosniff: false },
  { kind: 'too-small', bytes: 21 },
  { kind: 'library', bytes: 1_234_567, type: 'application/javascript' },
  { kind: 'library', bytes: null, type: '' },
  { kind: 'config', domain: 'meet.test' },
  { kind: 'stream' },
  { kind: 'login', transport: 'bosh' },
  { kind: 'login', transport: 'websocket', as: 'user' },
  { kind: 'login', transport: 'websocket', as: 'jwt' },
  { kind: 'conference', answer: 'ready', over: 'HTTP' },
  { kind: 'conference', answer: 'not-authorized', over: 'XMPP' },
  { kind: 'credentials', usable: 1, of: 2 },
  { kind: 'allocation', grantedMs: 12 },
  { kind: 'offer', candidates: [] },
  {
    kind: 'offer',
    candidates: [{ address: '2001:db8::5', port: 10_000, protocol: 'udp', type: 'srflx' }],
  },
  { kind: 'bridge', roundTripMs: 12 },
  { kind: 'round-trip', questions: 3 },
  { kind: 'stun', by: 'XMPP', address: true },
  { kind: 'stun', by: 'config.js', address: false },
];
