import { expect, it } from 'vitest';
import { Secret } from '../../src/base/units.ts';
import { fingerprint } from '../../src/schedule/check.ts';
import { fakeCheck, silent } from '../support/schedule/kinds.ts';

it('a configured check tells a changed secret from an unchanged one, without showing it', () => {
  const options = (password: string) => ({ host: 'out.example.org', password: new Secret(password) });
  expect(fingerprint(options('one'))).toBe(fingerprint(options('one')));
  expect(fingerprint(options('one'))).not.toBe(fingerprint(options('two')));
  expect(fingerprint(options('one'))).not.toContain('one');
});

it('a configured check runs through the deadline of its kind', async () => {
  const context = {
    name: 'meet',
    signal: new AbortController().signal,
    evidence: null,
    log: silent,
    progress() {},
  };
  const run = await fakeCheck({ ms: 60_000, deadlineMs: 20 }).run(context, 'the-id');
  expect(run).toMatchObject({ id: 'the-id', outcome: 'error', findings: [{ id: 'deadline' }] });
});
