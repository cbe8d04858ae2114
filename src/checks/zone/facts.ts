/** What an audit finds out about domains: the published result as data alone, before it is put into words. */
import type { Deviation } from './comparison.ts';
import type { Note } from './notes.ts';
import type { ZoneDomain, ZoneRecord } from './result.ts';

export interface RecordFacts extends Omit<ZoneRecord, 'text' | 'notes'> {
  readonly differences: readonly Deviation[];
  readonly zone: string;
  readonly notesData: readonly Note[];
  readonly keeps: readonly string[];
}

export interface DomainFacts extends Omit<ZoneDomain, 'records'> {
  readonly records: readonly RecordFacts[];
}

/** A published record as data; null for one of a run of an earlier version, which has sentences alone. */
export function factsOf(record: ZoneRecord): RecordFacts | null {
  const { zone, notesData, keeps } = record;
  if (zone === undefined || notesData === undefined || keeps === undefined) return null;
  const differences = record.differences.flatMap((each) => (each.how ? [{ ...each, how: each.how }] : []));
  return { ...record, differences, zone, notesData, keeps };
}
