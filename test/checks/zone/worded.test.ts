import { expect, it } from 'vitest';
import type { DomainFacts } from '../../../src/checks/zone/facts.ts';
import { worded } from '../../../src/checks/zone/worded.ts';

const KEY = 'v=DKIM1; k=rsa; p=MIIB';

function facts(domain: string): DomainFacts {
  const nothing = () => ({ differences: [], notesData: [], publish: [], keeps: [], views: [] });
  const record = { record: 'dkim', name: `smtp._domainkey.${domain}`, zone: domain, level: 'exact' } as const;
  const judged = { source: 'resolver', differs: null } as const;
  return {
    domain,
    exists: true,
    nameServers: [],
    records: [{ ...record, ...judged, expected: [KEY], found: [KEY], ...nothing() }],
  };
}

it('domains are put into words one by one, and what they have in common is held once', () => {
  const put = worded();
  const [one, other] = [put(facts('a.example')), put(facts('b.example'))];
  const [record] = one.records;
  expect(record).toMatchObject({
    ...facts('a.example').records[0],
    text: 'DKIM matches the template.',
    notes: [],
  });
  expect(record!.expected).toBe(other.records[0]!.expected);
  expect(record!.found).toBe(record!.expected);
  expect(record!.views).toBe(other.records[0]!.publish);
});
