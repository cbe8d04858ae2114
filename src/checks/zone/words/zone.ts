/** What a `zone` check says beyond its findings. */
import type { KindWords } from '../../wording.ts';
import type { ZoneCause } from '../causes.ts';
import type { ZoneDoing } from '../doing.ts';
import { recordOk, type ZoneDomain, type ZoneRecordKind } from '../result.ts';
import type { RecordWords } from './record.ts';

/** What a summary looks at. */
export type Judged = Pick<ZoneDomain, 'domain'> & {
  readonly records: readonly Pick<ZoneDomain['records'][number], 'record' | 'level'>[];
};

export interface ZoneWords extends KindWords<ZoneCause> {
  readonly record: RecordWords;
  /** What it is doing, in a few words. */
  readonly progress: (doing: ZoneDoing) => string;
  /** One line: how many domains of how many, and the first by name. */
  readonly summary: (domains: readonly Judged[]) => string;
}

/** The domains with a wrong record, and the others with an unknown one, by name. */
export function countsOf(domains: readonly Judged[]) {
  const has = ({ records }: Judged, ok: boolean | null) =>
    records.some(({ level }) => recordOk(level) === ok);
  const wrong = domains.filter((domain) => has(domain, false));
  const unknown = domains.filter((domain) => !has(domain, false) && has(domain, null));
  const names = (all: readonly Judged[]) => all.map(({ domain }) => domain);
  const titlesOf = ({ records }: Judged, which: 'wrong' | 'unknown'): ZoneRecordKind[] => {
    const ok = which === 'wrong' ? false : null;
    return [...new Set(records.filter(({ level }) => recordOk(level) === ok).map(({ record }) => record))];
  };
  return { wrong: names(wrong), unknown: names(unknown), titlesOf };
}

/** Records as found, long ones cut off. */
export function publishedBy(found: readonly string[]): string[] {
  return found.map((text) => (text.length > 80 ? `${text.slice(0, 79)}…` : text));
}
