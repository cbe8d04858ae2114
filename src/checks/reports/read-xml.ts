/**
 * Reads the XML of an aggregate report piece by piece. A stranger wrote it: no document type (and so no entities of its
 * own), a depth, a number of records and a length of each value that are bounded; what is not known is skipped.
 */

import { isIP } from 'node:net';
import { SaxesParser } from 'saxes';
import { cutOff } from '../../base/bounded.ts';
import { DAY_MS } from '../../base/durations.ts';
import { printable } from '../../base/escape.ts';
import { isDomainName, normaliseName } from '../../dns/name.ts';
import { type AggregateReport, type Disposition, ReportError, type Row } from './report.ts';

const MAX_DEPTH = 16;
/** Combinations of source, results and domain that one report may have; large senders have a few thousand. */
const MAX_GROUPS = 50_000;
/** Of those, kept apart: the largest. The others are added up. */
const KEPT_GROUPS = 1_000;
const MAX_TEXT = 300;
const MAX_SIGNATURES = 4;
const MAX_FAULTS = 20;
/** Reports have attributes on their root alone. */
const MAX_ATTRIBUTES = 1_000;
const MAX_COUNT = 1_000_000_000;
/** The longest period of one report, and how far its end may lie ahead: clocks differ. */
const MAX_PERIOD_MS = 35 * DAY_MS;
const MAX_AHEAD_MS = 2 * DAY_MS;

/** What was too much to keep apart. */
export const OTHER_SOURCES = 'other';

/** What is read; everything else is skipped, so that nobody decides how much is kept. */
const OF_REPORT = new Set([
  'report_metadata/org_name',
  'report_metadata/email',
  'report_metadata/report_id',
  'report_metadata/date_range/begin',
  'report_metadata/date_range/end',
  'policy_published/domain',
  'policy_published/p',
]);
const OF_RECORD = new Set([
  'record/row/source_ip',
  'record/row/count',
  'record/row/policy_evaluated/disposition',
  'record/row/policy_evaluated/dkim',
  'record/row/policy_evaluated/spf',
  'record/row/policy_evaluated/reason/type',
  'record/identifiers/header_from',
]);
const RESULTS = 'record/auth_results/';
const OF_RESULT = new Set(['domain', 'selector', 'result']);
/** Of elements that are not within a report. */
const OUTSIDE = '/';

type Fields = Record<string, string>;

/** Takes the text of one report and gives the report. */
export class ReportReader {
  readonly #parser = new SaxesParser();
  readonly #path: string[] = [];
  readonly #groups = new Map<string, Row>();
  readonly #fields: Fields = {};
  #text = '';
  /** Of the record, the signature and the SPF result that are open. */
  #record: Fields = {};
  #result: Fields = {};
  #signatures: Signature[] = [];
  #attributes = 0;
  #begun = false;
  #ended = false;
  /** What is wrong with the XML; the first of it. */
  #fault: string | null = null;
  #faults = 0;

