import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
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
