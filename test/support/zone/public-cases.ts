/** Cases of public reports: their domain and template, and what is asserted of each. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Level, ZoneRecordKind } from '../../../src/checks/zone/result.ts';
import { txt } from '../dns/server.ts';
import { customer, inspect, type Seen, type Table } from './public-case.ts';

export const template = join(import.meta.dirname, 'public-template.yaml');

/** The domain of cases. */
export const D = 'z.example';

/** A TXT record of these strings at the domain itself. */
export const spf = (...strings: string[]): Table => ({ [`${D} TXT`]: [txt(...strings)] });

/** What a run makes of a zone with these records in place of those of the template. */
export async function look(records: Table, domain = D): Promise<Seen> {
  const [seen] = await inspect([domain], customer(domain, records), { template });
  return seen!;
}

export interface Case {
  readonly name: string;
  readonly records: Table;
  readonly level: Level;
  /** Ids of notes that have to be there. */
  readonly notes?: readonly string[];
  /** What is to be published, where something is. */
  readonly advice?: string;
}

/** A test of each case: the level, the notes and the advice of the record of this kind. */
export function cases(kind: ZoneRecordKind, all: readonly Case[]): void {
  it.each(all)('$name', async ({ records, level, notes = [], advice }) => {
    const seen = await look(records);
    const record = seen.record(kind);
    expect([record.level, record.text]).toEqual([level, record.text]);
    expect(seen.notes(kind), record.text).toEqual(expect.arrayContaining([...notes]));
    if (advice !== undefined) expect(seen.advice(kind), record.text).toEqual([advice]);
    // What was called wrong is never the advice.
    if (record.found.length === 1) expect(seen.advice(kind)).not.toContain(record.found[0]);
    if (level === 'exact' || level === 'equivalent' || level === 'extra' || level === 'unknown')
      expect(seen.advice(kind)).toEqual([]);
  });
}
