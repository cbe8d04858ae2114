/** The particulars of a reports run: each domain's volumes, and who sent. */
import type { ReportedDomain, ReportedSource, ReportsResult, SourceKind } from '../checks/reports/result.ts';
import { reportsWords } from '../checks/reports/words/index.ts';
import type { TerminalFace } from './face.ts';
import type { Paint, Style } from './paint.ts';

const words = reportsWords.en;

/** Up to this number of domains are shown with their sources; of more, the first and those with failures. */
const FEW = 10;
const SOURCES = 8;

export const reportsFace: TerminalFace<'reports'> = { particulars };

function particulars(result: ReportsResult, _run: unknown, paint: Paint): string[] {
  const { domains, moreDomains, read, reports, from } = result;
  const shown = domains.slice(0, FEW);
  const rest = domains.length - shown.length + moreDomains;
  const lines = shown.flatMap((domain) => [...domainLines(domain, paint), '']);
  const unread = read.unreadable > 0 ? `, ${read.unreadable} unreadable` : '';
  const waiting = read.waiting > 0 ? `, ${read.waiting} messages left for the next run` : '';
  const notes = [
    ...(rest > 0 ? [`${rest} more domains; --json lists ${domains.length}`] : []),
    `${reports} reports${from === null ? '' : ` since ${from.slice(0, 10)}`}; this run: ${read.messages} messages or files, ${read.reports} new reports, ${read.known} known already${unread}${waiting}`,
  ];
  return [...lines, ...notes.map((note) => paint('dim', note))];
}

const STYLES: Readonly<Record<SourceKind, Style>> = {
  own: 'green',
  known: 'green',
  forwarder: 'dim',
  sender: 'magenta',
  stranger: 'red',
};

function domainLines(domain: ReportedDomain, paint: Paint): string[] {
  const { messages, policy, reporters, sources, moreSources, byKind } = domain;
  const ours = byKind.filter(({ kind }) => kind === 'own' || kind === 'known');
  const sum = (what: 'messages' | 'pass') => ours.reduce((total, each) => total + each[what], 0);
  const share = sum('messages') === 0 ? '' : `, ${percent(sum('pass'), sum('messages'))} of which pass DMARC`;
  return [
    `${paint('bold', domain.domain)}  ${messages} messages; ${sum('messages')} of our own and known servers${share}; p=${policy ?? '?'}; reported by ${reporters.join(', ')}`,
    ...sources.slice(0, SOURCES).map((source) => sourceLine(source, paint)),
    ...(sources.length + moreSources > SOURCES
      ? [paint('dim', `  ${sources.length + moreSources - SOURCES} more sources`)]
      : []),
  ];
}

function sourceLine(source: ReportedSource, paint: Paint): string {
  const { kind, messages, pass, delivered } = source;
  const width = Math.max(...Object.values(words.sources).map((label) => label.length));
  const failing = messages - pass;
  const fate =
    failing === 0 ? '' : `  ${failing} fail${delivered > 0 ? `, ${delivered} of them delivered` : ''}`;
  const name = source.name === null ? '' : ` ${paint('dim', source.name)}`;
  return `  ${paint(STYLES[kind], words.sources[kind].padEnd(width))}  ${String(messages).padStart(7)}  ${source.source}${name}${fate}${failing > 0 && source.detail !== '' ? `  ${paint('dim', source.detail)}` : ''}`;
}

/** `100 %` only where nothing is missing. */
function percent(part: number, of: number): string {
  if (of === 0) return '-';
  const share = (part * 100) / of;
  return `${part === of ? '100' : Math.min(99.9, share).toFixed(1)} %`;
}
