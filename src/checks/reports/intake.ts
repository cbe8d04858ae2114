/** Reads what is new, from a mailbox or from files, into the store. */

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { DAY_MS } from '../../base/durations.ts';
import { errorCode } from '../../base/errno.ts';
import type { Resolver } from '../../dns/resolver.ts';
import type { Found } from '../check.ts';
import { bytesOf, type ReportFile, reportFiles } from './files.ts';
import { type Attachment, MailboxError, ReportMailbox } from './mailbox.ts';
import type { ImapOptions, ReportsOptions } from './options.ts';
import { type AggregateReport, ReportError, type ReportProblem } from './report.ts';
import type { ReportsResult } from './result.ts';
import type { ReportStore } from './store.ts';
import { readReports } from './unpack.ts';

/** What was read is kept after each such number of files. */
const FILES_AT_ONCE = 50;
const PROGRESS_EVERY = 50;

export type Counts = { -readonly [Count in keyof ReportsResult['read']]: number };

export interface Intake {
  readonly store: ReportStore;
  readonly resolver: Resolver;
  readonly signal: AbortSignal;
  readonly now: number;
  /** The domains whose reports count; null: all. */
  readonly domains: ReadonlySet<string> | null;
  readonly onProgress: (done: number, of: number, reports: number) => void;
}

export interface Taken {
  readonly counts: Counts;
  readonly findings: readonly Found<'reports'>[];
  /** The source was read to its end: silence means something. */
  readonly complete: boolean;
}

function noCounts(): Counts {
  return { messages: 0, reports: 0, known: 0, otherDomains: 0, unreadable: 0, waiting: 0 };
}

/** Reads from where the options say. Never rejects for what is wrong with the source: that is a finding. */
export async function takeIn(options: ReportsOptions, intake: Intake): Promise<Taken> {
  if (options.files) return fromFiles(options.files, intake);
  return fromMailbox(options.imap!, options, intake);
}

async function fromMailbox(
  imap: ImapOptions,
  { keep, atOnce }: ReportsOptions,
  intake: Intake,
): Promise<Taken> {
  const { store, resolver, signal, now, onProgress } = intake;
  const counts = noCounts();
  const { host, port, user, folder } = imap;
  const name = JSON.stringify([host, port, user, folder]);
  let mailbox: ReportMailbox | null = null;
  try {
    const ca = imap.ca === undefined ? undefined : await readFile(imap.ca, 'utf8');
    mailbox = await ReportMailbox.open(imap, { resolver, signal, ca });
    const { validity } = mailbox;
    const before = store.progress(name);
    const last = before?.validity === validity ? before.uid : 0;
    // The server compares dates without time, in a time zone of its own (RFC 9051 6.4.4).
    const fresh = await mailbox.newer(last, new Date(now - keep - DAY_MS));
    const uids = fresh.slice(0, atOnce);
    counts.waiting = fresh.length - uids.length;
    for await (const { uid, attachments } of mailbox.read(uids)) {
      const read = await Promise.all(attachments.map((attachment) => readAttachment(attachment, intake)));
      store.together(() => {
        for (const one of read) keepReports(one, counts, intake);
        store.setProgress(name, { validity, uid });
      });
      counts.messages += 1;
      if (counts.messages % PROGRESS_EVERY === 0) onProgress(counts.messages, uids.length, counts.reports);
    }
    const waiting: Found<'reports'>[] =
      counts.waiting > 0
        ? [{ cause: { id: 'reports-waiting', messages: counts.waiting }, outcome: 'pass' }]
        : [];
    return { counts, findings: waiting, complete: counts.waiting === 0 };
  } catch (cause) {
    const problem = cause instanceof MailboxError ? cause.problem : caProblem(cause, imap);
    if (problem === null) throw cause;
    return {
      counts,
      findings: [{ cause: { id: 'reports-mailbox', host, port, user, problem }, outcome: 'error' }],
      complete: false,
    };
  } finally {
    await mailbox?.close();
  }
}

/** The file of authorities cannot be read; null for any other error. */
function caProblem(cause: unknown, { ca }: ImapOptions) {
  if (!(cause instanceof Error && 'path' in cause && cause.path === ca)) return null;
  return { id: 'unreachable', reason: 'other', detail: `imap.ca: ${ca} (${errorCode(cause)})` } as const;
}

async function fromFiles(paths: readonly string[], intake: Intake): Promise<Taken> {
  const { store, onProgress, signal } = intake;
  const counts = noCounts();
  const { files, unopened } = await reportFiles(paths);
  const findings = unopened.map((one): Found<'reports'> => {
    return { cause: { id: 'reports-file', ...one }, outcome: 'error' };
  });
  for (let at = 0; at < files.length; at += FILES_AT_ONCE) {
    const read: Read[] = [];
    signal.throwIfAborted();
    const readOne = async ({ path, named }: ReportFile) => {
      try {
        const bytes = await bytesOf(path);
        const attachment = { file: basename(path), sender: '', certain: named || path.includes('!') };
        read.push(
          await readAttachment(
            { ...attachment, bytes: bytes ?? Buffer.alloc(0), tooLarge: bytes === null, received: null },
            intake,
          ),
        );
      } catch (cause) {
        if (!(cause instanceof Error && 'code' in cause)) throw cause;
        findings.push({ cause: { id: 'reports-file', path, code: errorCode(cause) }, outcome: 'error' });
      }
      counts.messages += 1;
    };
    await Promise.all(files.slice(at, at + FILES_AT_ONCE).map(readOne));
    onProgress(counts.messages, files.length, counts.reports);
    store.together(() => {
      for (const one of read) keepReports(one, counts, intake);
    });
  }
  return { counts, findings, complete: false };
}

/** What came of one attachment or file. */
interface Read {
  readonly from: Pick<Attachment, 'file' | 'sender' | 'certain'> & { readonly received: number | null };
  readonly reports: readonly AggregateReport[];
  readonly problem: ReportProblem | null;
}

async function readAttachment(
  attachment: Omit<Attachment, 'received'> & { readonly received: number | null },
  { signal, now }: Intake,
): Promise<Read> {
  const { bytes, tooLarge, ...from } = attachment;
  if (tooLarge) return { from, reports: [], problem: 'too-large' };
  try {
    return { from, reports: await readReports(bytes, { signal, now }), problem: null };
  } catch (cause) {
    if (!(cause instanceof ReportError)) throw cause;
    return { from, reports: [], problem: cause.problem };
  }
}

function keepReports(
  { from, reports, problem }: Read,
  counts: Counts,
  { store, domains, now }: Intake,
): void {
  const { certain, received, ...origin } = from;
  if (problem !== null && certain) {
    counts.unreadable += 1;
    store.addUnreadable({ ...origin, received: received ?? now, problem });
  }
  for (const report of reports) {
    if (domains !== null && !domains.has(report.domain)) counts.otherDomains += 1;
    else if (store.add(report, received ?? report.end)) counts.reports += 1;
    else counts.known += 1;
  }
}
