/** What changed in the records of domains between two times, as data. What was not known at either is no change. */
import { recordOk, type ZoneDomain, type ZoneRecord, type ZoneRecordKind } from '../checks/zone/result.ts';

/** A record that is published differently. */
export interface RecordChange {
  readonly id: 'corrected' | 'broken' | 'changed' | 'changed-still-wrong';
  readonly record: ZoneRecordKind;
  readonly name: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** `listed` and `unlisted`: in the list of hosted domains; `gone` and `back`: in the DNS. */
export type Change = RecordChange | { readonly id: 'listed' | 'unlisted' | 'gone' | 'back' };

export interface DomainChanges {
  readonly domain: string;
  readonly changes: readonly Change[];
}

type Known = ReadonlyMap<string, KnownDomain>;
interface KnownDomain {
  readonly exists: boolean | null;
  readonly records: ReadonlyMap<string, ZoneRecord>;
}

/**
 * The domains that changed, by name.
 * @param before what runs found then, the latest first: what one could not tell, those before it may have
 * @param after the same for now; the latest one has the list of domains
 */
export function zoneChanges(
  before: readonly (readonly ZoneDomain[])[],
  after: readonly (readonly ZoneDomain[])[],
): DomainChanges[] {
  if (before.length === 0 || after.length === 0) return [];
  const [then, now] = [known(before), known(after)];
  const all = [...new Set([...then.keys(), ...now.keys()])].sort();
  return all
    .map((domain) => ({ domain, changes: changesOf(then.get(domain), now.get(domain)) }))
    .filter(({ changes }) => changes.length > 0);
}

/** What is known of the domains that the latest run has. */
function known(runs: readonly (readonly ZoneDomain[])[]): Known {
  const domains = new Map<string, { exists: boolean | null; records: Map<string, ZoneRecord> }>();
  for (const { domain } of runs[0]!) domains.set(domain, { exists: null, records: new Map() });
  for (const run of runs) {
    for (const { domain, exists, records } of run) {
      const its = domains.get(domain);
      if (!its) continue;
      its.exists ??= exists;
      for (const record of records) {
        const key = `${record.record} ${record.name}`;
        if (record.level !== 'unknown' && !its.records.has(key)) its.records.set(key, record);
      }
    }
  }
  return domains;
}

function changesOf(before: KnownDomain | undefined, after: KnownDomain | undefined): Change[] {
  if (!before) return [{ id: 'listed' }];
  if (!after) return [{ id: 'unlisted' }];
  if (before.exists === true && after.exists === false) return [{ id: 'gone' }];
  const back: Change[] = before.exists === false && after.exists === true ? [{ id: 'back' }] : [];
  const records = [...after.records].flatMap(([key, now]) => {
    const then = before.records.get(key);
    return then && !same(then.found, now.found) ? [recordChange(then, now)] : [];
  });
  return [...back, ...records];
}

function recordChange(then: ZoneRecord, now: ZoneRecord): RecordChange {
  const [was, is] = [recordOk(then.level), recordOk(now.level)];
  const id = is ? (was ? 'changed' : 'corrected') : was ? 'broken' : 'changed-still-wrong';
  return { id, record: now.record, name: now.name, before: then.found, after: now.found };
}

/** Name servers give records in any order. */
function same(one: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());
}
