/** Adds up what was reported: per domain and source, by mechanism. */
import type { Networks } from '../../net/networks.ts';
import { OTHER_SOURCES } from './read-xml.ts';
import type { SourceKind } from './result.ts';
import type { Traffic } from './store.ts';

/** How receivers treated the messages of one source about one domain. */
export interface SourceTally {
  readonly source: string;
  readonly kind: SourceKind;
  readonly messages: number;
  readonly pass: number;
  readonly dkim: number;
  readonly spf: number;
  /** They fail, and were neither put aside nor rejected. */
  readonly delivered: number;
  readonly reporters: readonly string[];
  readonly detail: string;
}

export interface Whose {
  readonly own: Networks;
  readonly known: Networks;
  /** Those of our own servers; empty: any. */
  readonly selectors: readonly string[];
}

const MAX_REPORTERS = 8;

/** The sources of each domain, those with the most messages first. */
export function tallyOf(traffic: readonly Traffic[], whose: Whose): Map<string, SourceTally[]> {
  const domains = new Map<string, SourceTally[]>();
  for (const [domain, its] of Map.groupBy(traffic, (row) => row.domain)) {
    const sources = [...Map.groupBy(its, (row) => row.source)].map(([source, rows]) =>
      sourceTally(source, rows, whose),
    );
    domains.set(
      domain,
      sources.sort((one, other) => other.messages - one.messages),
    );
  }
  return domains;
}

function sourceTally(source: string, rows: readonly Traffic[], whose: Whose): SourceTally {
  const count = (which: (row: Traffic) => boolean) =>
    rows.reduce((sum, row) => sum + (which(row) ? row.messages : 0), 0);
  // What failed explains more than what passed.
  const telling = rows.find((row) => !(row.dkim && row.spf) && row.detail !== '') ?? rows[0]!;
  return {
    source,
    kind: kindOf(source, rows, whose),
    messages: count(() => true),
    pass: count(passes),
    dkim: count(({ dkim }) => dkim),
    spf: count(({ spf }) => spf),
    delivered: count((row) => !passes(row) && row.disposition === 'none' && !forwarded(row)),
    reporters: [...new Set(rows.flatMap(({ reporters }) => reporters))].slice(0, MAX_REPORTERS),
    detail: telling.detail,
  };
}

function passes({ dkim, spf }: Traffic): boolean {
  return dkim || spf;
}

/** The receiver says that somebody it trusts sent the message on, and delivered it for that reason. */
function forwarded({ override }: Traffic): boolean {
  return override !== null && /^(forwarded|trusted_forwarder|mailing_list)$/.test(override);
}

function kindOf(source: string, rows: readonly Traffic[], { own, known, selectors }: Whose): SourceKind {
  if (own.has(source)) return 'own';
  if (known.has(source)) return 'known';
  const passing = rows.filter(passes);
  if (passing.length === 0) return rows.some(forwarded) ? 'forwarder' : 'stranger';
  if (source === OTHER_SOURCES) return 'forwarder';
  const others = passing.filter(
    ({ spf, selector }) =>
      spf || (selectors.length > 0 && selector !== null && !selectors.includes(selector)),
  );
  return others.length > 0 ? 'sender' : 'forwarder';
}
