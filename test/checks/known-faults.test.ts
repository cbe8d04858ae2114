/** The catalogue of known faults: each entry has a run that shows it, and healthy runs, and others, show none. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CallResult, CallStream } from '../../src/checks/call/result.ts';
import type { Finding, Found, Kind, Run } from '../../src/checks/check.ts';
import { knownFault, knownFaults, looksLike } from '../../src/checks/known-faults.ts';
import { reportRun } from '../../src/report/run.ts';
import { otherFindings } from '../../src/view/findings.ts';
import { LANGUAGES } from '../../src/view/words/index.ts';

type Browser = 'chromium' | 'firefox';

/** A call of A, B and C over the bridge. */
function call(browsers: readonly Browser[] = ['chromium', 'chromium', 'chromium']): CallResult {
  const names = ['A', 'B', 'C'];
  return {
    url: 'https://meet.example.org/',
    room: 'vigie-1',
    version: null,
    participants: names.map((name, index) => ({
      ...{ name, browser: browsers[index]!, version: null, endpointId: name, transport: null },
    })),
    steps: [],
    streams: names.flatMap((receiver) =>
      names
        .filter((sender) => sender !== receiver)
        .flatMap((sender) =>
          (['audio', 'video'] as const).map(
            (kind) => ({ step: 'join', receiver, sender, kind, path: 'bridge' }) as CallStream,
          ),
        ),
    ),
  };
}

interface Shown {
  readonly kind: Kind;
  readonly cause: object;
  readonly outcome?: Found['outcome'];
  readonly call?: CallResult;
}

const matched = ({ kind, cause, outcome = 'fail', call: result }: Shown) =>
  looksLike(kind, { cause, outcome } as unknown as Found, result ? { call: result } : {});

const stream = (receiver: string, sender: string, kind: string, reason: object, more: object = {}) => ({
  ...{ receiver, sender, kind, cause: reason, path: 'bridge' },
  ...more,
});
const streams = (id: string, list: readonly object[], more: object = {}) => ({
  ...{ id, scope: 'some', streams: list },
  ...more,
});
const notReceived = { id: 'not-received', transport: null };
const out = { participants: ['A', 'B', 'C'], everybody: true };
const inactive = { id: 'encodings-inactive', sender: 'B', kind: 'video', change: null };
const websocket = (status: number) => ({
  ...{ id: 'websocket-failed', reason: '', used: true },
  why: { kind: 'status', status, expected: 'websocket' },
});

/** For each entry, a run that shows it. */
const SHOWN: Readonly<Record<string, Shown>> = {
  'sender-constraints-after-direct': {
    kind: 'call',
    cause: streams('stream-missing', [
      stream('A', 'B', 'video', inactive),
      stream('C', 'B', 'video', inactive),
    ]),
    call: call(),
  },
  'key-frame-limit': {
    kind: 'call',
    outcome: 'degraded',
    cause: {
      id: 'stream-slow',
      since: 'joining',
      streams: [{ receiver: 'C', sender: 'B', kind: 'video', firstMs: 12_000, waitedMs: 11_000 }],
    },
    call: call(),
  },
  'audio-demux-wedge': {
    kind: 'call',
    cause: streams('stream-missing', [stream('A', 'B', 'audio', notReceived)]),
    call: call(),
  },
  'firefox-demux': {
    kind: 'call',
    cause: streams('stream-frozen', [stream('A', 'B', 'video', { id: 'content' })]),
    call: call(['firefox', 'chromium', 'chromium']),
  },
  'unnominated-pair': {
    kind: 'call',
    cause: streams('stream-lost', [
      stream('A', 'B', 'video', {
        id: 'not-received',
        transport: { now: { relay: null }, before: { relay: 'udp' } },
      }),
    ]),
    call: call(),
  },
  'rejoin-not-seen': {
    kind: 'call',
    cause: streams('stream-missing', [stream('A', 'B', 'video', { id: 'no-track', receiver: 'A' })], {
      moment: { what: 'reloaded', who: ['B'] },
    }),
    call: call(),
  },
  'third-joins': {
    kind: 'call',
    cause: { id: 'ice-failed', how: 'no-path', offered: { problem: 'silent', candidates: [] }, ...out },
  },
  'bridge-channel-address': { kind: 'call', cause: { id: 'bridge-channel-closed', channel: null, ...out } },
  'no-bridge-in-brewery': { kind: 'call', cause: { id: 'bridge-unavailable', how: 'none', ...out } },
  'ghost-rooms': { kind: 'call', cause: { id: 'room-split', ...out } },
  'websocket-origin': { kind: 'signaling', cause: websocket(403) },
  'upgrade-dropped': {
    kind: 'signaling',
    cause: { id: 'signaling-failed', websocket: '', why: { websocket: websocket(200).why } },
  },
  'includes-not-evaluated': {
    kind: 'signaling',
    outcome: 'degraded',
    cause: { id: 'include-unevaluated', url: 'https://meet.example.org/', includes: ['/config.js'] },
  },
  'muc-name': { kind: 'signaling', cause: { id: 'muc-unknown', muc: 'muc.meet.test', reason: '', why: {} } },
};

