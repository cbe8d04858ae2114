/** A notification as data: what webhooks and programs are given. */
import type { Language } from '../base/language.ts';
import type { Kind, Outcome } from '../checks/check.ts';
import type { Elsewhere, State } from './condition.ts';

export type Status = 'firing' | 'resolved' | 'reminder' | 'test';

/** One check, or one fault of Vigie's. */
export interface Item {
  readonly status: Status;
  readonly severity: 'critical' | 'warning';
  readonly state: State;
  /** Null: of Vigie itself. */
  readonly check: string | null;
  readonly kind: Kind | null;
  readonly title: string;
  readonly group: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** Where the Vigie runs that says so (`server.place`); null where that is not configured. */
  readonly place: string | null;
  /** Names of other places (`status.others`), by what they see of the check; null where none watches it. */
  readonly elsewhere: Elsewhere | null;
  readonly outcome: Outcome | null;
  /** ISO 8601. */
  readonly since: string;
  /** The headline, in the configured language. */
  readonly sentence: string;
  /** More about it; often nothing. */
  readonly details: string;
  /** Ids of findings, the worst first. */
  readonly findings: readonly string[];
  readonly run: string | null;
  readonly links: {
    readonly run: string | null;
    readonly check: string | null;
    readonly runbook: string | null;
  };
}

/** What a webhook is sent as JSON, and a program on its standard input. */
export interface Message {
  readonly version: 1;
  /** Unique; the same when it is sent once more. */
  readonly id: string;
  readonly status: Status;
  readonly severity: 'critical' | 'warning';
  readonly language: Language;
  /** One line. */
  readonly title: string;
  /** Lines; addresses in full. */
  readonly text: string;
  readonly items: readonly Item[];
  /** Of more items than are listed, their number. */
  readonly more: number;
  readonly sentAt: string;
}
