import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { printable } from '../../src/base/escape.ts';
import { createLog } from '../../src/service/log.ts';

function sink(terminal: boolean) {
  const chunks: string[] = [];
  const to = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  return { to: Object.assign(to, { isTTY: terminal }), text: () => chunks.join('') };
}

it('the log writes lines that a person reads to a terminal', () => {
  const { to, text } = sink(true);
  createLog({ to }).warn({ check: 'meet', ms: 12 }, 'meet: skipped');
  expect(text()).toMatch(/^\d\d:\d\d:\d\d warn {2}meet: skipped check=meet ms=12\n$/);
});

it('the log writes JSON to anything else, and nothing below its level', () => {
  const { to, text } = sink(false);
  const log = createLog({ to, level: 'warn' });
  log.info({}, 'not this');
  log.error({ check: 'meet' }, 'but this');
  expect(JSON.parse(text())).toMatchObject({ level: 'error', check: 'meet', msg: 'but this' });
});

const HOSTILE = 'x\u001b]0;title\u0007\u001b[2J\u009b31m\u202ey\nPASS all is well';

it.each([true, false])('the log has nothing that a terminal would obey (terminal: %s)', (terminal) => {
  const { to, text } = sink(terminal);
  createLog({ to }).error({ error: new Error(HOSTILE), nested: { list: [HOSTILE] }, [HOSTILE]: 1 }, HOSTILE);
  expect(printable(text())).toBe(text());
  expect(text()).not.toMatch(/\r|\\u00[0189][0-9a-f]/);
  expect(text()).not.toMatch(/^PASS/m);
});

it('the log bounds what it is given', () => {
  const { to, text } = sink(false);
  createLog({ to }).error({ error: 'x'.repeat(1e6) }, 'too much');
  expect(text().length).toBeLessThan(10_000);
});

it('the log writes the format that is asked for, wherever it goes', () => {
  const { to, text } = sink(true);
  createLog({ to, format: 'logfmt' }).info({ check: 'meet', n: 2, why: 'a "b"' }, 'it is up');
  expect(text()).toMatch(/^time=\S+Z level=info msg="it is up" check=meet n=2 why="a \\"b\\""\n$/);
});

it.each([
  ['error', 3],
  ['warn', 4],
  ['info', 6],
  ['debug', 7],
] as const)('a line for journald begins with its priority: %s', (level, priority) => {
  const { to, text } = sink(false);
  createLog({ to, level: 'debug', priorities: true })[level]({}, 'so');
  expect(text()).toMatch(new RegExp(`^<${priority}>\\{.*"so"`));
});
