/** What a stranger sends by event is handled where its exceptions have somebody to learn of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { handling } from '../../src/base/handling.ts';

const SRC = join(import.meta.dirname, '../../src');
/** Events that carry what the other side sent. */
const CARRYING = /\.(?:on|once)\(\s*'(data|message|upgrade|response|unexpected-response)',\s*([\w.#]*)/g;

/** Handlers of what our own programs and threads say. */
const OWN = new Set([
  'browsers/guarded.ts data read',
  'checks/config-js/thread.ts message resolve',
  'checks/config-js/worker.ts message ',
  'checks/mail/verifier.ts message ',
  'checks/mail/verifying.ts message ',
]);

it('strangers’ data goes through `handling`', () => {
  const bare: string[] = [];
  let handled = 0;
  for (const file of readdirSync(SRC, { recursive: true, encoding: 'utf8' })) {
    if (!/^(base|net|dns|browsers|checks)\/.*\.ts$/.test(file) || file.includes('/page/')) continue;
    const text = readFileSync(join(SRC, file), 'utf8');
    for (const [, event, handler = ''] of text.matchAll(CARRYING)) {
      // A handler with a name is made by `handling` where it has that name.
      const wrapped = handler === 'handling' || text.includes(` ${handler.replace('this.', '')} = handling(`);
      if (wrapped) handled += 1;
      else bare.push(`${file} ${event} ${handler}`);
    }
  }
  expect(bare.filter((each) => !OWN.has(each))).toEqual([]);
  expect(handled).toBeGreaterThan(6);
});

it('`handling` gives an exception to whoever waits', () => {
  const failed: string[] = [];
  const handler = handling(
    ({ message }) => void failed.push(message),
    (value: unknown) => {
      throw value;
    },
  );
  handler(new Error('an error'));
  handler('no error');
  expect(failed).toEqual(['an error', 'no error']);
});