describe('the catalogue', () => {
  it.each(knownFaults().map(({ id }) => id))('%s is shown by its run, and by it alone', (id) => {
    const shown = Object.entries(SHOWN).filter(([, run]) => matched(run).includes(id));
    expect(shown.map(([name]) => name)).toEqual([id]);
  });

  it('has each entry once', () => {
    const ids = knownFaults().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(Object.keys(SHOWN).toSorted());
    expect(knownFault('no-such-fault')).toBeNull();
  });

  it.each([
    ['an error of our own', { ...SHOWN['key-frame-limit']!, outcome: 'error' }],
    [
      'a picture that comes after six seconds',
      {
        ...SHOWN['key-frame-limit']!,
        cause: {
          id: 'stream-slow',
          streams: [{ receiver: 'C', sender: 'B', kind: 'video', waitedMs: 6000 }],
        },
      },
    ],
    [
      'sound that a sender mutes',
      {
        kind: 'call',
        cause: streams('stream-missing', [stream('A', 'B', 'audio', { id: 'sender-muted' })]),
        call: call(),
      },
    ],
    [
      'what Firefox and Chromium alike do not get',
      {
        kind: 'call',
        cause: streams('stream-missing', [
          stream('A', 'B', 'video', notReceived),
          stream('C', 'B', 'video', notReceived),
        ]),
        call: call(['firefox', 'chromium', 'chromium']),
      },
    ],
    ['a WebSocket that answers 502', { kind: 'signaling', cause: websocket(502) }],
    ['a bridge that shuts down', { kind: 'call', cause: { id: 'bridge-unavailable', how: 'shutting-down' } }],
    ['a certificate near its end', { kind: 'signaling', cause: { id: 'certificate-expiring' } }],
  ] as readonly (readonly [string, Shown])[])('%s looks like none', (_what, shown) => {
    expect(matched(shown)).toEqual([]);
  });
});

describe('what a finding looks like', () => {
  const finding: Finding = {
    ...{ id: 'stream-slow', text: 'C saw B late.' },
    outcome: 'degraded',
    looksLike: ['key-frame-limit', 'of-a-later-version'],
  };

  it('is quoted on the terminal, with what helps and where it is described', () => {
    const run = {
      ...{ schema: 1, id: '1', check: 'meet', kind: 'call', outcome: 'degraded', summary: '' },
      ...{ startedAt: '2026-11-28T21:00:00.000Z', durationMs: 1, findings: [finding], phases: [] },
    } as unknown as Run;
    const text = reportRun(run, false);
    expect(text).toMatch(
      /This looks like a known fault: a first picture that comes only after about 11 s; probably the videobridge, which passes on at most three .+max-requests/,
    );
    expect(text).toContain('https://github.com/jitsi/jitsi-videobridge/pull/2349');
  });

  it.each([
    ['en', 'This looks like a known fault: a first picture that comes only after about 11 s'],
    ['fr', 'Cela ressemble à un défaut connu'],
  ] as const)('is quoted on pages (%s)', (language, text) => {
    const run = { kind: 'call', outcome: 'degraded', findings: [finding] } as unknown as Run;
    const line = { text: '', language, finding: null } as const;
    const page = String(otherFindings(run, line, { evidence: false, t: LANGUAGES[language] }));
    expect(page).toContain(text);
    expect(page).toContain('href="https://github.com/jitsi/jitsi-videobridge/pull/2349"');
  });
});

it('the image has the catalogue', () => {
  const root = new URL('../../', import.meta.url);
  expect(readFileSync(new URL('Dockerfile', root), 'utf8')).toContain('COPY docs/known-faults.yaml docs/');
  expect(readFileSync(new URL('.dockerignore', root), 'utf8')).toContain('!docs/known-faults.yaml');
});
