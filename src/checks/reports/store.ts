/**
 * The reports that were read, in a SQLite file of their own: one run adds what is new, each looks at days. The mailbox has
 * it all, so a file that is lost or damaged is made anew; what is kept is bounded by age and by number.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { IN_MEMORY } from '../../base/in-memory.ts';
import type { AggregateReport, ReportProblem } from './report.ts';

const VERSION = 1;
const BUSY_MS = 5_000;
/** Beyond these numbers the oldest reports go, whatever their age: anybody can send reports. */
const MAX_REPORTS = 200_000;
const MAX_ROWS = 2_000_000;
const MAX_UNREADABLE = 500;

const TABLES = `
  CREATE TABLE report (
    id INTEGER PRIMARY KEY, reporter TEXT NOT NULL, report TEXT NOT NULL, domain TEXT NOT NULL, policy TEXT,
    began INTEGER NOT NULL, ended INTEGER NOT NULL, received INTEGER NOT NULL,
    UNIQUE (reporter, report, domain, began)
  ) STRICT;
  CREATE INDEX report_ended ON report (ended);
  CREATE TABLE traffic (
    report INTEGER NOT NULL, source TEXT NOT NULL, sender TEXT NOT NULL, dkim INTEGER NOT NULL, spf INTEGER NOT NULL,
    disposition TEXT NOT NULL, override TEXT, selector TEXT, detail TEXT NOT NULL, messages INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX traffic_report ON traffic (report);
  CREATE TABLE unreadable (received INTEGER NOT NULL, sender TEXT NOT NULL, file TEXT NOT NULL, problem TEXT NOT NULL) STRICT;
  CREATE TABLE mailbox (name TEXT PRIMARY KEY, validity TEXT NOT NULL, uid INTEGER NOT NULL) STRICT;
  PRAGMA user_version = ${VERSION};
`;

/** How far a mailbox was read: UIDs mean something while UIDVALIDITY stays (RFC 9051 2.3.1.1). */
export interface Progress {
  readonly validity: string;
  readonly uid: number;
}

/** Messages of one source about one domain that were treated alike, added up over the reports of a time. */
export interface Traffic {
  readonly domain: string;
  readonly source: string;
  readonly dkim: boolean;
  readonly spf: boolean;
  readonly disposition: string;
  readonly override: string | null;
  readonly selector: string | null;
  readonly detail: string;
  readonly reporters: readonly string[];
  readonly messages: number;
}

/** When there were reports about a domain. */
export interface Presence {
  readonly domain: string;
  readonly reports: number;
  readonly reporters: readonly string[];
  readonly policy: string | null;
  /** End of the period of the latest report, and when the latest one came; ms since 1970. */
  readonly ended: number;
  readonly received: number;
  /** Number of days (UTC) with reports. */
  readonly days: number;
}

export interface Unreadable {
  readonly received: number;
  readonly sender: string;
  readonly file: string;
  readonly problem: ReportProblem;
}

/** Reporters are named up to this number. */
const MAX_REPORTERS = 8;

export class ReportStore {
  readonly #db: DatabaseSync;
  readonly #addReport: StatementSync;
  readonly #addTraffic: StatementSync;

  /** @param file `:memory:` for one run alone. @throws the error of SQLite or of the file system */
  constructor(file: string) {
    this.#db = open(file);
    this.#addReport = this.#db.prepare(
      'INSERT OR IGNORE INTO report (reporter, report, domain, policy, began, ended, received) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#addTraffic = this.#db.prepare('INSERT INTO traffic VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  }

