import { describe, expect, it } from 'vitest';
import { callOptions } from '../../../src/checks/call/options.ts';

const read = (url: string) => callOptions.safeParse({ url });

it('an address is read as browsers read it', () => {
  expect(read('HTTPS://Meet.Example.ORG').data?.url).toBe('https://meet.example.org/');
  expect(read('https://meet.exämple.org/tenant').data?.url).toBe('https://meet.xn--exmple-cua.org/tenant');
  expect(read('http://127.0.0.1:8787/').data?.url).toBe('http://127.0.0.1:8787/');
});

it.each([
  ['meet.example.org', /expected the address of a Jitsi deployment/],
  ['ftp://meet.example.org/', /expected the address of a Jitsi deployment/],
  ['https://meet.example.org/?room=1', /without "\?" and "#"/],
  ['https://meet.example.org/room#config.p2p.enabled=false', /without "\?" and "#"/],
  ['https://me:password@meet.example.org/', /without a user name and a password/],
])('%s is no address of a deployment', (url, message) => {
  const { error } = read(url);
  expect(error?.issues.map((issue) => issue.message).join()).toMatch(message);
  expect(error?.message).not.toContain('me:password');
});

it('a family that the address is not of is refused', () => {
  const parse = (url: string) =>
    callOptions.safeParse({ url, participants: ['chromium', { family: 6 }, { family: 4 }] }).error?.issues;
  expect(parse('https://meet.example.org/')).toBeUndefined();
  expect(parse('https://192.0.2.1/')).toMatchObject([
    { path: ['participants', 1, 'family'], message: expect.stringContaining('an IPv4 address') },
  ]);
  expect(parse('https://[2001:db8::1]/')).toMatchObject([{ path: ['participants', 2, 'family'] }]);
});

describe('addresses instead of those in DNS', () => {
  const parse = (more: object) =>
    callOptions.safeParse({
      url: 'https://meet.example.org/',
      resolve: { 'Meet.Example.org': '[2001:db8::5]' },
      ...more,
    });

  it('are of hosts in lower case, without brackets', () => {
    expect(parse({}).data).toMatchObject({ resolve: { 'meet.example.org': '2001:db8::5' } });
  });

  it.each([
    ['Firefox', { participants: ['chromium', 'firefox'] }, /no other browser takes addresses/],
    ['a name for an address', { resolve: { 'meet.example.org': 'elsewhere' } }, /expected an IP address/],
    [
      'a port',
      { resolve: { 'meet.example.org:443': '192.0.2.1' } },
      /expected the name of a host|Invalid key/,
    ],
  ])('are refused with %s', (_what, more, message) => {
    const { error } = parse(more);
    expect(JSON.stringify(error?.issues)).toMatch(message);
  });
});

describe('what pictures must be like', () => {
  const parse = (participants: readonly unknown[], expected: object) =>
    callOptions.safeParse({ url: 'https://meet.example.org/', participants, expect: expected });

  it('is expected of those who send as much', () => {
    const { data } = parse(['chromium', { send: '720p30' }], { height: 720, codec: 'VP9' });
    expect(data?.participants[1]?.send).toEqual({ height: 720, fps: 30 });
    expect(data?.expect).toEqual({ height: 720, codec: ['VP9'], within: 20_000 });
  });

  it.each([
    [{ height: 1080 }, 'nobody sends 1080 lines, but 720 at most'],
    [{ fps: 20 }, 'nobody sends 20 pictures a second, but 15 at most'],
    [{ codec: 'MPEG' }, 'expected'],
  ])('%j is refused where nobody does', (expected, message) => {
    const { error } = parse(['chromium', { send: '720p' }], expected);
    expect(JSON.stringify(error?.issues)).toContain(message);
  });
});

describe('acts that not every browser can', () => {
  const parse = (steps: unknown, other: unknown) =>
    callOptions.safeParse({ url: 'https://meet.example.org/', participants: ['chromium', other], steps });
  const cut = [{ do: 'join all' }, { do: ['network off B', 'wait 5s', 'network on B'] }];

  it('are written as the others', () => {
    const { data } = parse([...cut, { do: ['crash A', 'join A'] }], 'chromium');
    expect(data?.steps.map(({ name, present }) => [name, present.join('')])).toEqual([
      ['join-A-B', 'AB'],
      ['network-off-B-wait-5s-network-on-B', 'AB'],
      ['crash-A-join-A', 'AB'],
    ]);
  });

  it('give a step the time that a new media session takes, unless it says otherwise', () => {
    const { data } = parse(
      [
        { do: 'join all' },
        { do: 'network to slow A' },
        { do: ['sleep B', 'wait 20s', 'wake B'], completeWithin: '30s' },
      ],
      'chromium',
    );
    expect(data?.steps.map(({ name, completeWithin, path }) => [name, completeWithin, path])).toEqual([
      ['join-A-B', 20_000, null],
      ['network-to-slow-A', 60_000, 'any'],
      ['sleep-B-wait-20s-wake-B', 30_000, 'any'],
    ]);
  });

  it.each([
    [cut, 'firefox', 'only that of a chromium that Vigie starts can be'],
    [cut, { endpoint: 'ws://10.0.0.2:9222' }, 'only that of a chromium that Vigie starts can be'],
    [cut, { network: 'relay-only' }, 'would go round it (relay-only)'],
    ['crash', 'firefox', 'B cannot crash: only chromium can be made to'],
    [[{ do: 'network away B' }], 'chromium', 'expected an act such as'],
    ['roam', 'firefox', 'the network of B cannot be cut: only that of a chromium that Vigie starts can be'],
    ['roam', { client: 'app' }, 'that takes \\"client: library\\"'],
    ['sleep', 'firefox', 'B cannot sleep: only the pages of a chromium that Vigie starts'],
    ['sleep', { endpoint: 'ws://10.0.0.2:9222' }, 'only that of a chromium that Vigie starts can be'],
    [
      [{ do: ['join all', 'network to nowhere B'] }],
      'chromium',
      'the networks are \\"another\\", \\"slow\\", \\"ipv4\\", \\"ipv6\\", \\"relay-only\\", \\"udp-blocked\\"',
    ],
    [
      [{ do: ['join all', 'network to ipv6 B'] }],
      { family: 4 },
      'B cannot move to ipv6: it is limited to one address family already (family: 4)',
    ],
  ])('%j is refused with %j', (steps, other, message) => {
    expect(JSON.stringify(parse(steps, other).error?.issues)).toContain(message);
  });
});
