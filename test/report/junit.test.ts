import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import type { Run } from '../../src/checks/check.ts';
import { junit } from '../../src/report/junit.ts';
import { aFailedCall, aRun } from '../support/history/runs.ts';

const finding = (outcome: Run['outcome'], text: string, id = 'stream-late') => ({ id, outcome, text });
const count = (text: string, what: RegExp) => text.match(what)?.length ?? 0;

/** Parses with Python's expat, which refuses what is not well-formed; gives the texts and attributes it read. */
async function parse(
  xml: string,
): Promise<{ tag: string; attributes: Record<string, string>; text: string }[]> {
  const script =
    'import json,sys,xml.etree.ElementTree as e\n' +
    'print(json.dumps([{"tag":n.tag,"attributes":n.attrib,"text":n.text or ""} for n in e.fromstring(sys.stdin.buffer.read()).iter()]))';
  const python = execFile('python3', ['-c', script]);
  let [out, err] = ['', ''];
  python.stdout!.on('data', (text: string) => (out += text));
  python.stderr!.on('data', (text: string) => (err += text));
  python.stdin!.end(xml);
  const [code] = (await once(python, 'close')) as [number];
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as Awaited<ReturnType<typeof parse>>;
}

it('a broken target is a failure, what could not be told an error', async () => {
  const runs = [
    aRun({ check: 'good' }),
    aFailedCall({ check: 'bad' }),
    aRun({
      check: 'unknown',
      outcome: 'error',
      summary: 'Our chromium crashed.',
      findings: [finding('error', 'Our chromium crashed.', 'browser-died')],
    }),
    aRun({ check: 'slow', outcome: 'degraded', findings: [finding('degraded', 'C gets B late.')] }),
  ];
  const nodes = await parse(junit(runs, false));
  expect(nodes.find(({ tag }) => tag === 'testsuite')?.attributes).toEqual({
    name: 'vigie',
    tests: '4',
    failures: '1',
    errors: '1',
    time: '36.480',
    timestamp: runs[0]!.startedAt.slice(0, 19),
  });
  expect(nodes.filter(({ tag }) => tag === 'testcase').map(({ attributes }) => attributes)).toEqual(
    ['good', 'bad', 'unknown', 'slow'].map((name) => ({ classname: 'call', name, time: '9.120' })),
  );
  expect(nodes.filter(({ tag }) => ['failure', 'error', 'system-out'].includes(tag))).toEqual([
    {
      tag: 'failure',
      attributes: { type: 'stream-lost', message: 'C does not see B' },
      text: 'fail stream-lost (downlink): C does not see B: the picture arrived and stopped at 15:00:07.',
    },
    {
      tag: 'error',
      attributes: { type: 'browser-died', message: 'Our chromium crashed.' },
      text: 'error browser-died: Our chromium crashed.',
    },
    { tag: 'system-out', attributes: {}, text: 'degraded stream-late: C gets B late.' },
  ]);
});

it('a degraded run is a failure where that is asked for', async () => {
  const runs = [aRun({ outcome: 'degraded', findings: [finding('degraded', 'late')] })];
  expect(count(junit(runs, false), /<failure/g)).toBe(0);
  const strict = junit(runs, true);
  expect(count(strict, /<failure/g)).toBe(1);
  expect((await parse(strict))[0]?.attributes.failures).toBe('1');
});

it('what a target said comes through, whatever it is', async () => {
  const said = `550 <b> & "quotes" 'single' ]]> naïve 😀 tab\tend\nsecond line`;
  const runs = [
    aRun({
      check: 'mail "out" <1>',
      outcome: 'fail',
      summary: said,
      findings: [finding('fail', `${said}\u0000\u001B[31m\uFFFE\r`)],
    }),
  ];
  const nodes = await parse(junit(runs, false));
  expect(nodes.find(({ tag }) => tag === 'testcase')?.attributes.name).toBe('mail "out" <1>');
  const failure = nodes.find(({ tag }) => tag === 'failure');
  // In an attribute a parser reads a tab as a space (XML 1.0, 3.3.3).
  expect(failure?.attributes.message).toBe(said.replace('\t', ' '));
  expect(failure?.text).toBe(`fail stream-late: ${said}[31m`);
});

it('no run at all is well-formed, too', async () => {
  expect((await parse(junit([], false)))[0]?.attributes.tests).toBe('0');
});
