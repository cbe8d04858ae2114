/**
 * DKIM and SPF of some hundreds of generated messages beside dkimpy, opendkim and pyspf (Debian: opendkim; pip: dkimpy, pynacl, pyspf,
 * py3dns, which belong to nobody's environment but that of PYTHON):
 *
 *     node bench/agreement.ts PYTHON
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { authenticateMessage } from '../src/checks/mail/authentication.ts';
import { SpfEvaluator } from '../src/checks/zone/evaluate-spf.ts';
import { createResolver, type Resolver } from '../src/dns/resolver.ts';
import { longTxt, mx, reply, startServer, TYPE } from '../test/support/dns/server.ts';

interface Agreement {
  readonly records: {
    readonly A: Record<string, string[]>;
    readonly AAAA: Record<string, string[]>;
    readonly MX: Record<string, [number, string][]>;
    readonly TXT: Record<string, string[]>;
  };
  readonly messages: readonly { name: string; raw: string; dkimpy: string; opendkim: string }[];
  readonly spf: readonly { record: string; ip: string; pyspf: string }[];
}

const address = (one: string) => ({ type: TYPE.A, address: one });
const aaaa = (one: string) => ({ type: TYPE.AAAA, address: one });

const [python] = process.argv.slice(2);
if (python === undefined) {
  console.error('usage: node bench/agreement.ts PYTHON');
  process.exitCode = 2;
} else {
  const directory = mkdtempSync(join(tmpdir(), 'vigie-agreement-'));
  try {
    const script = fileURLToPath(new URL('agreement.py', import.meta.url));
    execFileSync(python, [script, directory], { stdio: ['ignore', 'inherit', 'inherit'] });
    await compare(JSON.parse(readFileSync(join(directory, 'agreement.json'), 'utf8')) as Agreement);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function compare({ records, messages, spf }: Agreement): Promise<void> {
  const { A, AAAA, MX, TXT } = records;
  await using server = await startServer((one) => {
    const name = one.name.toLowerCase();
    const answers =
      one.type === TYPE.A
        ? A[name]?.map(address)
        : one.type === TYPE.AAAA
          ? AAAA[name]?.map(aaaa)
          : one.type === TYPE.MX
            ? MX[name]?.map(([priority, exchange]) => mx(priority, exchange))
            : one.type === TYPE.TXT
              ? TXT[name]?.map(longTxt)
              : undefined;
    const known = [A, AAAA, MX, TXT].some((table) => name in table);
    return [reply(one, answers ? { answers } : { rcode: known ? 0 : 3 })];
  });
  const resolver = createResolver({ servers: [server.address] });
  try {
    await dkim(messages, resolver);
    await evaluations(spf, resolver);
  } finally {
    resolver.close();
  }
}

async function dkim(messages: Agreement['messages'], resolver: Resolver): Promise<void> {
  let [withDkimpy, withOpendkim, withEither] = [0, 0, 0];
  for (const { name, raw, dkimpy, opendkim } of messages) {
    const { result } = (await authenticateMessage(Buffer.from(raw, 'base64'), null, { resolver })).dkim;
    const ours = result === 'pass' || result === 'none' ? result : 'fail';
    if (ours === dkimpy) withDkimpy += 1;
    if (ours === opendkim) withOpendkim += 1;
    if (ours === dkimpy || ours === opendkim) withEither += 1;
    if (ours !== dkimpy || ours !== opendkim)
      console.log(`${name}: ours ${result}, dkimpy ${dkimpy}, opendkim ${opendkim}`);
  }
  console.log(
    `DKIM: ${messages.length} messages, as dkimpy ${withDkimpy}, as opendkim ${withOpendkim}, as one of them at least ${withEither}`,
  );
}

async function evaluations(all: Agreement['spf'], resolver: Resolver): Promise<void> {
  const { signal } = new AbortController();
  let same = 0;
  for (const { record, ip, pyspf } of all) {
    const { result } = await new SpfEvaluator(resolver, 'spf.example', signal).evaluate(record, ip);
    if (result === pyspf) same += 1;
    else console.log(`"${record}" from ${ip}: ours ${result}, pyspf ${pyspf}`);
  }
  console.log(`SPF: ${all.length} evaluations, as pyspf ${same}`);
}
