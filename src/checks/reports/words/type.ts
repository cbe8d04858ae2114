/** What a `reports` check says beyond its findings. */
import type { KindWords } from '../../wording.ts';
import type { ReportsCause } from '../causes.ts';
import type { ReportsDoing } from '../doing.ts';
import type { ReportedSource, ReportsResult, SourceKind } from '../result.ts';

export interface ReportsWords extends KindWords<ReportsCause> {
  readonly progress: (doing: ReportsDoing) => string;
  readonly summary: (result: ReportsResult) => string;
  /** What kinds of sources are called, as labels. */
  readonly sources: Readonly<Record<SourceKind, string>>;
}

/** `192.0.2.1 (host.example.net)`. */
export function nameOf({ source, name }: ReportedSource): string {
  return name === null ? source : `${source} (${name})`;
}

/** Names of which the first are listed. */
export function firstOf(names: readonly string[], more: (rest: number) => string, shown = 3): string {
  const rest = names.length - shown;
  return `${names.slice(0, shown).join(', ')}${rest > 0 ? more(rest) : ''}`;
}

/** What our own and known servers sent, for strangers' failures are as it should be; all together where none of them is known. */
export function totals({ domains }: ReportsResult): {
  ours: boolean;
  messages: number;
  pass: number;
  others: number;
} {
  const ours = domains
    .flatMap(({ byKind }) => byKind)
    .filter(({ kind }) => kind === 'own' || kind === 'known');
  const add = (of: readonly { messages: number; pass: number }[], what: 'messages' | 'pass') =>
    of.reduce((total, each) => total + each[what], 0);
  const counted = ours.length > 0 ? ours : domains;
  const messages = add(counted, 'messages');
  const others = add(domains, 'messages') - messages;
  return { ours: ours.length > 0, messages, pass: add(counted, 'pass'), others };
}
