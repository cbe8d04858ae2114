/** A zone run on a terminal: what is wrong first, with the record to publish; then what could be better. */
import { styleText } from 'node:util';
import type { Outcome, Run } from '../check.ts';
import { recordOk, type ZoneDomain, type ZoneRecord } from './result.ts';
import { TITLES } from './wording.ts';

type Style = Parameters<typeof styleText>[0];
const MARKS: Readonly<Record<Outcome, readonly [string, Style]>> = {
  pass: ['ok', 'green'],
  degraded: ['degraded', 'yellow'],
  fail: ['FAIL', 'red'],
  error: ['could not tell', 'magenta'],
};

/** With one domain all its records are shown, with many only those that need somebody. Ends with a line feed. */
export function showZoneRun(run: Run, color: boolean): string {
  const paint = (style: Style, text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const [mark, style] = MARKS[run.outcome];
  const domains = run.zone?.domains ?? [];
  const lines: string[] = [];
  for (const zone of domains) {
    if (domains.length <= 3 || needsSomebody(zone)) lines.push(...showDomain(zone, paint), '');
  }
  const said = (id: string) =>
    /^zone-(mx|spf|dkim|dmarc|dmarc-report)-(missing|different|multiple)$/.test(id);
  for (const finding of run.findings.filter(({ id }) => !said(id) && id !== 'zone-unknown')) {
    const [, tone] = MARKS[finding.outcome];
    const word = finding.outcome === 'pass' ? 'advice' : MARKS[finding.outcome][0];
    lines.push(`${paint(finding.outcome === 'pass' ? 'dim' : tone, `${word}:`)} ${finding.text}`);
  }
  const sent = run.zone ? `, ${run.zone.queries.sent} queries` : '';
  lines.push(`${paint(style, mark)}  ${run.summary} (${(run.durationMs / 1000).toFixed(1)} s${sent})`);
  return `${lines.join('\n')}\n`;
}

function needsSomebody({ records, nameServers }: ZoneDomain): boolean {
  return (
    records.some(({ level, differs }) => recordOk(level) !== true || differs !== null) ||
    nameServers.some(({ state }) => state === 'lame' || state === 'unresolved')
  );
}

function showDomain(
  { domain, records }: ZoneDomain,
  paint: (style: Style, text: string) => string,
): string[] {
  const lines = [paint('bold', domain)];
  const width = Math.max(...Object.values(TITLES).map((title) => title.length));
  for (const record of records) {
    const ok = recordOk(record.level);
    const style: Style = ok === null ? 'magenta' : ok ? 'green' : 'red';
    const level = paint(style, record.level.padEnd('equivalent'.length));
    const text = record.level === 'exact' ? '' : `  ${record.text}`;
    lines.push(`  ${TITLES[record.record].padEnd(width)}  ${level}${text}`.trimEnd());
    lines.push(...showPublish(record, paint));
  }
  return lines;
}

function showPublish(
  { publish, found }: ZoneRecord,
  paint: (style: Style, text: string) => string,
): string[] {
  if (publish.length === 0) return [];
  const lines = found.map((text) => `      ${paint('dim', 'found:')}    ${text}`);
  for (const { bind } of publish) lines.push(`      ${paint('dim', 'publish:')}  ${paint('cyan', bind)}`);
  for (const { name, type, value, priority, zone } of publish) {
    const rank = priority === undefined ? '' : `   priority ${priority}`;
    lines.push(`      ${paint('dim', 'in a form:')} zone ${zone}   name ${name}   type ${type}${rank}`);
    lines.push(`                 value ${value}`);
  }
  return lines;
}
