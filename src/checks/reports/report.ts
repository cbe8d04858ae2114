/** A DMARC aggregate report, as it is kept: what its reader makes of the XML of RFC 7489 (appendix C) and RFC 9990. */

export const DISPOSITIONS = ['none', 'quarantine', 'reject'] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

/** Messages that a receiver treated alike. */
export interface Row {
  /** The address that sent; `other` for what was too much to keep apart. */
  readonly source: string;
  /** The domain of the From field. */
  readonly from: string;
  /** Whether the mechanism passed and was aligned (`policy_evaluated`). */
  readonly dkim: boolean;
  readonly spf: boolean;
  readonly disposition: Disposition;
  /** Why the receiver departed from the policy; null where it did not. */
  readonly override: string | null;
  /** Of the signature that passed for the domain; null where none did. */
  readonly selector: string | null;
  /** The signatures and the SPF identity as they were found: `d=example.org s=smtp pass; spf example.org pass`. */
  readonly detail: string;
  readonly count: number;
}

export interface AggregateReport {
  readonly reporter: string;
  readonly id: string;
  readonly domain: string;
  /** Of the published policy; null where it does not say. */
  readonly policy: string | null;
  /** Milliseconds since 1970. */
  readonly begin: number;
  readonly end: number;
  readonly rows: readonly Row[];
}

/** Why something that looks like a report could not be read. */
export const REPORT_PROBLEMS = [
  'too-large',
  'damaged',
  'encrypted',
  'empty-archive',
  'not-xml',
  'no-report',
  'doctype',
  'too-deep',
  'too-many-records',
  'incomplete',
  'implausible-dates',
] as const;
export type ReportProblem = (typeof REPORT_PROBLEMS)[number];

/** Something that could not be read as a report. The message is for logs. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
  readonly problem: ReportProblem;
  constructor(problem: ReportProblem, detail = '') {
    super(detail === '' ? problem : `${problem}: ${detail}`);
    this.problem = problem;
  }
}
