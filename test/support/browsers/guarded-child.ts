/** A Vigie for tests of its own death: starts a guarded program and waits to be killed. */
import { makeDirectory, spawnGuarded } from '../../../src/browsers/guarded.ts';

const directory = await makeDirectory('test');
const guarded = spawnGuarded(directory, 'sh', ['-c', 'sleep 1000 & echo "pids $$ $!"; wait']);
const [, program, child] = await guarded.line(/^pids (\d+) (\d+)$/, AbortSignal.timeout(10_000));
process.stdout.write(`${JSON.stringify({ directory, pids: [Number(program), Number(child)] })}\n`);
