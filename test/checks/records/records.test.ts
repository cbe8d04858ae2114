import { describe, expect, it } from 'vitest';
import { isDmarc, nearlyDmarc, reportHosts } from '../../../src/checks/records/dmarc.ts';
import {
  dkimName,
  dmarcName,
  isDkimName,
  isDmarcName,
  reportName,
} from '../../../src/checks/records/names.ts';
import {
  type LookupTexts,
  organisationOf,
  sameOrganisation,
} from '../../../src/checks/records/organisation.ts';
import { isSpf } from '../../../src/checks/records/spf.ts';
import { readTags, tagValue } from '../../../src/checks/records/tags.ts';

describe('a tag list', () => {
  it('gives values as written, and tells stray and repeated parts apart', () => {
    expect(readTags(' v = DKIM1 ; k=rsa;p=a b=; hello ;; k=ed25519;')).toEqual({
      tags: [
        { name: 'v', value: 'DKIM1' },
        { name: 'k', value: 'rsa' },
        { name: 'p', value: 'a b=' },
      ],
      stray: ['hello'],
      repeated: ['k'],
    });
  });

  it('has case-sensitive names for DKIM and no case for DMARC', () => {
    expect(tagValue(readTags('P=none').tags, 'p')).toBe('none');
    expect(tagValue(readTags('P=none', 'as written').tags, 'p')).toBeNull();
  });
});

describe('recognition of records', () => {
  it.each([
    ['v=DMARC1', true, false],
    ['v=DMARC1; p=none', true, false],
    ['V = DMARC1 ;p=none', true, false],
    [' v=DMARC1; p=none', false, true],
    ['v=dmarc1; p=none', false, true],
    ['v=DMARC12; p=none', false, true],
    ['"v=DMARC1; p=none"', false, true],
    ['v=spf1 -all', false, false],
  ])('DMARC: %s', (text, is, nearly) => {
    expect([isDmarc(text), nearlyDmarc(text)]).toEqual([is, nearly]);
  });

  it.each([
    ['v=spf1 -all', true],
    ['V=SPF1 -all', true],
    ['v=spf1', true],
    ['v=spf10 -all', false],
    ['v=spf2.0/pra -all', false],
  ])('SPF: %s', (text, is) => expect(isSpf(text)).toBe(is));

  it('finds the hosts that DMARC reports go to, each once', () => {
    const record =
      'v=DMARC1; p=none; rua=mailto:a@Example.org!10m,mailto:b@example.net; ruf=mailto:c@example.org';
    expect(reportHosts(record)).toEqual(['example.org', 'example.net']);
  });
});

describe('record names', () => {
  it('are built and recognised', () => {
    expect(dmarcName('a.org')).toBe('_dmarc.a.org');
    expect(dkimName('s1', 'a.org')).toBe('s1._domainkey.a.org');
    expect(reportName('a.org', 'b.org')).toBe('a.org._report._dmarc.b.org');
    expect(isDmarcName('_DMARC.a.org')).toBe(true);
    expect(isDmarcName('a.org._report._dmarc.b.org')).toBe(false);
    expect(isDkimName('s1._domainkey.a.org')).toBe(true);
    expect(isDkimName('a.org')).toBe(false);
  });
});

describe('the tree walk of RFC 9989', () => {
  function zone(records: Record<string, string[]>): { lookup: LookupTexts; asked: string[] } {
    const asked: string[] = [];
    const lookup: LookupTexts = async (name) => {
      asked.push(name);
      return records[name] ?? [];
    };
    return { lookup, asked };
  }

  it.each([
    ['no policy anywhere', 'mail.a.org', {}, 'mail.a.org'],
    ['the highest one with a policy', 'mail.a.org', { '_dmarc.a.org': ['v=DMARC1; p=none'] }, 'a.org'],
    [
      'psd=n: this one, whatever is above',
      'x.mail.a.org',
      { '_dmarc.mail.a.org': ['v=DMARC1; psd=n'], '_dmarc.a.org': ['v=DMARC1; p=none'] },
      'mail.a.org',
    ],
    ['psd=y: the one below', 'mail.a.org', { '_dmarc.org': ['v=DMARC1; psd=y'] }, 'a.org'],
    ['two records count for none', 'mail.a.org', { '_dmarc.a.org': ['v=DMARC1', 'v=DMARC1'] }, 'mail.a.org'],
  ] as [string, string, Record<string, string[]>, string][])(
    'finds the organisational domain: %s',
    async (_, domain, records, organisation) => {
      expect(await organisationOf(zone(records).lookup, domain)).toBe(organisation);
    },
  );

  it('asks nothing about domains that share only their last label', async () => {
    const { lookup, asked } = zone({});
    expect(await sameOrganisation(lookup, 'a.org', 'b.org')).toBe(false);
    expect(await sameOrganisation(lookup, 'a.org', 'a.org')).toBe(true);
    expect(asked).toEqual([]);
  });

  it('does not take what is not known for an absent policy', async () => {
    const lookup: LookupTexts = () => Promise.reject(new Error('SERVFAIL'));
    await expect(organisationOf(lookup, 'a.org')).rejects.toThrow('SERVFAIL');
  });
});
