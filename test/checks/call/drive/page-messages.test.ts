/** What a page says is a stranger's text: only messages of the protocol, within bounds, pass. */
import { describe, expect, it } from 'vitest';
import { now } from '../../../../src/checks/call/drive/clock.ts';
import { droppedMessages } from '../../../../src/checks/call/drive/own-faults.ts';
import {
  MAX_EVENTS,
  PageMessages,
  REFUSED_LIMIT,
  readLoaded,
  readRaw,
  type World,
} from '../../../../src/checks/call/drive/page-messages.ts';
import { sentence } from '../../../../src/checks/sentence.ts';

const report = (more: object = {}) => ({
  ...{ type: 'report', at: now(), stalledMs: 0, drawn: 10, played: 10 },
  read: [
    { endpointId: 'id-B', kind: 'video', index: 1, watermarks: [[now() - 90, now()] as [unknown, unknown]] },
  ],
  tracks: [
    {
      ...{ endpointId: 'id-B', kind: 'video', p2p: false, ssrc: 1, muted: false },
      ...{ frames: 3, levelDb: null, brightness: 120 },
    },
  ],
  ...more,
});
const read = (message: unknown, from: World = 'isolated') =>
  new PageMessages().read(JSON.stringify(message), from);

describe('messages of a page', () => {
  it('pass where they are of the protocol', () => {
    expect(read(report())).toMatchObject({ type: 'report', drawn: 10 });
    expect(read({ type: 'event', at: now(), name: 'joined', detail: { endpointId: 'x' } })).toMatchObject({
      name: 'joined',
    });
    const ping = { type: 'event', at: now(), name: 'xmpp-ping', detail: { ms: 12, answered: true } };
    expect(read(ping, 'own')).toEqual(ping);
    const sample = { at: now(), p2pActive: false, peers: [], pairs: [], rtp: [] };
    expect(read({ type: 'stats', sample })).toEqual({ type: 'stats', sample });
  });

  it.each([
    ['no JSON', '{'],
    ['nothing', 'null'],
    ['a list', '[]'],
    ['a number instead of text', 7],
    ['another type', JSON.stringify({ type: 'verdict', outcome: 'pass' })],
    ['a time without end', JSON.stringify(report({ at: 1e300 }))],
    ['a time of long ago', JSON.stringify(report({ at: 0 }))],
    ['a time that is none', JSON.stringify(report({ at: null }))],
    [
      'a watermark of the future',
      JSON.stringify(
        report({ read: [{ endpointId: 'x', kind: 'audio', index: 1, watermarks: [[1e300, now()]] }] }),
      ),
    ],
    ['tracks that are no list', JSON.stringify(report({ tracks: {} }))],
    ['more than the protocol has', JSON.stringify(report({ verdict: 'ok' }))],
    ['a standstill of ages', JSON.stringify(report({ stalledMs: 1e12 }))],
    [
      'a detail that is deep',
      JSON.stringify({ type: 'event', at: now(), name: 'x', detail: { a: { b: { c: { d: {} } } } } }),
    ],
    ...[
      { ms: 1e9, answered: true },
      { ms: -1, answered: true },
      { ms: '5' },
      { ms: 5, answered: true, more: 1 },
    ].map((detail): [string, string] => [
      `a ping that is none: ${JSON.stringify(detail)}`,
      JSON.stringify({ type: 'event', at: now(), name: 'xmpp-ping', detail }),
    ]),
    ['an event without detail', JSON.stringify({ type: 'event', at: now(), name: 'joined' })],
    ['megabytes', JSON.stringify(report({ type: 'x'.repeat(2_000_000) }))],
  ])('are dropped and counted where they are %s', (_, text) => {
    const messages = new PageMessages();
    expect(messages.read(text, 'isolated')).toBeNull();
    expect([...messages.refused.values()]).toEqual([1]);
  });

  it('are no reports where they come from beside the deployment’s scripts', () => {
    const messages = new PageMessages();
    expect(messages.read(JSON.stringify(report()), 'own')).toBeNull();
    expect([...messages.refused]).toEqual([['not-believed', 1]]);
    expect(read({ type: 'event', at: now(), name: 'p2p', detail: {} }, 'own')).not.toBeNull();
  });

  it('are no more than a participant can have', () => {
    const messages = new PageMessages();
    const text = JSON.stringify({ type: 'event', at: now(), name: 'x', detail: {} });
    const taken = Array.from({ length: 2 * MAX_EVENTS }, () => messages.read(text, 'isolated')).filter(
      Boolean,
    );
    expect(taken.length).toBeLessThan(MAX_EVENTS);
    expect(messages.refused.get('too-many')).toBe(2 * MAX_EVENTS - taken.length);
  });

  it('that were dropped are stated after a limit, and decide nothing', () => {
    const [slip, many] = [new PageMessages(), new PageMessages()];
    slip.read('{', 'own');
    for (let sent = 0; sent <= REFUSED_LIMIT; sent += 1) many.read('{', 'own');
    expect(droppedMessages([{ name: 'A', messages: slip }])).toBeNull();
    const found = droppedMessages([
      { name: 'A', messages: slip },
      { name: 'B', messages: many },
    ])!;
    expect(found).toEqual({
      cause: {
        id: 'page-messages-dropped',
        participants: [{ participant: 'B', messages: REFUSED_LIMIT + 1, reasons: ['ill-formed'] }],
      },
      outcome: 'pass',
    });
    expect(sentence('call', found.cause, 'en')).toMatch(/^Scripts in the pages of B \(21\) sent Vigie/);
  });
});

describe('what was loaded', () => {
  it('has a version of a length that versions have', () => {
    const loaded = readLoaded({
      failed: [],
      config: true,
      bot: true,
      version: `2\u001b[2J${'9'.repeat(1e6)}`,
    });
    expect(loaded?.version).toHaveLength(64);
    expect(loaded?.version).toMatch(/^2 \[2J9+$/);
  });

  it.each([null, 'x', { failed: 'all' }, { failed: [], config: 1, version: {}, bot: true }])(
    'is not known where a script answers in its place: %j',
    (value) => {
      expect(readLoaded(value)).toBeNull();
    },
  );
});

describe('complete statistics', () => {
  it('are taken where they are what a page keeps', () => {
    const page = { url: 'https://x/', userAgent: 'y', brands: [], peers: [] };
    expect(readRaw(JSON.stringify(page))).toEqual(page);
    for (const text of [null, 5, '{', '{}', JSON.stringify({ ...page, peers: [{ madeAt: 1e300 }] })]) {
      expect(readRaw(text)).toBeNull();
    }
  });
});
