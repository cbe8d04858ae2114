/** Runs one check once, with a deadline, and makes a `Run` of whatever happens. */
import { randomBytes } from 'node:crypto';
import type { CheckContext, CheckKind, CheckResult, Finding, Run } from './check.ts';
import { optionsDigest } from './digest.ts';
import { outcomeOf, worstFirst } from './outcome.ts';

/** After its signal aborted, a check has this long to clean up before it is given up on. */
const CLEANUP_MS = 15_000;

/** A run's id: sortable by time, unique, safe as a file name. */
export function newRunId(startedAt: Date): string {
  return `${startedAt.toISOString().replace(/[-:]/g, '').replace('.', '')}-${randomBytes(3).toString('hex')}`;
}

/** An `error` finding for a fault of ours. */
export function ownFault(id: string, text: string, evidence?: Finding['evidence']): Finding {
  return { id, outcome: 'error', text, ...(evidence ? { evidence } : {}) };
}

/**
 * Runs a check once. Never rejects: an exception of the check, its deadline and a cancelled run are
 * `error` findings (`internal`, `deadline`, `cancelled`).
 */
export async function runCheck<Options>(
  check: CheckKind<Options>,
  options: Options,
  context: CheckContext,
  id?: string,
): Promise<Run> {
  const startedAt = new Date();
  const start = performance.now();
  const deadlineMs = check.deadlineMs(options);
  const deadline = AbortSignal.timeout(deadlineMs);
  const signal = AbortSignal.any([context.signal, deadline]);
  const result = await settle(
    Promise.resolve().then(() => check.run(options, { ...context, signal })),
    signal,
    () =>
      deadline.aborted
        ? ownFault(
            'deadline',
            `The run did not end within its ${Math.round(deadlineMs / 1000)} s and was aborted.`,
          )
        : ownFault('cancelled', 'The run was cancelled before it could tell anything.'),
  );
  const findings = worstFirst(result.findings);
  const { call, signaling, mail, zone, software = [] } = result;
  return {
    schema: 1,
    id: id ?? newRunId(startedAt),
    check: context.name,
    kind: check.kind,
    outcome: outcomeOf(findings),
    // Advice is no summary of a run that is well.
    summary: result.summary || findings.find(({ outcome }) => outcome !== 'pass')?.text || 'all is well',
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(performance.now() - start),
    configuration: optionsDigest(options),
    phases: result.phases,
    findings,
    ...(call ? { call } : {}),
    ...(signaling ? { signaling } : {}),
    ...(mail ? { mail } : {}),
    ...(zone ? { zone } : {}),
    ...(software.length > 0 ? { software } : {}),
  };
}

/** Waits for the check; once aborted, for as long as cleaning up may take, and no longer. */
async function settle(
  running: Promise<CheckResult>,
  signal: AbortSignal,
  aborted: () => Finding,
): Promise<CheckResult> {
  const empty = (finding: Finding): CheckResult => ({ summary: '', findings: [finding], phases: [] });
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
    // A check that was cut short has told less than it could have: say so, whatever it returned.
    return signal.aborted && !result.findings.some((finding) => finding.outcome === 'error')
      ? { ...result, findings: [...result.findings, aborted()] }
      : result;
  } catch (cause) {
    if (signal.aborted) return empty(aborted());
    const message = cause instanceof Error ? cause.message : String(cause);
    return empty(
      ownFault('internal', `Vigie itself failed: ${message}`, {
        stack: cause instanceof Error ? cause.stack : undefined,
      }),
    );
  } finally {
    clearTimeout(timer);
  }
}
