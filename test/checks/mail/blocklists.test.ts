/** DNS block lists, as a real name server answers for them: honest ones, and those that answer public resolvers falsely. */
import { describe, expect, it } from 'vitest';
import { lookAtBlocklists } from '../../../src/checks/mail/blocklists.ts';
import { mailOptions } from '../../../src/checks/mail/options.ts';
import { reversed } from '../../../src/dns/reverse.ts';
import { startNameServer, txt, type Zone } from '../../support/mail/name-server.ts';

const LIST = 'bl.example.net';
const [V4, V6] = ['91.1.2.3', '2a01:4f8::25'];
const a = (address: string) => ({ type: 'A' as const, address });
const HONEST: Zone = { [`2.0.0.127.${LIST}`]: [a('127.0.0.2')] };

const parsed = (...lists: unknown[]) =>
  mailOptions.parse({
    submission: { host: 'out.example.org', user: 'u', password: 'p' },
    senders: ['probe@one.example'],
    receive: { mx: { listen: '0.0.0.0:25', domain: 'probe.example' } },
    blocklists: lists,
  }).blocklists;

async function look(zone: Zone, list: unknown = LIST) {
  await using names = await startNameServer(zone);
  const subjects = { addresses: [V4, V6], domains: ['one.example'] };
  const { results, findings } = await lookAtBlocklists(
    parsed(list),
    subjects,
    names.resolver,
    new AbortController().signal,
  );
  return { result: results[0]!, findings: findings.map(({ cause, outcome }) => ({ ...cause, outcome })) };
}

it('none by default; a name is a list of addresses', () => {
  expect(parsed()).toEqual([]);
  expect(parsed(LIST)).toEqual([{ list: LIST, about: 'addresses', ignore: [] }]);
});

describe('a list that answers its test points', () => {
  it('what is not listed is no finding', async () => {
    const { result, findings } = await look(HONEST);
    expect(findings).toEqual([]);
    expect(result).toEqual({ list: LIST, about: 'addresses', state: 'ok', listed: [] });
  });

  it.each([V4, V6])('%s is listed, with the explanation of the list', async (address) => {
    const name = `${reversed(address)}.${LIST}`;
    const { findings } = await look({
      ...HONEST,
      [name]: [a('127.0.0.4'), a('127.0.0.2'), txt('Open proxy')],
    });
    expect(findings).toEqual([
      {
        id: 'blocklist-listed',
        list: LIST,
        subject: address,
        codes: ['127.0.0.2', '127.0.0.4'],
        text: 'Open proxy',
        outcome: 'degraded',
      },
    ]);
  });

  it('answers that do not count are left out', async () => {
    const zone = { ...HONEST, [`${reversed(V4)}.${LIST}`]: [a('127.0.0.10')] };
    expect((await look(zone, { list: LIST, ignore: ['127.0.0.10'] })).findings).toEqual([]);
  });

  it('domains, with the test points of lists of domains', async () => {
    const list = { list: LIST, about: 'domains' };
    for (const point of ['test', 'dbltest.com']) {
      const zone = { [`${point}.${LIST}`]: [a('127.0.1.2')], [`one.example.${LIST}`]: [a('127.0.1.4')] };
      const { findings } = await look(zone, list);
      expect(findings).toMatchObject([
        { id: 'blocklist-listed', subject: 'one.example', codes: ['127.0.1.4'] },
      ]);
    }
  });
});

describe('answers that are false are advice, never more', () => {
  const listed: Zone = { [`${reversed(V4)}.${LIST}`]: [a('127.0.0.2')] };
  it.each<[string, Zone, string]>([
    ['nothing is listed', {}, 'test-point-missing'],
    [
      'everything is listed',
      { ...HONEST, ...listed, [`1.0.0.127.${LIST}`]: [a('127.0.0.2')] },
      'lists-everything',
    ],
    [
      'a resolver that invents addresses',
      { [`2.0.0.127.${LIST}`]: [a('198.51.100.1')] },
      'test-point-missing',
    ],
    ['the list refuses public resolvers', { [`2.0.0.127.${LIST}`]: [a('127.255.255.254')] }, 'refused'],
    [
      'it refuses after the test points',
      { ...HONEST, [`${reversed(V4)}.${LIST}`]: [a('127.255.255.255')] },
      'refused',
    ],
    ['the list cannot be reached', { [`2.0.0.127.${LIST}`]: 'servfail' }, 'unreachable'],
    ['it fails after the test points', { ...HONEST, [`${reversed(V4)}.${LIST}`]: 'servfail' }, 'unreachable'],
  ])('%s', async (_what, zone, reason) => {
    const { result, findings } = await look(zone);
    expect(findings).toMatchObject([{ id: 'blocklist-unusable', list: LIST, reason, outcome: 'pass' }]);
    expect(result).toMatchObject({ state: reason, listed: [] });
  });
});
