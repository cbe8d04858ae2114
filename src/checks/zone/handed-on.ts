/** What is left of a domain that was handed on: what the findings, the summary and the selectors of the whole run still need. */
import type { DomainFacts, RecordFacts } from './facts.ts';
import { recordOk } from './result.ts';

/**
 * Keeps what is wrong or unknown as it is. Of a record that is as it should be, its level is enough, and of a key the text,
 * which most domains share.
 */
export function remainderOf({ records, ...facts }: DomainFacts): DomainFacts {
  return { ...facts, records: records.map(recordRemainder) };
}

function recordRemainder(facts: RecordFacts): RecordFacts {
  const { record, level, differs, views, source } = facts;
  if (recordOk(level) !== true || differs !== null || views.length > 0) return facts;
  return {
    record,
    level,
    differs,
    source,
    name: '',
    zone: '',
    found: record === 'dkim' ? facts.found : NONE,
    ...EMPTY,
  };
}

const NONE: never[] = [];
const EMPTY = {
  expected: NONE,
  differences: NONE,
  notesData: NONE,
  publish: NONE,
  keeps: NONE,
  views: NONE,
};
