/** TURN and STUN servers that misbehave in ways that a real one cannot be made to. */
import { describe, expect, it } from 'vitest';
import { fakeTurn, PASSWORD, type TurnBehaviour, USERNAME } from '../../support/signaling/fake-turn.ts';
import { type Behaviour, configWith } from '../../support/signaling/fake-xmpp.ts';
import {
  check,
  deployment,
  NO_TURN,
  part,
  reported,
  service,
  turn,
} from '../../support/signaling/harness.ts';

describe('a TURN server', () => {
  it.each<[string, TurnBehaviour, 'udp' | 'tcp', RegExp]>([
    [
      'that does not accept the credentials',
      { password: 'another' },
      'udp',
      /are not accepted .* it answers 401 Unauthorized/,
    ],
    ['that is full', { refuse: '486 Allocation Quota Reached' }, 'udp', /quota of allocations is used up/],
    ['that has no port left', { refuse: '508 Insufficient Capacity' }, 'tcp', /no capacity left/],
    ['that refuses for another reason', { refuse: '500 Server Error' }, 'tcp', /it answers 500 Server Error/],
    ['that finds every nonce stale', { stale: 9 }, 'udp', /finds every nonce too old/],
    ['that does not sign its answers', { forged: true }, 'udp', /not signed with the password/],
    [
      'that knows every address of ours',
      { mismatches: 9 },
      'udp',
      /437 Mismatched allocation: wrong transaction ID\. /,
    ],
    [
      'that says nothing over UDP',
      { silent: true },
      'udp',
      /does not answer within 700ms \(or UDP does not get out/,
    ],
    ['that says nothing over TCP', { silent: true }, 'tcp', /does not answer within 700ms\./],
    [
      'that speaks HTTP',
      { says: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') },
      'tcp',
      /answers with something that is not STUN/,
    ],
    [
      'that sends noise over UDP, which anybody can',
      { says: Buffer.from('noise') },
      'udp',
      /does not answer within 700ms/,
    ],
    ['that sends us on to itself', { alternate: 9 }, 'udp', /nothing listens|refused/],
  ])('%s: degraded, or fail where it is required', async (_what, behaviour, transport, text) => {
    const server = await turn(transport, behaviour);
    const made = await deployment({ services: service(transport, server.port) });
    const run = await check(made.url);
    expect(reported(run)).toEqual([`degraded turn-${transport}-failed`]);
    expect(run.findings[0]!.text).toMatch(text);
    expect(reported(await check(made.url, { expect: { turn: 'required' } }))).toEqual([
      `fail turn-${transport}-failed`,
    ]);
  });

  it.each<[string, TurnBehaviour]>([
    ['that loses the first two packets', { loses: 2 }],
    ['that wants a fresh nonce', { stale: 1 }],
    ['that still knows our address from before', { mismatches: 1 }],
  ])('%s gives an allocation all the same', async (_what, behaviour) => {
    const server = await turn('udp', behaviour);
    const made = await deployment({ services: service('udp', server.port) });
    const run = await check(made.url, { timeout: '5s' });
    expect(reported(run)).toEqual([]);
    expect(part(run, 'turn-udp')).toMatchObject({ ok: true });
    expect(server.allocations()).toBe(0);
  });

  it('that sends us on is followed once', async () => {
    const real = await turn('udp');
    const first = await turn('udp', { alternate: real.port });
    expect(reported(await check((await deployment({ services: service('udp', first.port) })).url))).toEqual(
      [],
    );
    const circle = await turn('udp', { alternate: first.port });
    const again = await turn('udp', { alternate: circle.port });
    expect(reported(await check((await deployment({ services: service('udp', again.port) })).url))).toEqual([
      'degraded turn-udp-failed',
    ]);
  });

  it('where nothing listens, beside one that works, stays degraded though TURN is required', async () => {
    const [works, gone] = [await turn('udp'), await fakeTurn('tcp')];
    await gone.close();
    const made = await deployment({ services: service('udp', works.port) + service('tcp', gone.port) });
    const run = await check(made.url, { expect: { turn: 'required' } });
    expect(reported(run)).toEqual(['degraded turn-tcp-failed']);
    expect(run.findings[0]!.text).toContain('the connection is refused');
  });

  it('where nothing listens over UDP is reported at once', async () => {
    const gone = await fakeTurn('udp');
    await gone.close();
    const run = await check((await deployment({ services: service('udp', gone.port) })).url, {
      timeout: '20s',
    });
    expect(reported(run)).toEqual(['degraded turn-udp-failed']);
    expect(run.findings[0]!.text).toContain('the connection is refused');
  });

  it('that relays for anybody is reported', async () => {
    const server = await turn('udp', { open: true });
    const run = await check((await deployment({ services: service('udp', server.port) })).url);
    expect(reported(run)).toEqual(['degraded turn-open']);
  });

  it('without credentials is of no use to browsers', async () => {
    const made = await deployment({ services: service('udp', 3478, false) });
    expect(reported(await check(made.url))).toEqual(['degraded turn-credentials-missing']);
  });

  it('over TCP without credentials keeps browsers from the bridge', async () => {
    const made = await deployment({ services: service('tcp', 443, false) });
    const run = await check(made.url);
    expect(reported(run)).toEqual(['fail turn-credentials-missing']);
    expect(run.findings[0]!.text).toMatch(/no connection to the bridge with such a list/);
  });

  it('over DTLS is said not to have been tried', async () => {
    const made = await deployment({
      services: `<service type="turns" transport="udp" host="127.0.0.1" username="${USERNAME}" password="${PASSWORD}"/>`,
    });
    const run = await check(made.url);
    expect(reported(run)).toEqual([]);
    expect(part(run, 'turn-tls')).toMatchObject({ ok: null, detail: expect.stringContaining('DTLS') });
  });

  it.each<[string, Behaviour, 'optional' | 'required', string]>([
    ['none, and none is expected', { services: null }, 'optional', NO_TURN],
    ['none, though one is expected', { services: null }, 'required', 'fail turn-not-offered'],
    ['an empty list', { services: '<service type="ftp" host="x"/>' }, 'required', 'fail turn-not-offered'],
    [
      'no answer',
      { xmpp: (element) => (element.children[0]?.name === 'services' ? [] : null) },
      'optional',
      'degraded turn-credentials-failed',
    ],
  ])('offered: %s', async (_what, behaviour, expected, finding) => {
    const made = await deployment(behaviour);
    expect(reported(await check(made.url, { expect: { turn: expected } }))).toEqual([finding]);
  });
});

describe('a STUN server', () => {
  it('that XMPP names is tried, and one that config.js names is advice', async () => {
    const [works, gone] = [await turn('udp'), await fakeTurn('udp')];
    await gone.close();
    const stun = (port: number) => `<service type="stun" host="127.0.0.1" port="${port}"/>`;
    const good = await check((await deployment({ services: stun(works.port) })).url);
    expect(reported(good)).toEqual([NO_TURN]);
    expect(part(good, 'stun')).toMatchObject({ ok: true, target: `127.0.0.1:${works.port}` });
    expect(reported(await check((await deployment({ services: stun(gone.port) })).url))).toEqual([
      'degraded stun-failed',
      NO_TURN,
    ]);
    const config = (host: string) =>
      `${configWith({ websocket: `ws://${host}/xmpp-websocket`, bosh: '/http-bind' })} config.p2p = { stunServers: [{ urls: 'stun:127.0.0.1:${gone.port}' }] };`;
    expect((await check((await deployment({ config })).url)).outcome).toBe('pass');
  });
});
