/** The bridge, looked at without a browser: small rooms and bridges that misbehave. */
import { expect, it } from 'vitest';
import { Secret } from '../../../src/base/units.ts';
import { tryOffer } from '../../../src/checks/signaling/bridge.ts';
import { signalingKind } from '../../../src/checks/signaling/index.ts';
import { Inspection } from '../../../src/checks/signaling/inspection.ts';
import type { Candidate } from '../../../src/checks/signaling/xmpp/occupant.ts';
import { Web } from '../../../src/checks/web/client.ts';
import {
  type BridgeBehaviour,
  candidate,
  fakeBridge,
  fakeRoom,
  ICE_PASSWORD,
  UFRAG,
} from '../../support/signaling/fake-bridge.ts';
import { configWith } from '../../support/signaling/fake-xmpp.ts';
import {
  check,
  deployment,
  NO_TURN,
  part,
  reported,
  service,
  TIMEOUT,
  turn,
} from '../../support/signaling/harness.ts';

const causeOf = (run: Awaited<ReturnType<typeof check>>, id: string) =>
  run.findings.find((finding) => finding.id === id)?.cause;

it('joins with two who send nothing, asks the address that is offered, and leaves', async () => {
  const bridge = await fakeBridge();
  const room = fakeRoom({
    candidates: `${candidate('127.0.0.1', bridge.port)}${candidate('127.0.0.1', 443, 'protocol="tcp" type="host"')}`,
  });
  const made = await deployment({ xmpp: room.xmpp });
  const run = await check(made.url);
  expect(reported(run)).toEqual([NO_TURN]);
  expect(part(run, 'bridge')).toMatchObject({
    ok: true,
    detail: `offered at 127.0.0.1:${bridge.port} (udp, host), 127.0.0.1:443 (tcp, host)`,
  });
  expect(part(run, 'bridge-ipv4')).toMatchObject({ ok: true, target: `127.0.0.1:${bridge.port}` });
  expect(part(run, 'bridge-ipv6')).toMatchObject({ ok: null });
  expect(bridge).toMatchObject({ checks: 1, unsigned: 0 });
  expect(new Set(room.joined).size).toBe(2);
  expect(room.left.toSorted()).toEqual(room.joined.toSorted());
  // What jicofo asked for and offered is answered.
  expect(room.answers.map(({ attributes }) => `${attributes.type} ${attributes.id}`)).toContain(
    'result offer',
  );
  const disco = room.answers.find(({ attributes }) => attributes.id === 'disco')!.children[0]!;
  expect(disco.attributes.node).toBe('n#v');
  expect(disco.children.map(({ attributes }) => attributes.var)).toContain('urn:xmpp:jingle:apps:rtp:video');
  expect(run.software).toContainEqual({ part: 'jicofo', name: 'Jicofo', version: '1.0-1100' });
  expect(JSON.stringify(run)).not.toMatch(new RegExp(`${ICE_PASSWORD}|${UFRAG}`));
});

it('does the same over BOSH alone', async () => {
  const bridge = await fakeBridge();
  const room = fakeRoom({ candidates: candidate('127.0.0.1', bridge.port) });
  const config = (host: string) =>
    configWith({ bosh: `//${host}/http-bind`, conferenceRequestUrl: `http://${host}/conference-request/v1` });
  const made = await deployment({ xmpp: room.xmpp, config });
  const run = await check(made.url);
  expect(part(run, 'bridge-ipv4')).toMatchObject({ ok: true });
});

