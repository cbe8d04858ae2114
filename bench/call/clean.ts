/**
 * False alarms and true losses: calls that nobody breaks.
 *
 *   node bench/call/clean.ts --runs 100 [--no-p2p] [--participants …] [--watch 5]
 *
 * Three numbers are kept apart: right (complete), truly lost (with the sender's own statistics as proof), and
 * false alarms (anything else that is not a pass). Each incomplete call is printed with its findings.
 */
import { call, median, options, target, toComplete, trulyLost } from './common.ts';

/** First watermarks that come later than this are printed, too: what heals itself would otherwise never be seen. */
const SLOW_MS = 6000;

const { url } = target();
const { runs, rest } = options({ runs: 100 });
const counts = { right: 0, lost: 0, falseAlarm: 0, error: 0 };
const times: number[] = [];
const latencies: Record<string, number[]> = { audio: [], video: [] };
for (let i = 1; i <= runs; i++) {
  const called = await call([url, ...rest]);
  const { run } = called;
  const complete = toComplete(called);
  if (complete !== null) times.push(complete);
  for (const { kind, latencyMs } of run.call?.streams ?? [])
    if (latencyMs !== null) latencies[kind]!.push(latencyMs);
  const what =
    run.outcome === 'pass'
      ? 'right'
      : run.outcome === 'error'
        ? 'error'
        : trulyLost(run)
          ? 'lost'
          : 'falseAlarm';
  counts[what]++;
  const slow = run.call?.streams.filter(({ firstMs }) => firstMs !== null && firstMs > SLOW_MS) ?? [];
  if (slow.length > 0) {
    process.stdout.write(
      `${i}: slow: ${slow.map(({ sender, receiver, kind, firstMs }) => `${kind} ${sender}->${receiver} ${firstMs}`).join(', ')} ms\n`,
    );
  }
  if (what !== 'right') {
    process.stdout.write(
      `${i}: ${what}\n${run.findings.map(({ id, text, where }) => `   ${id} (${where}): ${text}\n`).join('')}`,
    );
  }
}
process.stdout.write(
  `${runs} calls${rest.length > 0 ? ` (${rest.join(' ')})` : ''}: ${counts.right} right, ${counts.lost} truly lost, ${counts.falseAlarm} false alarms, ${counts.error} could not tell\n` +
    `complete after ${Math.round(median(times))} ms (median, from the start of the process); ` +
    `latency ${Math.round(median(latencies.audio!))} ms audio, ${Math.round(median(latencies.video!))} ms video (medians)\n`,
);
