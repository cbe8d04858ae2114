/**
 * Appends runs to the history in a directory until it is killed: `node history-child.ts DIR`. Prints the id of each run
 * once it is kept, and what it notices about itself after a `#`.
 */
import { writeSync } from 'node:fs';
import type { Logger } from '../../../src/checks/check.ts';
import { historyFile } from '../../../src/history/open.ts';
import { createSqliteStore } from '../../../src/history/sqlite.ts';
import { aRun } from './runs.ts';

const say = (text: string) => writeSync(1, `${text}\n`);
const complain = (_fields: object, message: string) => void writeSync(2, `${message}\n`);
const log: Logger = { debug() {}, info: complain, warn: complain, error: complain };
const store = createSqliteStore({
  file: historyFile(process.argv[2]!),
  keep: 100_000,
  maxAgeMs: 1e12,
  maxBytes: 1e12,
  log,
});
const noise = () => Math.random().toString(36).slice(2, 12);
for (let waiting = 0; ; ) {
  const run = aRun({ summary: Array.from({ length: 2000 }, noise).join('') });
  store.append(run);
  say(run.id);
  if (store.keeping.writable) continue;
  if (store.latest('meet')?.id === run.id) say('# latest is seen');
  say(`# waiting ${++waiting}`);
  if (waiting > 40) process.exit(0);
}
