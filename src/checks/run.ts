/** Runs one check once, with a deadline, and makes a `Run` of whatever happens. */
import { randomBytes } from 'node:crypto';
import { bearable, bounded } from '../base/bounded.ts';
import { jsonLength } from '../base/escape.ts';
import { takingStrays } from '../base/strays.ts';
import type { CheckContext, CheckKind, CheckResult, Finding, Found, Kind, Part, Run } from './check.ts';
import { optionsDigest } from './digest.ts';
import { looksLike } from './known-faults.ts';
import { outcomeOf, worstFirst } from './outcome.ts';
import { sentence } from './sentence.ts';

/** What strangers said is cut off beyond this. A zone check of thousands of domains has less. */
const BOUNDS = { text: 8000, items: 20_000, depth: 24 } as const;
/** Characters of JSON. */
const LARGEST_RUN = 16_000_000;
/** … and as many more for each domain of a zone check, of which an operator may have thousands. */
const LARGEST_DOMAIN = 4_000;
/** How many findings are kept of a run that has too many. */
const WORST = 100;

/** After its signal aborted, a check has this long to clean up before it is given up on. */
const CLEANUP_MS = 15_000;

/** A run's id: sortable by time, unique, safe as a file name. */
export function newRunId(startedAt: Date): string {
  return `${startedAt.toISOString().replace(/[-:]/g, '').replace('.', '')}-${randomBytes(3).toString('hex')}`;
}

/**
 * Runs a check once. Never rejects: an exception of the check, its deadline and a cancelled run are
 * `error` findings (`internal`, `deadline`, `cancelled`). An exception in a handler of something that the check
 * started makes the run an `error` as well, where the process catches those (`catchStrays`).
 */
export async function runCheck<K extends Kind, Options>(
  check: CheckKind<K, Options>,
  options: Options,
  context: CheckContext<K>,
  id?: string,
): Promise<Run> {
  const startedAt = new Date();
  const start = performance.now();
  const deadlineMs = check.deadlineMs(options);
  const deadline = AbortSignal.timeout(deadlineMs);
  const stray = new AbortController();
  const signal = AbortSignal.any([context.signal, deadline, stray.signal]);
  const take = context.take && ((part: Part<K>) => context.take!(bounded(part, BOUNDS)));
  const cutShort = await settle(
    takingStrays(
      (error) => stray.abort(new Stray(error)),
      async () => check.run(options, { ...context, signal, ...(take && { take }) }),
    ),
    signal,
    () =>
      deadline.aborted
        ? { cause: { id: 'deadline', seconds: Math.round(deadlineMs / 1000) }, outcome: 'error' }
        : { cause: { id: 'cancelled' }, outcome: 'error' },
  );
  // What a check found with a part of it gone may be the fault of that.
  const result: CheckResult = stray.signal.aborted
    ? { ...cutShort, summary: '', findings: [internal((stray.signal.reason as Stray).cause)] }
    : cutShort;
  const findings = worstFirst(
    result.findings
      .slice(0, BOUNDS.items)
      // What strangers said is in the data; our own sentence may well speak of a password.
      .map((finding) => {
        const kept = bearable(finding, BOUNDS);
        const known = looksLike(check.kind, kept, result);
        return bounded(
          { ...published(check.kind, kept), ...(known.length > 0 && { looksLike: known }) },
          BOUNDS,
        );
      }),
  );
  const { software = [] } = result;
  const own: unknown = bounded(result[check.kind], BOUNDS);
  const run = {
    schema: 1,
    id: id ?? newRunId(startedAt),
    check: context.name,
    kind: check.kind,
    outcome: outcomeOf(findings),
    // Advice is no summary of a run that is well.
    summary:
      bearable(result.summary, BOUNDS) ||
      findings.find(({ outcome }) => outcome !== 'pass')?.text ||
      'all is well',
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(performance.now() - start),
    configuration: optionsDigest(options),
    phases: result.phases,
    findings,
    ...(own ? { [check.kind]: own } : {}),
    ...(software.length > 0 ? { software } : {}),
    // A kind's own result under its own name, whichever it is: more than the compiler can follow.
  } as unknown as Run;
  return keepable(run);
}

/** A run as it may be kept and shown: where there is too much of it, the worst findings, and that there was. */
function keepable(run: Run): Run {
  const largest = LARGEST_RUN + LARGEST_DOMAIN * (run.kind === 'zone' ? (run.zone?.domains.length ?? 0) : 0);
  const size = jsonLength(run);
  if (size <= largest) return run;
  const { [run.kind]: _dropped, ...frame } = run;
  const message = `the run has ${Math.round(size / 1e6)} MB of results; no more than ${Math.round(largest / 1e6)} MB are kept`;
  const findings = [...run.findings.slice(0, WORST), published(run.kind, internal(new Error(message)))];
  return { ...frame, findings: worstFirst(findings), outcome: outcomeOf(findings) } as Run;
}

/** A finding as it is published: with its sentence, and the figures of its cause as evidence. */
export function published(kind: Kind, { cause, outcome, where }: Found): Finding {
  const { id, ...evidence } = cause;
  return {
    id,
    outcome,
    text: sentence(kind, cause, 'en'),
    ...(where && { where }),
    cause,
    ...(Object.keys(evidence).length > 0 && { evidence }),
  };
}

/** Why a run was aborted: an exception of ours that no promise took. */
class Stray extends Error {
  override readonly cause: unknown;
  constructor(cause: unknown) {
    super('an internal error');
    this.cause = cause;
  }
}

function internal(cause: unknown): Found {
  const message = cause instanceof Error ? cause.message : String(cause);
  const stack = cause instanceof Error ? cause.stack : undefined;
  return { cause: { id: 'internal', message, ...(stack && { stack }) }, outcome: 'error' };
}

/** Waits for the check; once aborted, for as long as cleaning up may take, and no longer. */
async function settle(
  running: Promise<CheckResult>,
  signal: AbortSignal,
  aborted: () => Found,
): Promise<CheckResult> {
  const empty = (finding: Found): CheckResult => ({ summary: '', findings: [finding], phases: [] });
  let timer: NodeJS.Timeout | undefined;
  const givenUp = new Promise<CheckResult>((resolve) => {
    const wait = () => {
      timer = setTimeout(() => resolve(empty(aborted())), CLEANUP_MS);
    };
    if (signal.aborted) wait();
    else signal.addEventListener('abort', wait, { once: true });
  });
  try {
    const result = await Promise.race([running, givenUp]);
    // A check that was cut short found less than it could have: report that, whatever it returned.
    return signal.aborted && !result.findings.some((finding) => finding.outcome === 'error')
      ? { ...result, findings: [...result.findings, aborted()] }
      : result;
  } catch (cause) {
    if (signal.aborted) return empty(aborted());
    return empty(internal(cause));
  } finally {
    clearTimeout(timer);
  }
}
