/** The program: the commands with this process's streams, signals and exit status. */
import { printable } from '../base/escape.ts';
import { EXIT } from '../base/exit-status.ts';
import { catchStrays, describeError } from '../base/strays.ts';
import { main } from './main.ts';

/** Source: nodejs.org/api/process.html, "Exit codes". */
const UNSETTLED = 13;
const interrupted = new AbortController();
const [, , command] = process.argv;
// The service stops in its own way; every other command is aborted, cleans up and prints what it has.
if (command !== 'serve') {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());
}
// An exception in a handler makes the run in hand an error. The process would exit with 1 otherwise, as for a failed target.
let astray = false;
if (command !== 'serve') {
  catchStrays((error) => {
    if (!astray) process.stderr.write(`vigie: internal error. ${printable(describeError(error))}\n`);
    astray = true;
  });
}
// Node's own status where nothing is left that could settle what is awaited here.
process.on('exit', (code) => {
  if (code === UNSETTLED) process.exitCode = EXIT.error;
});
// A reader that closes early (`| head`) is no error; results that are lost are.
process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
  if (cause.code === 'EPIPE') process.exit(EXIT.pass);
  process.stderr.write(`vigie: the output cannot be written (${cause.code ?? cause.message})\n`);
  process.exit(EXIT.error);
});
const status = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interrupted.signal,
});
// Once all is written the process exits, whatever a library may have left open.
process.stdout.write('', (lost) => {
  if (!lost) process.exit(astray && status === EXIT.pass ? EXIT.error : status);
});
