/** Hostile deployments, one after the other, while an honest one is watched beside them. */
import { expect, it, onTestFinished } from 'vitest';
import { callKind } from '../../src/checks/call/index.ts';
import { runCheck } from '../../src/checks/run.ts';
import { silent } from '../support/schedule/kinds.ts';
import { fakeDeployment } from '../support/signaling/fake-xmpp.ts';
import { check, NO_TURN, told } from '../support/signaling/harness.ts';
import { ATTACKS, attack } from './deployment.ts';

const call = (url: string) =>
  runCheck(callKind, callKind.schema.parse({ url, participants: ['chromium', 'chromium'] }), {
    ...{ name: 'hostile', signal: new AbortController().signal, evidence: null, log: silent },
    progress() {},
  });

it.each(Object.entries(ATTACKS))(
  '%s is named, and an honest deployment is judged as ever',
  { timeout: 120_000 },
  async (name, { signaling, call: expected }) => {
    const [hostile, honest] = await Promise.all([attack(name), fakeDeployment()]);
    onTestFinished(() => Promise.all([hostile.close(), honest.close()]).then(() => {}));
    const timeout = { timeout: '3s' };
    const [attacked, beside] = await Promise.all([check(hostile.url, timeout), check(honest.url, timeout)]);
    expect(told(beside)).toEqual([NO_TURN]);
    expect(told(attacked)).toEqual(expect.arrayContaining([...signaling]));
    expect(attacked.findings.map(({ id }) => id)).not.toContain('internal');
    if (!expected) return;
    const run = await call(hostile.url);
    expect(run.findings[0]).toMatchObject(expected);
    expect(run.findings.map(({ id }) => id)).not.toContain('internal');
  },
);
