import { describe, expect, it } from 'vitest';
import {
  browserKey,
  participantFromWords,
  participantInWords,
  participants,
  plainParticipant,
} from '../../../../src/checks/call/scene/participants.ts';
import { flatten } from '../../../../src/config/explain.ts';

const read = (list: unknown) => participants.safeParse(list);
const faults = (list: unknown) =>
  flatten(read(list).error?.issues ?? [], list).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('participants', () => {
  it('a browser alone is one here, on the network that there is', () => {
    expect(read(['chromium', 'firefox']).data).toEqual([
      plainParticipant('chromium'),
      plainParticipant('firefox'),
    ]);
  });

  it('behind a named network a relay is expected', () => {
    const { data } = read([
      'chromium',
      { network: 'udp-blocked' },
      { browser: 'firefox', network: 'relay-only', expect: 'none' },
    ]);
    expect(data?.slice(1)).toEqual([
      { ...plainParticipant('chromium'), network: 'udp-blocked', expect: 'relay' },
      { ...plainParticipant('firefox'), network: 'relay-only', expect: 'none' },
    ]);
  });

  it('a room in a frame is in a browser of its own, on nobody’s site unless one is given', () => {
    const { data } = read([{ client: 'iframe' }, { client: 'iframe', site: 'https://www.example.org/a?b' }]);
    expect(data?.map(({ site }) => site)).toEqual(['https://embedding.invalid/', 'https://www.example.org/']);
    expect(browserKey(data![0]!)).not.toBe(browserKey(plainParticipant('chromium')));
    expect(participantFromWords('chromium+iframe')).toEqual({ browser: 'chromium', client: 'iframe' });
  });

  it('a bad line has what is said and nothing else', () => {
    const { data } = read(['chromium', { network: { delay: '80ms', loss: 0.02, upload: 300 } }]);
    expect(data?.[1]?.impairment).toEqual({ delay: 80, loss: 0.02, upload: 300, download: null });
  });

  it.each<[string, unknown, RegExp]>([
    ['a browser that there is not', ['chromium', 'netscape'], /expected a browser/],
    ['one alone', ['chromium'], /at least 2/],
    ['a network that there is not', ['chromium', { network: 'slow' }], /"udp-blocked", "relay-only"/],
    [
      'a bad line for Firefox',
      ['chromium', { browser: 'firefox', network: { delay: '1s' } }],
      /only chromium can/,
    ],
    ['a bad line elsewhere', ['chromium', { endpoint: 'ws://x', network: { delay: '1s' } }], /started here/],
    ['no UDP elsewhere', ['chromium', { endpoint: 'ws://x', network: 'udp-blocked' }], /relay-only/],
    ['a picture of another size', ['chromium', { send: '500p' }], /expected "180p"/],
    ['a family that there is not', ['chromium', { family: 5 }], /expected "any", 4 or 6/],
    ['a family for Firefox', ['chromium', { browser: 'firefox', family: 6 }], /one address family/],
    ['a family for the app', ['chromium', { client: 'app', family: 6 }], /one address family/],
    ['a family elsewhere', ['chromium', { endpoint: 'ws://x', family: 4 }], /one address family/],
    [
      'a frame in Firefox',
      ['chromium', { browser: 'firefox', client: 'iframe' }],
      /a chromium that Vigie starts/,
    ],
    [
      'a frame elsewhere',
      ['chromium', { endpoint: 'ws://x', client: 'iframe' }],
      /a chromium that Vigie starts/,
    ],
    [
      'a site without a frame',
      ['chromium', { client: 'app', site: 'https://www.example.org/' }],
      /"client: iframe" alone/,
    ],
    ['a site that is none', ['chromium', { client: 'iframe', site: 'http://x/' }], /address of a site/],
    ['an endpoint that is none', ['chromium', { endpoint: 'there' }], /address of a running browser/],
  ])('%s is refused', (_, list, message) => {
    expect(faults(list).join('\n')).toMatch(message);
  });
});

it('participants share a browser unless it is elsewhere or without UDP', () => {
  const key = (changes: object) => browserKey({ ...plainParticipant('chromium'), ...changes });
  expect(key({ network: 'relay-only' })).toBe(key({}));
  expect(key({ family: 6 })).not.toBe(key({}));
  expect(
    new Set([
      key({}),
      key({ network: 'udp-blocked' }),
      key({ endpoint: 'ws://x' }),
      browserKey(plainParticipant('firefox')),
    ]).size,
  ).toBe(4);
});

it.each([
  ['chromium+app', { browser: 'chromium', client: 'app' }],
  ['chromium+app+udp-blocked', { browser: 'chromium', client: 'app', network: 'udp-blocked' }],
  ['chromium+720p', { browser: 'chromium', send: '720p' }],
  ['firefox+app+1080p30', { browser: 'firefox', client: 'app', send: '1080p30' }],
  ['chromium+ipv6', { browser: 'chromium', family: 6 }],
  ['chromium', 'chromium'],
  [' firefox ', 'firefox'],
  ['chromium+udp-blocked', { browser: 'chromium', network: 'udp-blocked' }],
  ['chromium@http://10.0.0.2:9222', { browser: 'chromium', endpoint: 'http://10.0.0.2:9222' }],
  ['chromium@ws://h:1/a+relay-only', { browser: 'chromium', endpoint: 'ws://h:1/a', network: 'relay-only' }],
])('%s on the command line', (text, plan) => {
  expect(participantFromWords(text)).toEqual(plan);
});

it.each([
  'chromium',
  'firefox',
  'firefox@ws://browser.example.org:9222/x',
  'chromium+relay-only',
  'chromium+udp-blocked',
  'chromium+app+720p',
  'chromium+iframe',
  'chromium+720p30+ipv4',
  'chromium+ipv6+relay-only',
])('words of a participant lead back to it: %s', (words) => {
  const [plan] = participants.parse([participantFromWords(words), 'chromium']);
  expect(participantInWords(plan!)).toBe(words);
});

it.each<[string, object]>([
  ['an account', { account: { user: 'host', password: 'open' } }],
  ['what its network does', { network: { delay: '100ms' } }],
  ['a site that embeds the room', { client: 'iframe', site: 'https://www.example.org/' }],
  ['what is expected of it', { expect: 'none' }],
])('no words say of a participant: %s', (_what, options) => {
  const [plan] = participants.parse([{ browser: 'chromium', ...options }, 'chromium']);
  expect(participantInWords(plan!)).toBeNull();
});
