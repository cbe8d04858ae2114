/** Every cause, note, difference and reason of the zone check, in both languages. */
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../../src/base/language.ts';
import { findingIn, sentence } from '../../../src/checks/sentence.ts';
import { type RecordCause, zoneCauses } from '../../../src/checks/zone/causes.ts';
import { compareDkim } from '../../../src/checks/zone/compare-dkim.ts';
import { contrast, type Deviation } from '../../../src/checks/zone/comparison.ts';
import type { Note } from '../../../src/checks/zone/notes.ts';
import { zoneWords } from '../../../src/checks/zone/words/index.ts';
import {
  type Described,
  noteSentence,
  recordSentence,
  unknownSentence,
} from '../../../src/checks/zone/words/record.ts';
import { NOTES, ofRecord, REASONS, SAMPLES } from '../../support/zone/causes.ts';
import { KEY } from '../../support/zone/keys.ts';

function isWhole(text: string): void {
  expect(text).toMatch(/^\S.*[.!)]$/s);
  expect(text).not.toMatch(/undefined|NaN|\[object| {2}|«\s*»|""/);
}

describe('the words of every cause', () => {
  it('are tried with a sample of each', () => {
    expect(Object.keys(SAMPLES).sort()).toEqual(Object.keys(zoneCauses).sort());
  });

  const cases = Object.entries(SAMPLES).flatMap(([id, all]) =>
    all.map((carried, index) => ({
      name: index === 0 ? id : `${id} (${index + 1})`,
      cause: { id, ...carried },
    })),
  );
  it.each(cases)('$name', ({ cause }) => {
    const [english, french] = LANGUAGES.map((language) => sentence('zone', cause, language));
    isWhole(english!);
    isWhole(french!);
    expect(french).not.toBe(english);
    // What was published is understood again.
    const published = { id: cause.id, outcome: 'fail' as const, text: english!, cause };
    expect(findingIn('zone', JSON.parse(JSON.stringify(published)) as typeof published, 'fr')).toEqual({
      text: french,
      language: 'fr',
    });
  });
});

describe('the words of a record', () => {
  it.each(Object.entries(NOTES))('note: %s', (id, carried) => {
    const note = { id, ...carried } as Note;
    const [english, french] = LANGUAGES.map((language) => noteSentence(zoneWords[language].record, note));
    isWhole(english!);
    isWhole(french!);
    expect(french).not.toBe(english);
  });

  it.each(Object.entries(REASONS))('unknown: %s', (_, why) => {
    for (const language of LANGUAGES) isWhole(unknownSentence(zoneWords[language].record, 'dkim', why));
  });

  it.each(['exact', 'equivalent', 'extra', 'different', 'multiple', 'missing'] as const)('%s', (level) => {
    for (const record of ['mx', 'spf', 'dkim', 'dmarc', 'dmarc-report'] as const) {
      for (const language of LANGUAGES) {
        isWhole(recordSentence(zoneWords[language].record, 'a.org', ofRecord(record, level)));
      }
    }
  });

  const facts = (differences: readonly Deviation[], more: Partial<Described> = {}): Described => ({
    ...ofRecord('dkim', 'different'),
    differences,
    ...more,
  });

  it('read as sentences', () => {
    const { record } = zoneWords.en;
    const differences: Deviation[] = [
      { tag: 'p', expected: 'reject', found: 'none', how: 'changed' },
      { tag: 'aspf', expected: 's', found: null, how: 'missing' },
      { tag: 'fo', expected: null, found: '1', how: 'added' },
      { tag: 'rua', expected: null, found: 'written twice', how: 'repeated' },
      { tag: 'syntax', expected: null, found: 'hello', how: 'syntax' },
    ];
    expect(recordSentence(record, 'a.org', facts(differences, { record: 'dmarc' }))).toBe(
      'a.org: DMARC does not match the template: p is "none", expected "reject", aspf=s is missing, fo=1 is not in ' +
        'the template, rua= is written more than once and 1 more. Replace the existing record.',
    );
    expect(
      recordSentence(zoneWords.fr.record, 'a.org', facts(differences.slice(0, 1), { record: 'dmarc' })),
    ).toBe(
      'a.org : l’enregistrement DMARC ne correspond pas au modèle : p vaut « none », attendu « reject ». ' +
        'Remplacez l’enregistrement existant.',
    );
  });

  it.each([
    ['the same text under another algorithm', `v=DKIM1; h=sha256; k=ed25519; p=${KEY}`],
    ['v=DKIM1 in the second place', `h=sha256; v=DKIM1; k=rsa; p=${KEY}`],
    [
      'a key that differs in the middle alone',
      `v=DKIM1; h=sha256; k=rsa; p=${KEY.slice(0, 200)}!${KEY.slice(201)}`,
    ],
    ['a tag written twice', `v=DKIM1; h=sha256; k=rsa; p=${KEY}; p=${KEY}`],
  ])('never show one value as found and as expected: %s', (_, found) => {
    const { differences, notes } = compareDkim(`v=DKIM1; h=sha256; k=rsa; p=${KEY}`, [found]);
    const text = recordSentence(zoneWords.en.record, 'a.org', facts(differences, { notesData: notes }));
    for (const [, has, wants] of text.matchAll(/is "([^"]*)", expected "([^"]*)"/g))
      expect(has).not.toBe(wants);
    expect(text).not.toContain(KEY.slice(0, 20));
  });

  it('shorten two texts so that the short forms differ, too', () => {
    const long = 'x'.repeat(300);
    const [one, other] = contrast(`${long}a${long}`, `${long}b${long}`);
    expect(one).not.toBe(other);
    expect(one.length).toBeLessThan(70);
    expect(contrast('a', 'b')).toEqual(['a', 'b']);
    const [short, whole] = contrast(long, `${long}y`);
    expect(short).not.toBe(whole);
  });
});

describe('the summary', () => {
  const judged = (domain: string, level: RecordCause['level']) => ({
    domain,
    records: [
      { record: 'mx' as const, level },
      { record: 'spf' as const, level: 'exact' as const },
    ],
  });
  it.each([
    [[judged('a.org', 'exact')], 'the records of a.org match the template'],
    [[judged('a.org', 'missing')], 'a.org: MX does not match the template'],
    [[judged('a.org', 'unknown')], 'a.org: MX could not be checked'],
    [
      [judged('a.org', 'missing'), judged('b.org', 'unknown')],
      '1 of 2 domains does not match the template: a.org; 1 of 2 domains could not be checked: b.org',
    ],
    [[judged('a.org', 'exact'), judged('b.org', 'extra')], 'the records of all 2 domains match the template'],
  ])('%#', (domains, english) => {
    expect(zoneWords.en.summary(domains)).toBe(english);
    expect(zoneWords.fr.summary(domains)).not.toBe(english);
  });
});
