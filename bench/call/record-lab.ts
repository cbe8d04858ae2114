/**
 * Records real calls for `bench/intermittent-lab.ts`: calls that nobody breaks, and among them calls of which the lab drops one
 * stream, sound and picture in turn.
 *
 *   node bench/call/record-lab.ts --out FILE [--minutes 8] [--drops 0.3]
 *
 * Runs are appended to FILE, so that several sittings make one series. Everybody meets on the bridge, without TURN (the lab
 * drops what leaves the bridge on the wire); apart from the drop, the calls are alike. A drop that hit no call, or of which the
 * stream cannot be identified, is counted and not kept.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { call, target } from './common.ts';
import { drop, fix, isDropped } from './dropping.ts';
import { pressureOf, type Recorded } from './recorded.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    minutes: { type: 'string', default: '8' },
    drops: { type: 'string', default: '0.3' },
  },
});
const { url, lab } = target();
if (!lab || !values.out) {
  process.stderr.write(
    'usage: node bench/call/record-lab.ts --out FILE [--minutes N] [--drops SHARE], with VIGIE_TEST_JITSI_LAB naming the lab script\n',
  );
  process.exit(2);
}
const CALL = [url, '--no-p2p', '--watch', '4'];
const end = performance.now() + Number(values.minutes) * 60_000;
const counts = new Map<string, number>();
const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);

function keep(recorded: Recorded, what: string): void {
  appendFileSync(values.out!, `${JSON.stringify(recorded)}\n`);
  count(`${what} ${recorded.run.outcome}`);
  const { run } = recorded;
  if (what === 'clean' && run.outcome !== 'pass') {
    process.stdout.write(
      `clean: ${run.outcome}: ${run.summary} (${run.findings.map(({ id, where }) => `${id}, ${where}`).join('; ')}; CPU pressure ${pressureOf(run)})\n`,
    );
  }
}

execFileSync(lab, ['fault', 'turn-down']);
for (let drops = 0, all = 0; performance.now() < end; all += 1) {
  if (drops >= Number(values.drops) * (all + 1)) {
    keep({ run: (await call(CALL)).run, dropped: null }, 'clean');
    continue;
  }
  const dropping = drop(lab, drops % 2 === 0 ? 'audio' : 'video', 1.5);
  const { run } = await call(CALL);
  const dropped = await dropping;
  fix(lab);
  drops += 1;
  const stream = dropped && run.call?.streams.find(isDropped(run, dropped));
  if (stream) {
    const { step, receiver, sender, kind } = stream;
    keep({ run, dropped: { step, receiver, sender, kind } }, 'dropped');
  } else count(dropped ? 'dropped, stream not identified' : 'nothing dropped');
}
execFileSync(lab, ['clear']);
process.stdout.write(`${[...counts].map(([what, n]) => `${what}: ${n}`).join('; ')}\n`);
