/** What a call and the signaling check read of a deployment, changed: nothing throws what is not its own, and no run becomes unreadable. */
import { expect, test } from 'vitest';
import { transportOf } from '../../src/checks/call/assemble.ts';
import { PageMessages, readLoaded, readRaw } from '../../src/checks/call/drive/page-messages.ts';
import { callTransport } from '../../src/checks/call/result.ts';
import { ATTRIBUTES, decode, encode, NotStun } from '../../src/checks/signaling/turn/message.ts';
import { parseXml, XmlError } from '../../src/checks/signaling/xmpp/xml.ts';
import { fuzz, MAX_MS, MS } from './fuzzing.ts';

const now = performance.timeOrigin + performance.now();
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

const MESSAGES = [
  { type: 'event', at: now, name: 'joined', detail: { endpointId: 'ab12', jicofo: '1.0' } },
  {
    ...{ type: 'report', at: now, stalledMs: 0, drawn: 10, played: 10 },
    read: [{ endpointId: 'b', kind: 'video', index: 1, watermarks: [[now - 90, now]] }],
    tracks: [
      {
        ...{ endpointId: 'b', kind: 'video', p2p: false, ssrc: 1, muted: false },
        ...{ frames: 3, levelDb: null, brightness: 120 },
      },
    ],
  },
  {
    type: 'stats',
    sample: {
      ...{ at: now, p2pActive: false, rtp: [] },
      peers: [{ p2p: false, connectionState: 'connected', iceConnectionState: 'connected', direct: null }],
      pairs: [
        {
          ...{
            p2p: false,
            localPort: 50_000,
            localAddress: '10.0.0.1',
            candidateType: 'host',
            protocol: 'udp',
          },
          ...{ relayProtocol: null, remoteType: 'host', rttMs: 3, bytesReceived: 1, bytesSent: 1 },
          availableOutgoingBitrate: null,
        },
      ],
    },
  },
];

const timeout = MS * 2 + 20_000;

test('messages of pages', { timeout }, () => {
  const { inputs, longest } = fuzz(MESSAGES.map(json), (bytes) => {
    for (const from of ['own', 'isolated'] as const) {
      const message = new PageMessages().read(bytes.toString('utf8'), from);
      if (message?.type !== 'stats') continue;
      const transport = transportOf({ allSamples: [message.sample] });
      if (transport) callTransport.parse(transport);
    }
  });
  expect(inputs).toBeGreaterThan(10);
  expect(longest).toBeLessThan(MAX_MS);
});

test('what pages say of what was loaded, and of their peer connections', { timeout }, () => {
  const samples = [
    { failed: ['https://x/y.js'], config: true, version: '1.2', bot: true },
    { url: 'https://x/', userAgent: 'y', brands: [{ brand: 'a', version: 'b' }], peers: [] },
  ];
  const { longest } = fuzz(samples.map(json), (bytes) => {
    const text = bytes.toString('utf8');
    readRaw(text);
    let value: unknown = text;
    try {
      value = JSON.parse(text);
    } catch {
      // A text is as good a value.
    }
    readLoaded(value);
  });
  expect(longest).toBeLessThan(MAX_MS);
});

/** Does something that may refuse its input in its own way. */
const refusing =
  (own: new (...args: never[]) => Error, parse: (bytes: Buffer) => unknown) => (bytes: Buffer) => {
    try {
      parse(bytes);
    } catch (cause) {
      if (!(cause instanceof own)) throw cause;
    }
  };

test('answers of TURN servers', { timeout }, () => {
  const attributes = Object.values(ATTRIBUTES).map((type) => ({ type, value: Buffer.from('example.org') }));
  const message = { method: 3, transaction: Buffer.alloc(12, 7), attributes } as const;
  const samples = [
    encode({ ...message, class: 'success' }, null),
    encode({ ...message, class: 'error' }, null),
  ];
  expect(fuzz(samples, refusing(NotStun, decode)).longest).toBeLessThan(MAX_MS);
});

test('stanzas', { timeout }, () => {
  const samples = [
    `<stream:features xmlns:stream="http://etherx.jabber.org/streams"><mechanisms xmlns="urn:ietf:params:xml:ns:xmpp-sasl"><mechanism>ANONYMOUS</mechanism></mechanisms></stream:features>`,
    `<iq xmlns="jabber:client" type="result" id="1"><services xmlns="urn:xmpp:extdisco:2"><service type="turns" host="x" port="443" password="a&amp;b"/></services></iq>`,
    '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;&b;</a>',
  ];
  const read = refusing(XmlError, (bytes) => parseXml(bytes.toString('utf8')));
  expect(
    fuzz(
      samples.map((text) => Buffer.from(text)),
      read,
    ).longest,
  ).toBeLessThan(MAX_MS);
});
