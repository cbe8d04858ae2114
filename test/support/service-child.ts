/**
 * A service in a process of its own, for tests: `node service-child.ts FILE`. Its one kind, `call`, is made
 * up: it takes as long as it is told and finds what it is told, without a browser.
 */
import { z } from 'zod';
import { duration, secret } from '../../src/base/units.ts';
import type { CheckKind, CheckResult, Found, Kind } from '../../src/checks/check.ts';
import { serve } from '../../src/service/serve.ts';
import { aCall, aFailedCall } from './history/runs.ts';

const options = z.strictObject({
  takes: duration().default(10),
  finds: z.enum(['pass', 'fail', 'error']).default('pass'),
  password: secret().optional(),
});

const found = (outcome: 'fail' | 'error'): Found<'call'> => ({
  cause: { id: 'internal', message: 'the fake check was asked for this' },
  outcome,
});

function resultOf(finds: 'pass' | 'fail' | 'error'): CheckResult<'call'> {
  if (finds === 'fail') {
    const { summary, phases, call } = aFailedCall();
    return { summary, findings: [found('fail')], phases, ...(call && { call }) };
  }
  const findings = finds === 'error' ? [found('error')] : [];
  return { summary: '', findings, phases: [{ name: 'join', ms: 1900 }], call: aCall() };
}

const call: CheckKind<'call', z.output<typeof options>> = {
  kind: 'call',
  defaultEvery: '5m',
  schema: options,
  heavy: true,
  deadlineMs: () => 60_000,
  async run({ takes, finds }, { signal, evidence, log }) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, takes);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        log.info({}, 'the run was cut short');
        resolve();
      });
    });
    await evidence?.write('console.txt', 'hello\n');
    return resultOf(finds);
  },
};

process.exit(
  await serve({ configFile: process.argv[2]!, kinds: { call: call as CheckKind<Kind, unknown> } }),
);
