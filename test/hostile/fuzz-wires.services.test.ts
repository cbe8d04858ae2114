/**
 * Whole sessions over HTTP, BOSH, WebSocket and LDAP, whose servers answer rightly and whose answers are changed on the way: each ends
 * in a finding on the server, in its time, and holds up nothing else. These wires are read by libraries (Node's HTTP, ws, ldapts);
 * what is tested is what Vigie makes of them.
 */
import { expect, test } from 'vitest';
import { DirectoryError, readDirectory } from '../../src/checks/zone/ldap.ts';
import { zoneOptions } from '../../src/checks/zone/options.ts';
import { check, deployment } from '../support/signaling/harness.ts';
import { HONEST_DIRECTORY } from './directories.ts';
import { fuzzWire, MAX_MS, MS } from './fuzzing.ts';
import { startHostile } from './mail.ts';

const timeout = MS * 2 + 120_000;
/** Sessions that hang end by the times that are set for their answers. */
const { signal } = new AbortController();
test.each([
  ['BOSH', `bosh: '/http-bind'`],
  ['WebSocket', `websocket: 'ws://' + location.host + '/xmpp-websocket'`],
])('a deployment with %s', { timeout }, async (_, entries) => {
  // Addresses of the page's host: all of it comes through the wire that is changed.
  const config = () =>
    `var config = { hosts: { domain: 'meet.test', muc: 'muc.meet.test' }, ${entries},
       conferenceRequestUrl: 'http://' + location.host + '/conference-request/v1' };`;
  const honest = await deployment({ config });
  const outcomes = new Set<string>();
  const { inputs, longest } = await fuzzWire(Number(new URL(honest.url).port), async (port) => {
    const run = await check(`http://127.0.0.1:${port}/`, {}, signal);
    outcomes.add(run.outcome);
    expect(run.findings.filter(({ id }) => ['internal', 'cancelled', 'deadline'].includes(id))).toEqual([]);
  });
  expect(inputs).toBeGreaterThan(0);
  // Some are changed so little that nothing is wrong with them, others are.
  expect([...outcomes]).toEqual(expect.arrayContaining(['fail']));
  expect(longest).toBeLessThan(2 * MAX_MS);
});

test('a directory', { timeout }, async () => {
  await using honest = await startHostile(HONEST_DIRECTORY);
  let lists = 0;
  const { inputs, longest } = await fuzzWire(honest.port, async (port) => {
    const { ldap } = zoneOptions.parse({
      template: 'deuxfleurs',
      ldap: { url: `ldap://127.0.0.1:${port}`, base: 'dc=x', timeout: '2s' },
    });
    try {
      const { domains } = await readDirectory(ldap!, signal);
      lists += 1;
      expect(domains.every((domain) => typeof domain === 'string')).toBe(true);
    } catch (cause) {
      if (!(cause instanceof DirectoryError)) throw cause;
    }
  });
  expect(lists).toBeGreaterThan(0);
  expect(lists).toBeLessThan(inputs);
  expect(longest).toBeLessThan(2 * MAX_MS);
});
