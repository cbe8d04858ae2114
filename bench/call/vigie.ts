/** `vigie` as it is run by hand, whose parent process is sent the phase of its run each time that it changes. */
import { main } from '../../src/cli/main.ts';

let last = '';
const status = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: new AbortController().signal,
  progress({ phase }) {
    if (phase !== last) process.send?.(phase);
    last = phase;
  },
});
process.stdout.write('', () => process.exit(status));
