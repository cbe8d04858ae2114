/** Hostile deployments, one after the other, while an honest one is watched beside them. */
import { expect, it, onTestFinished } from 'vitest';
import { fakeDeployment } from '../support/signaling/fake-xmpp.ts';
import { check, NO_TURN, reported } from '../support/signaling/harness.ts';
import { callOn } from './calling.ts';
import { ATTACKS, attack } from './deployment.ts';
import { sandboxWith } from './on-sandbox.ts';

it.each(Object.entries(ATTACKS))(
  '%s is named, and an honest deployment is judged as ever',
  { timeout: 120_000 },
  async (name, { signaling, call: expected }) => {
    const [hostile, honest] = await Promise.all([attack(name), fakeDeployment()]);
    onTestFinished(() => Promise.all([hostile.close(), honest.close()]).then(() => {}));
    const timeout = { timeout: '3s' };
    const [attacked, beside] = await Promise.all([check(hostile.url, timeout), check(honest.url, timeout)]);
    expect(reported(beside)).toEqual([NO_TURN]);
    expect(reported(attacked)).toEqual(expect.arrayContaining([...signaling]));
    expect(attacked.findings.map(({ id }) => id)).not.toContain('internal');
    if (!expected) return;
    const run = await callOn(hostile.url);
    expect(run.findings[0]).toMatchObject(expected);
    expect(run.findings.map(({ id }) => id)).not.toContain('internal');
  },
);

it('a script that hangs pages during a call is what fails, not our browser', {
  timeout: 120_000,
}, async () => {
  const hostile = await sandboxWith(
    `typeof window === 'object' && setInterval(function () { while (document.querySelector('video')) {} }, 3000)`,
  );
  onTestFinished(() => hostile.close());
  const run = await callOn(hostile.url, { participants: ['chromium', 'chromium'], watch: '30s' });
  expect(run.findings[0]).toMatchObject({ id: 'scripts-not-run', outcome: 'fail' });
  expect(run.findings[0]!.text).toMatch(
    /^The page of [AB] has not answered for \d+ s, while the browser itself/,
  );
});
