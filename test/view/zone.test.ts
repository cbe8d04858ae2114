import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../src/view/words/index.ts';
import { zoneFace } from '../../src/view/zone.ts';
import { aRecord, aZone } from '../support/history/results.ts';
import { aPublishedZone } from '../support/zone/published.ts';

const particulars = (lang: 'en' | 'fr') => ({
  recording: null,
  screenshot: () => null,
  pending: false,
  t: LANGUAGES[lang],
});

describe('the records of a zone run on a page', () => {
  const wrong = aRecord('spf', 'different');

  it('are explained in the language of the page', () => {
    const record = {
      ...wrong,
      found: ['v=spf1 ~all'],
      differences: [{ tag: 'all', expected: '-all', found: '~all', how: 'changed' as const }],
      zone: 'example.org',
      notesData: [{ id: 'split-strings' as const }],
      keeps: [],
    };
    const zone = aZone({ 'example.org': [record] });
    const french =
      'example.org : l’enregistrement SPF ne correspond pas au modèle : all vaut « ~all », attendu « -all ». ' +
      'Il est coupé en plusieurs chaînes. Remplacez l’enregistrement existant.';
    expect(String(zoneFace.details(zone, particulars('fr')))).toContain(`<span lang="fr">${french}</span>`);
    expect(String(zoneFace.summary(zone, LANGUAGES.fr))).toContain(`title="${french}"`);
    expect(String(zoneFace.details(zone, particulars('en')))).toContain(
      'example.org: SPF does not match the template: all is &quot;~all&quot;, expected &quot;-all&quot;.',
    );
  });

  it('keep the English sentence of a run of an earlier version, marked as such', () => {
    const zone = aZone({ 'example.org': [wrong] });
    expect(String(zoneFace.details(zone, particulars('fr')))).toContain(
      `<span lang="en">${wrong.text}</span>`,
    );
  });
});

describe('what is published beside the records', () => {
  const zone = aPublishedZone();
  const page = (lang: 'en' | 'fr') =>
    String(zoneFace.details(zone, particulars(lang)))
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ');

  it('MTA-STS, TLS-RPT and DANE: what is wrong first', () => {
    const text = page('en');
    expect(text).toMatch(/left\.example enforced leaves out mx2\.example\.org –/);
    expect(text).toMatch(/bad\.example unusable unusable/);
    expect(text).toMatch(/good\.example enforced published/);
    expect(text.indexOf('bad.example')).toBeLessThan(text.indexOf('good.example'));
    expect(text).toMatch(/mx\.example\.org another certificate mx2\.example\.org not published/);
    expect(page('fr')).toMatch(
      /Chiffrement du courriel vers les domaines.*appliquée oublie mx2\.example\.org/,
    );
  });

  it('is left out where nothing is published', () => {
    const [, , , plain] = zone.domains;
    const hosts = [{ host: 'mx.example.org', state: 'none' as const, records: [] }];
    const bare = { ...aZone({}), domains: [plain!], dane: hosts };
    expect(String(zoneFace.details(bare, particulars('en')))).not.toContain('DANE');
  });

  it('the registrations, those that end first at the top', () => {
    expect(page('en')).toMatch(
      /Registrations of the domains end known: 2; registry without RDAP: 1; not asked yet: 1/,
    );
    expect(page('en')).toMatch(
      /left\.example 2026-12-01 15:00 UTC pending delete .*good\.example 2027-11-22/,
    );
    expect(page('fr')).toContain('Expiration des noms de domaine date connue : 2 ;');
  });

  it('the DKIM selectors: which signs, which is not published everywhere, and their keys', () => {
    expect(page('en')).toMatch(
      /smtp of the template signs published 4 rsa 2048 2026-01-01 00:00 UTC 2026-11-22 15:00 UTC/,
    );
    expect(page('en')).toMatch(/smtp2027 not seen published 1, missing 3 ed25519 256 – –/);
    expect(page('fr')).toMatch(/smtp2027 pas vu publié 1, absent 3/);
  });
});
