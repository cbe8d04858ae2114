/**
 * The openspf test suite (`rfc7208-tests.yml`), where VIGIE_TEST_SPF_SUITE names it, through name server,
 * resolver and authentication. It is not kept here: it has a licence of its own.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { authenticateMessage } from '../../../src/checks/mail/authentication.ts';
import {
  type NameServer,
  startNameServer,
  type Zone,
  type ZoneRecord,
} from '../../support/mail/name-server.ts';
import { needs } from '../../support/needs.ts';

const path = process.env.VIGIE_TEST_SPF_SUITE;
const obstacle = path ? null : 'VIGIE_TEST_SPF_SUITE does not name rfc7208-tests.yml';

type Entry = string | Record<string, string | string[] | [number, string]>;
interface Scenario {
  description: string;
  tests: Record<string, { host: string; helo: string; mailfrom: string; result: string | string[] }>;
  zonedata: Record<string, Entry[]>;
}

function zoneOf(data: Record<string, Entry[]>): Zone {
  return Object.fromEntries(
    Object.entries(data).map(([name, entries]) => [
      name.toLowerCase().replace(/\.$/, ''),
      recordsOf(entries),
    ]),
  );
}

/** SPF entries stand for TXT where there is no TXT; a trailing TIMEOUT makes every other type time out. */
function recordsOf(entries: Entry[]): readonly ZoneRecord[] | 'servfail' {
  const noTxt = entries.some((entry) => typeof entry !== 'string' && entry.TXT === 'NONE');
  if (entries.includes('TIMEOUT') && (entries.length === 1 || noTxt)) return 'servfail';
  const hasTxt = entries.some((entry) => typeof entry !== 'string' && 'TXT' in entry);
  return entries.flatMap((entry): ZoneRecord[] => {
    if (typeof entry === 'string') return [];
    const [[type, value]] = Object.entries(entries.length ? entry : {}) as [[string, Entry[keyof Entry]]];
    if (type === 'TXT' || (type === 'SPF' && !hasTxt)) {
      const strings = (Array.isArray(value) ? value : [value]).map(String);
      return strings[0] === 'NONE' ? [] : [{ type: 'TXT', strings }];
    }
    if (type === 'A' || type === 'AAAA') return [{ type, address: String(value) }];
    if (type === 'PTR' || type === 'CNAME') return [{ type, domain: String(value) }];
    if (type === 'MX' && Array.isArray(value)) {
      return [{ type, priority: Number(value[0]), exchange: String(value[1]) }];
    }
    return [];
  });
}

describe('the openspf suite', needs(obstacle), () => {
  let server: NameServer;
  beforeAll(async () => {
    server = await startNameServer({});
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const documents = path ? parseAllDocuments(readFileSync(path, 'utf8')) : [];
  for (const scenario of documents.map((document) => document.toJS() as Scenario)) {
    for (const [name, { host, helo, mailfrom, result }] of Object.entries(scenario?.tests ?? {})) {
      test(`${scenario.description}: ${name}`, async () => {
        server.zone = zoneOf(scenario.zonedata);
        const hop = { clientIp: host, helo, mailFrom: mailfrom, encrypted: null };
        const message = Buffer.from('From: <a@example.com>\r\n\r\nx\r\n');
        const verdict = await authenticateMessage(message, hop, { resolver: server.resolver });
        expect([result].flat()).toContain(verdict.spf.result);
      });
    }
  }
});
