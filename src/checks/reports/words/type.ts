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

export function totals({ domains }: ReportsResult): { messages: number; pass: number } {
  const sum = (what: 'messages' | 'pass') => domains.reduce((total, domain) => total + domain[what], 0);
  return { messages: sum('messages'), pass: sum('pass') };
}