  constructor() {
    const parser = this.#parser;
    parser.on('opentag', ({ name }) => this.#open(localName(name)));
    parser.on('closetag', ({ name }) => this.#close(localName(name)));
    parser.on('attribute', () => {
      this.#attributes += 1;
      if (this.#attributes > MAX_ATTRIBUTES) throw new ReportError('no-report', 'too many attributes');
    });
    parser.on('text', (text) => this.#add(text));
    parser.on('cdata', (text) => this.#add(text));
    parser.on('doctype', () => {
      throw new ReportError('doctype');
    });
    parser.on('error', (error) => {
      if (this.#path.length === 0 && !this.#ended) throw new ReportError('not-xml', error.message);
      // Known reporters leave an element open around the report: what was read counts if it came to its end.
      this.#fault ??= error.message;
      this.#faults += 1;
      if (this.#faults > MAX_FAULTS) throw new ReportError('damaged', error.message);
    });
  }

  /** @throws ReportError */
  write(text: string): void {
    // Blank lines before the declaration are a mistake that some make.
    const piece = this.#begun ? text : text.replace(/^[\s\uFEFF]+/, '');
    if (piece === '') return;
    if (!this.#begun && !piece.startsWith('<')) throw new ReportError('not-xml');
    this.#begun = true;
    this.#parser.write(piece);
  }

  /** @throws ReportError */
  end(now: number): AggregateReport {
    this.#parser.close();
    if (!this.#begun) throw new ReportError('not-xml');
    if (!this.#ended)
      throw new ReportError(this.#fault === null ? 'no-report' : 'damaged', this.#fault ?? '');
    const { 'report_metadata/org_name': organisation, 'report_metadata/email': email } = this.#fields;
    const reporter = organisation || email || '';
    const id = this.#fields['report_metadata/report_id'] ?? '';
    const domain = domainOf(this.#fields['policy_published/domain']);
    if (reporter === '' || id === '' || domain === null) throw new ReportError('incomplete');
    const begin = timeOf(this.#fields['report_metadata/date_range/begin']);
    const end = timeOf(this.#fields['report_metadata/date_range/end']);
    if (begin === null || end === null) throw new ReportError('incomplete');
    if (end < begin || end - begin > MAX_PERIOD_MS || end > now + MAX_AHEAD_MS || begin < 0) {
      throw new ReportError('implausible-dates');
    }
    const policy = this.#fields['policy_published/p'] ?? '';
    return { reporter, id, domain, policy: policy || null, begin, end, rows: largest(this.#groups) };
  }

  #add(text: string): void {
    // What is longer is of no use, and is not collected.
    if (this.#text.length <= MAX_TEXT) this.#text += text.slice(0, 2 * MAX_TEXT);
  }

  #open(name: string): void {
    if (this.#path.length >= MAX_DEPTH) throw new ReportError('too-deep');
    this.#path.push(pathOf(name, this.#path.at(-1)));
    this.#text = '';
    if (name === 'record') {
      this.#record = {};
      this.#signatures = [];
    }
    if (name === 'dkim' || name === 'spf') this.#result = {};
  }

  #close(name: string): void {
    const path = this.#path.pop();
    const text = this.#text;
    this.#text = '';
    if (name === 'feedback') this.#ended = true;
    if (path === undefined || path === OUTSIDE || path === '') return;
    if (path === 'record') this.#endRecord();
    else if (path.startsWith(RESULTS)) this.#inResults(path.slice(RESULTS.length), text);
    else if (OF_RECORD.has(path)) this.#record[path] ??= cleaned(text);
    else if (OF_REPORT.has(path)) this.#fields[path] ??= cleaned(text);
  }

  /** `dkim` and `spf` below `auth_results`: each with its domain, selector and result. */
  #inResults(path: string, text: string): void {
    const [mechanism, field] = path.split('/');
    if (field !== undefined) {
      if (OF_RESULT.has(field)) this.#result[field] ??= cleaned(text);
      return;
    }
    if (this.#signatures.length >= MAX_SIGNATURES) return;
    const { domain = '', selector = '', result = '' } = this.#result;
    if (domain === '' || (mechanism !== 'dkim' && mechanism !== 'spf')) return;
    this.#signatures.push({
      mechanism,
      domain: domain.toLowerCase(),
      selector,
      result: result.toLowerCase(),
    });
  }

  #endRecord(): void {
    const record = this.#record;
    const source = sourceOf(record['record/row/source_ip'] ?? '');
    const count = Number(record['record/row/count'] ?? '');
    if (source === null || !Number.isInteger(count) || count < 1 || count > MAX_COUNT) return;
    const from = domainOf(record['record/identifiers/header_from']) ?? '';
    const row: Row = {
      source,
      from,
      dkim: record['record/row/policy_evaluated/dkim']?.toLowerCase() === 'pass',
      spf: record['record/row/policy_evaluated/spf']?.toLowerCase() === 'pass',
      disposition: dispositionOf(record['record/row/policy_evaluated/disposition'] ?? ''),
      override: record['record/row/policy_evaluated/reason/type'] || null,
      selector: selectorOf(this.#signatures, from),
      detail: cutOff(this.#signatures.map(written).join('; '), MAX_TEXT),
      count,
    };
    add(this.#groups, row);
    if (this.#groups.size > MAX_GROUPS) throw new ReportError('too-many-records');
  }
}

/** What a receiver found: a signature, or whom SPF was asked about. */
interface Signature {
  readonly mechanism: 'dkim' | 'spf';
  readonly domain: string;
  readonly selector: string;
  readonly result: string;
}

function written({ mechanism, domain, selector, result }: Signature): string {
  if (mechanism === 'spf') return `spf ${domain} ${result}`;
  return `d=${domain}${selector && ` s=${selector}`} ${result}`;
}

/** The selector of the signature that passed for the domain of the From field, or for one above it. */
function selectorOf(signatures: readonly Signature[], from: string): string | null {
  const its = signatures.find(
    ({ mechanism, domain, selector, result }) =>
      mechanism === 'dkim' &&
      result === 'pass' &&
      selector !== '' &&
      (from === domain || from.endsWith(`.${domain}`) || domain.endsWith(`.${from}`)),
  );
  return its?.selector ?? null;
}

/** Where an element is within the report: `record/row/count`. A schema that is opened and never closed is a known mistake. */
function pathOf(name: string, parent = OUTSIDE): string {
  if (name === 'feedback') return '';
  if (parent === OUTSIDE || name === 'schema') return parent;
  return parent === '' ? name : `${parent}/${name}`;
}

function cleaned(text: string): string {
  return cutOff(printable(text).trim(), MAX_TEXT);
}

/** The name without its namespace's prefix. */
function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** Adds messages to those that were treated alike; what they showed is that of the first. */
function add(groups: Map<string, Row>, row: Row): void {
  const { source, from, dkim, spf, disposition, override, selector } = row;
  const key = [source, from, dkim, spf, disposition, override, selector].join('\n');
  const known = groups.get(key);
  groups.set(key, known ? { ...known, count: Math.min(known.count + row.count, MAX_COUNT) } : row);
}

/** The groups with the most messages; the others added up. */
function largest(groups: ReadonlyMap<string, Row>): Row[] {
  const rows = [...groups.values()].sort((one, other) => other.count - one.count);
  const rest = new Map<string, Row>();
  for (const row of rows.slice(KEPT_GROUPS)) {
    add(rest, { ...row, source: OTHER_SOURCES, from: '', override: null, selector: null, detail: '' });
  }
  return [...rows.slice(0, KEPT_GROUPS), ...rest.values()];
}

function domainOf(text: string | undefined): string | null {
  const name = normaliseName(text ?? '');
  return name !== null && isDomainName(name) ? name : null;
}

/** Seconds since 1970, as both RFCs have it, or an ISO date, as some write it. */
function timeOf(text: string | undefined): number | null {
  if (text === undefined || text === '') return null;
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  return Number.isFinite(ms) ? Math.trunc(ms) : null;
}

/** One spelling for one address: IPv4 mapped into IPv6 is IPv4. */
export function sourceOf(text: string): string | null {
  const address = text.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
  const family = isIP(address);
  if (family === 4) return address;
  if (family !== 6 || address.includes('%')) return null;
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

/** RFC 9990 has `pass` where RFC 7489 has `none`; what is empty or unknown did nothing. */
function dispositionOf(text: string): Disposition {
  const word = text.toLowerCase();
  return word === 'quarantine' || word === 'reject' ? word : 'none';
}