  /** Adds what belongs together: all of it is kept, or nothing. */
  together<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (cause) {
      this.#db.exec('ROLLBACK');
      throw cause;
    }
  }

  /** @returns false for a report that is known already */
  add(report: AggregateReport, received: number): boolean {
    const { reporter, id, domain, policy, begin, end, rows } = report;
    const { changes, lastInsertRowid } = this.#addReport.run(
      reporter,
      id,
      domain,
      policy,
      begin,
      end,
      received,
    );
    if (changes === 0) return false;
    for (const { source, from, dkim, spf, disposition, override, selector, detail, count } of rows) {
      this.#addTraffic.run(
        lastInsertRowid,
        source,
        from,
        Number(dkim),
        Number(spf),
        disposition,
        override,
        selector,
        detail,
        count,
      );
    }
    return true;
  }

  addUnreadable({ received, sender, file, problem }: Unreadable): void {
    this.#db.prepare('INSERT INTO unreadable VALUES (?, ?, ?, ?)').run(received, sender, file, problem);
  }

  progress(mailbox: string): Progress | null {
    const row = this.#db.prepare('SELECT validity, uid FROM mailbox WHERE name = ?').get(mailbox);
    return row ? { validity: String(row.validity), uid: Number(row.uid) } : null;
  }

  setProgress(mailbox: string, { validity, uid }: Progress): void {
    this.#db.prepare('INSERT OR REPLACE INTO mailbox VALUES (?, ?, ?)').run(mailbox, validity, uid);
  }

  /** Drops what ended before a time, and the oldest beyond the number that is kept. */
  prune(before: number): void {
    this.together(() => {
      this.#db.prepare('DELETE FROM report WHERE ended < ?').run(before);
      this.#db
        .prepare(
          'DELETE FROM report WHERE id IN (SELECT id FROM report ORDER BY ended DESC LIMIT -1 OFFSET ?)',
        )
        .run(MAX_REPORTS);
      this.#db.exec('DELETE FROM traffic WHERE report NOT IN (SELECT id FROM report)');
      this.#dropRows();
      this.#db.prepare('DELETE FROM unreadable WHERE received < ?').run(before);
      this.#db
        .prepare(
          'DELETE FROM unreadable WHERE rowid IN (SELECT rowid FROM unreadable ORDER BY received DESC LIMIT -1 OFFSET ?)',
        )
        .run(MAX_UNREADABLE);
    });
  }

  #dropRows(): void {
    const count = () => Number(this.#db.prepare('SELECT count(*) AS n FROM traffic').get()!.n);
    while (count() > MAX_ROWS) {
      this.#db.exec(`DELETE FROM report WHERE id IN (SELECT id FROM report ORDER BY ended LIMIT 1000);
        DELETE FROM traffic WHERE report NOT IN (SELECT id FROM report)`);
    }
  }

  /** What was reported for periods that ended after a time. */
  traffic(since: number): Traffic[] {
    const rows = this.#db
      .prepare(
        `SELECT domain, source, dkim, spf, disposition, override, selector, max(detail) AS detail, sum(messages) AS messages,
           json_group_array(DISTINCT reporter) AS reporters
         FROM traffic JOIN report ON report.id = traffic.report WHERE ended >= ?
         GROUP BY domain, source, dkim, spf, disposition, override, selector`,
      )
      .all(since);
    return rows.map((row) => ({
      domain: String(row.domain),
      source: String(row.source),
      dkim: row.dkim === 1,
      spf: row.spf === 1,
      disposition: String(row.disposition),
      override: row.override === null ? null : String(row.override),
      selector: row.selector === null ? null : String(row.selector),
      detail: String(row.detail),
      reporters: namesOf(row.reporters),
      messages: Number(row.messages),
    }));
  }

  /** The domains with reports for periods that ended after a time. */
  presence(since: number): Presence[] {
    const rows = this.#db
      .prepare(
        `SELECT domain, count(*) AS reports, json_group_array(DISTINCT reporter) AS reporters, max(ended) AS ended,
           max(received) AS received, count(DISTINCT ended / 86400000) AS days, max(policy) AS policy
         FROM report WHERE ended >= ? GROUP BY domain`,
      )
      .all(since);
    return rows.map((row) => ({
      domain: String(row.domain),
      reports: Number(row.reports),
      reporters: namesOf(row.reporters),
      policy: row.policy === null ? null : String(row.policy),
      ended: Number(row.ended),
      received: Number(row.received),
      days: Number(row.days),
    }));
  }

  /** What could not be read of what came after a time, the newest first. */
  unreadable(since: number): Unreadable[] {
    const rows = this.#db
      .prepare('SELECT * FROM unreadable WHERE received >= ? ORDER BY received DESC')
      .all(since);
    return rows.map((row) => ({
      received: Number(row.received),
      sender: String(row.sender),
      file: String(row.file),
      problem: row.problem as ReportProblem,
    }));
  }

  close(): void {
    this.#db.close();
  }
}

function namesOf(list: unknown): string[] {
  const names = typeof list === 'string' ? (JSON.parse(list) as string[]) : [];
  return names.sort().slice(0, MAX_REPORTERS);
}

function open(file: string): DatabaseSync {
  if (file !== IN_MEMORY) mkdirSync(dirname(file), { recursive: true });
  try {
    return prepared(file);
  } catch (cause) {
    if (!unusable(cause) || file === IN_MEMORY) throw cause;
    for (const part of [file, `${file}-wal`, `${file}-shm`]) rmSync(part, { force: true });
    return prepared(file);
  }
}

/** The file is damaged, or of another version: the mailbox has what it held. */
class OtherVersion extends Error {}

/** SQLITE_CORRUPT and SQLITE_NOTADB (sqlite.org/rescode.html). */
const DAMAGED = new Set([11, 26]);

function unusable(cause: unknown): boolean {
  if (cause instanceof OtherVersion) return true;
  return (
    cause instanceof Error &&
    'errcode' in cause &&
    typeof cause.errcode === 'number' &&
    DAMAGED.has(cause.errcode & 0xff)
  );
}

function prepared(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    const version = Number(db.prepare('PRAGMA user_version').get()!.user_version);
    if (version !== 0 && version !== VERSION) throw new OtherVersion();
    if (version === 0) db.exec(`BEGIN;${TABLES}COMMIT`);
    return db;
  } catch (cause) {
    db.close();
    throw cause;
  }
}
