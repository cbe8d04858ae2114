import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { mailKind } from '../../../src/checks/mail/index.ts';
import { runCheck } from '../../../src/checks/run.ts';
import { withRelay } from '../../support/mail/with-relay.ts';
import { silent } from '../../support/schedule/kinds.ts';

/** Whether somebody else can listen there. */
const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

test('a run that hangs is cleaned up after all the same', { timeout: 30_000 }, async () => {
  await withRelay(
    (port) => ({ deliver: { port } }),
    async ({ options, mxPort }) => {
      const mx = { listen: `127.0.0.1:${mxPort}`, domain: 'probe.example', linger: '0s' };
      const run = await runCheck(mailKind, options({ receive: { mx, within: '1s' } }), {
        ...{ name: 'hangs', log: silent, signal: AbortSignal.timeout(1000), progress() {} },
        // A disk that does not answer any more.
        evidence: { wanted: () => 'everything', write: () => new Promise<never>(() => {}), record() {} },
      });
      expect(run).toMatchObject({ outcome: 'error', findings: [{ id: 'cancelled' }] });
      expect(await isFree(mxPort)).toBe(true);
    },
  );
});
