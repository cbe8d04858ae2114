/**
 * How much of two public corpora is read, none of which is kept here:
 *
 *     node bench/mail-corpora.ts bounces set-of-emails/maildir/bsd      (github.com/sisimai/set-of-emails)
 *     node bench/mail-corpora.ts received spamassassin/t/rcvd_parser.t  (github.com/apache/spamassassin)
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBounce } from '../src/checks/mail/bounce.ts';
import { readReceived } from '../src/checks/mail/received.ts';
import { newToken } from '../src/checks/mail/token.ts';

const [what, path] = process.argv.slice(2);
if (path === undefined || (what !== 'bounces' && what !== 'received')) {
  console.error('usage: node bench/mail-corpora.ts bounces DIRECTORY | received FILE');
  process.exitCode = 2;
} else if (what === 'bounces') countBounces(path);
else countReceived(path);

function countBounces(directory: string): void {
  const names = readdirSync(directory);
  const token = newToken('corpus');
  // Returned test messages carry a token; these have none.
  const withToken = (name: string) =>
    Buffer.concat([readFileSync(join(directory, name)), Buffer.from(`\n${token}\n`)]);
  report(
    names.length,
    names.filter((name) => readBounce(withToken(name), new Date()) === null),
  );
}

/** Lines with the address and the receiver that SpamAssassin reads from them: `'line' =>` and below `'[ ip=… by=… ]'`. */
function countReceived(file: string): void {
  const cases = readFileSync(file, 'utf8').matchAll(
    /^ *(?:q\{|')([^\n]*?)(?:\}|') *=> *\n\s*(?:q\{|')\[ ip=(\S*) [^\n]*? by=(\S*)/gm,
  );
  const lines = [...cases].map(([, line = '', ip = '', by = '']) => ({ line, ip, by }));
  const missed = lines.filter(({ line, ip, by }) => {
    const read = readReceived(line.replaceAll("\\'", "'"));
    return read?.clientIp?.toLowerCase() !== ip.toLowerCase() || read.by !== by.toLowerCase();
  });
  report(
    lines.length,
    missed.map(({ line }) => line),
  );
}

function report(all: number, missed: readonly string[]): void {
  console.log(`${all - missed.length} of ${all} are read; the others:`);
  for (const one of missed) console.log(`  ${one}`);
}
