/**
 * What the detector misses, and how fast it is: one live stream is dropped on the network during the watch.
 *
 *   node bench/call/drop.ts audio|video [--runs 30]
 *
 * The lab says which stream it dropped by the receiver's UDP port and the RTP SSRC; a run is right when exactly
 * that one stream is named. TURN is switched off first (a relayed participant's packets do not leave the bridge on
 * the wire that the lab drops from), and the direct connection of two as well.
 */
import { execFileSync } from 'node:child_process';
import { arrives } from '../../src/checks/call/result.ts';
import { call, median, options, target } from './common.ts';
import { drop, fix, isDropped } from './dropping.ts';

const { url, lab } = target();
const { runs, rest } = options({ runs: 30 });
const [kind] = rest;
if (!lab || (kind !== 'audio' && kind !== 'video')) {
  process.stderr.write(
    'usage: node bench/call/drop.ts audio|video [--runs N], with VIGIE_TEST_JITSI_LAB naming the lab script\n',
  );
  process.exit(2);
}

const results = { right: 0, missed: 0, wrongCell: 0, extra: 0, notDropped: 0 };
const toLostAt: number[] = [];
const toNotice: number[] = [];
execFileSync(lab, ['fault', 'turn-down']);
for (let i = 1; i <= runs; i++) {
  const dropping = drop(lab, kind);
  const { run } = await call([url, '--no-p2p', '--watch', '7']);
  const dropped = await dropping;
  fix(lab);
  if (!dropped) {
    results.notDropped++;
    process.stdout.write(`${i}: nothing was dropped (${run.outcome}: ${run.summary})\n`);
    continue;
  }
  const broken = run.call?.streams.filter((stream) => !arrives(stream)) ?? [];
  const it = broken.find(isDropped(run, dropped));
  const what = !it
    ? broken.length > 0
      ? 'wrongCell'
      : 'missed'
    : broken.length > 1
      ? 'extra'
      : it.verdict === 'lost'
        ? 'right'
        : 'wrongCell';
  results[what]++;
  if (it?.lostAt) toLostAt.push(Date.parse(it.lostAt) - dropped.since * 1000);
  if (it?.noticedAt) toNotice.push(Date.parse(it.noticedAt) - dropped.since * 1000);
  if (what !== 'right') {
    process.stdout.write(
      `${i}: ${what}: dropped ${JSON.stringify(dropped.dropped)}, found ${JSON.stringify(broken)}\n`,
    );
  }
}
execFileSync(lab, ['clear']);
const ms = (values: readonly number[]) =>
  `${Math.round(median(values))} ms median, ${Math.round(Math.max(...values))} ms worst`;
process.stdout.write(
  `${runs} ${kind} drops: ${results.right} right, ${results.missed} missed, ${results.wrongCell} wrong, ${results.extra} with others, ${results.notDropped} not dropped\n` +
    `from the drop to the last good watermark: ${ms(toLostAt)}; to the notice: ${ms(toNotice)}\n`,
);
