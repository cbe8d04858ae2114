/** Facts as they are published: with their sentences, in English, and with each text once, however many domains have it. */
import type { DomainFacts, RecordFacts } from './facts.ts';
import type { ZoneDomain, ZoneRecord } from './result.ts';
import { zoneWords } from './words/index.ts';
import { noteSentence, recordSentence } from './words/record.ts';

/** What is published of a domain, which is all that was found out about it as well. */
export interface WordedDomain extends Omit<DomainFacts, 'records'>, Omit<ZoneDomain, 'records'> {
  readonly records: readonly (RecordFacts & ZoneRecord)[];
}

/** Lists of texts that many domains have; strangers' are not kept for longer than their own run. */
const MOST_SHARED = 2_000;

/** Puts the domains of one run into words, one after the other. */
export function worded(): (facts: DomainFacts) => WordedDomain {
  const lists = new Map<string, readonly string[]>();
  const nothing: never[] = [];
  const once = (texts: readonly string[]): string[] => {
    const key = JSON.stringify(texts);
    const known = lists.get(key) ?? texts;
    if (lists.size < MOST_SHARED) lists.set(key, known);
    return known as string[];
  };
  const words = zoneWords.en.record;
  const orNothing = <Item>(items: readonly Item[]): Item[] =>
    items.length > 0 ? (items as Item[]) : nothing;
  return ({ domain, records, ...rest }) => ({
    domain,
    ...rest,
    records: records.map((facts) => {
      const { notesData } = facts;
      return {
        ...facts,
        expected: once(facts.expected),
        found: once(facts.found),
        differences: orNothing(facts.differences),
        notesData: orNothing(notesData),
        publish: orNothing(facts.publish),
        keeps: orNothing(facts.keeps),
        views: orNothing(facts.views),
        text: recordSentence(words, domain, facts),
        notes: orNothing(notesData.map((note) => noteSentence(words, note))),
      };
    }),
  });
}