it.each<[string, BridgeBehaviour, RegExp]>([
  ['that says nothing', { silent: true }, /at 127\.0\.0\.1:\d+ \(IPv4\) \(or UDP does not get out/],
  ['that is another', { forged: true }, /not signed with the password of the session/],
  ['that refuses', { refuse: '403 Forbidden' }, /refuses with 403 Forbidden/],
])('a bridge %s: fail without TURN, degraded with it', async (_what, behaviour, text) => {
  const bridge = await fakeBridge(behaviour);
  const { xmpp } = fakeRoom({ candidates: candidate('127.0.0.1', bridge.port) });
  const made = await deployment({ xmpp });
  const run = await check(made.url);
  expect(reported(run)).toEqual(['fail bridge-unreachable', NO_TURN]);
  expect(causeOf(run, 'bridge-unreachable')).toMatchObject({
    family: 4,
    addresses: [{ address: '127.0.0.1', port: bridge.port }],
    relayed: false,
    otherFamily: false,
  });
  expect(run.findings[0]!.text).toMatch(text);
  const relay = await turn('udp');
  const second = fakeRoom({ candidates: candidate('127.0.0.1', bridge.port) });
  const relayed = await deployment({ xmpp: second.xmpp, services: service('udp', relay.port) });
  expect(reported(await check(relayed.url))).toEqual(['degraded bridge-unreachable']);
});

it('names the family that does not answer where the other does', async () => {
  const [works, silent] = [await fakeBridge(), await fakeBridge({ silent: true }, '::1')];
  const candidates = candidate('127.0.0.1', works.port) + candidate('::1', silent.port);
  const made = await deployment({ xmpp: fakeRoom({ candidates }).xmpp });
  const run = await check(made.url);
  expect(reported(run)).toEqual(['degraded bridge-unreachable', NO_TURN]);
  expect(causeOf(run, 'bridge-unreachable')).toMatchObject({ family: 6, otherFamily: true });
  // With one family alone the other is not asked.
  const other = await deployment({ xmpp: fakeRoom({ candidates }).xmpp });
  const one = await check(other.url, { family: 4 });
  expect(reported(one)).toEqual([NO_TURN]);
});

it('is content with one of several addresses of a family', async () => {
  const [works, silent] = [await fakeBridge(), await fakeBridge({ silent: true })];
  const candidates = candidate('127.0.0.1', silent.port) + candidate('127.0.0.1', works.port);
  const run = await check((await deployment({ xmpp: fakeRoom({ candidates }).xmpp })).url);
  expect(reported(run)).toEqual([NO_TURN]);
  expect(part(run, 'bridge-ipv4')).toMatchObject({ target: `127.0.0.1:${works.port}` });
});

it.each([
  ['no candidates', ''],
  ['TCP alone', candidate('127.0.0.1', 443, 'protocol="tcp" type="host"')],
  ['names and nonsense', `${candidate('bridge.test', 10_000)}${candidate('127.0.0.1', 99_999)}<x/>`],
])('a bridge that offers no UDP address: %s', async (_what, candidates) => {
  const run = await check((await deployment({ xmpp: fakeRoom({ candidates }).xmpp })).url);
  expect(reported(run)).toEqual(['fail bridge-address-missing', NO_TURN]);
});

it('knows a jicofo without bridges by its own word, at once', async () => {
  const room = fakeRoom({ bridgeless: true });
  const run = await check((await deployment({ xmpp: room.xmpp })).url);
  expect(reported(run)).toEqual(['fail bridge-unavailable', NO_TURN]);
  expect(run.findings[0]).toMatchObject({ cause: { how: 'none' }, where: 'bridge' });
  expect(room.left).toHaveLength(2);
});

it('tells a jicofo that offers nothing from two who do not meet', async () => {
  const [silent, split] = await Promise.all([
    deployment({ xmpp: fakeRoom({ candidates: null }).xmpp }).then(({ url }) => check(url)),
    deployment({ xmpp: fakeRoom({ split: true }).xmpp }).then(({ url }) => check(url)),
  ]);
  expect(reported(silent)).toEqual(['degraded bridge-unavailable', NO_TURN]);
  expect(causeOf(silent, 'bridge-unavailable')).toEqual({
    id: 'bridge-unavailable',
    how: 'no-session',
    waitedMs: 4 * TIMEOUT,
  });
  expect(reported(split)).toEqual(['fail room-split', NO_TURN]);
}, 30_000);

it('says why it did not look: a room that lets nobody in, an option, a conference that is not ready', async () => {
  const closed = await check((await deployment()).url);
  expect(reported(closed)).toEqual([NO_TURN]);
  expect(part(closed, 'bridge')).toMatchObject({ ok: null, detail: 'registration-required' });
  const room = fakeRoom();
  const unwanted = await check((await deployment({ xmpp: room.xmpp })).url, { bridge: false });
  expect(part(unwanted, 'bridge')).toMatchObject({ ok: null, detail: 'not asked (bridge: false)' });
  expect(room.joined).toEqual([]);
  const accounts = await deployment({
    xmpp: room.xmpp,
    paths: { '/conference-request/v1': (_request, response) => void response.writeHead(403).end() },
  });
  const refused = await check(accounts.url);
  expect(part(refused, 'bridge')).toMatchObject({ ok: null, detail: 'jicofo has made no room ready' });
  expect(room.joined).toEqual([]);
});

it('asks no private address of a public deployment, and names those that are all it offers', async () => {
  const look = async (...addresses: string[]) => {
    const inspection = new Inspection();
    const web = new Web({ insecure: false, home: '198.51.100.10' });
    const candidates = addresses.map(
      (address): Candidate => ({ type: 'host', protocol: 'udp', address, port: 10_000 }),
    );
    await tryOffer(
      {
        options: signalingKind.schema.parse({ url: 'https://198.51.100.10/', timeout: '100ms' }),
        context: { signal: new AbortController().signal },
        inspection,
        web,
      },
      { ufrag: 'u', password: new Secret('p'), candidates },
      Promise.resolve(),
    );
    web.close();
    return inspection;
  };
  const { findings, parts } = await look('10.0.0.5', 'fd00::5');
  expect(findings).toEqual([
    {
      cause: {
        id: 'bridge-address-private',
        addresses: [
          { address: '10.0.0.5', port: 10_000 },
          { address: 'fd00::5', port: 10_000 },
        ],
        relayed: false,
      },
      outcome: 'fail',
      where: 'bridge',
    },
  ]);
  expect(parts.map(({ name, ok }) => [name, ok])).toEqual([
    ['bridge-ipv4', null],
    ['bridge-ipv6', null],
  ]);
});
