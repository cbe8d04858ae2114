import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../src/view/words/index.ts';
import { zoneFace } from '../../src/view/zone.ts';
import { aRecord, aZone } from '../support/history/results.ts';

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
