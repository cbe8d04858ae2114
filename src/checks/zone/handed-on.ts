/** What is left of a domain that was handed on: what the findings, the summary and the selectors of the whole run still need. */
import type { DomainFacts, RecordFacts } from './facts.ts';
import { recordOk } from './result.ts';

/**
 * Keeps what is wrong or unknown as it is. Of a record that is as it should be, its level is enough, and of a key the text; most
 * domains share both.
 */
export function remainders(): (facts: DomainFacts) => DomainFacts {
  const shared = new Map<string, RecordFacts>();
  const recordRemainder = (facts: RecordFacts): RecordFacts => {
    const { record, level, differs, views, source } = facts;
    if (recordOk(level) !== true || differs !== null || views.length > 0) return facts;
    const found = record === 'dkim' ? facts.found : [];
    const key = JSON.stringify([record, level, source, found]);
    const known = shared.get(key) ?? { ...NOTHING, record, level, differs, source, found };
    if (shared.size < MOST_SHARED) shared.set(key, known);
    return known;
  };
  return ({ records, ...facts }) => ({ ...facts, records: records.map(recordRemainder) });
}

/** Domains may all have keys of their own. */
const MOST_SHARED = 2_000;
const NOTHING = {
  name: '',
  zone: '',
  expected: [],
  differences: [],
  notesData: [],
  publish: [],
  keeps: [],
  views: [],
};
