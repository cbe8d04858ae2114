/** What becomes of a run whose check fails in ways that no promise tells. */

import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { catchStrays } from '../../src/base/strays.ts';
import type { CheckContext, CheckKind, CheckResult } from '../../src/checks/check.ts';
import { runCheck } from '../../src/checks/run.ts';
import { silent } from '../support/schedule/kinds.ts';

const nothing: CheckResult<'zone'> = { summary: '', findings: [], phases: [] };
const reported: unknown[] = [];
let restore = () => {};

// The test runner takes every stray exception for a failed test.
beforeAll(() => {
  const exceptions = process.listeners('uncaughtException');
  const rejections = process.listeners('unhandledRejection');
  process.removeAllListeners('uncaughtException').removeAllListeners('unhandledRejection');
  const forget = catchStrays((error) => reported.push(error));
  restore = () => {
    forget();
    for (const each of exceptions) process.on('uncaughtException', each);
    for (const each of rejections) process.on('unhandledRejection', each);
  };
});
afterAll(() => restore());

function run(does: (signal: AbortSignal) => Promise<CheckResult<'zone'>>, deadlineMs = 60_000) {
  const kind: CheckKind<'zone', object> = {
    kind: 'zone',
    defaultEvery: '1m',
    schema: z.object({}),
    heavy: false,
    deadlineMs: () => deadlineMs,
    run: (_options, { signal }) => does(signal),
  };
  const context: CheckContext<'zone'> = {
    name: 'x',
    signal: new AbortController().signal,
    evidence: null,
    log: silent,
    progress: () => {},
  };
  return runCheck(kind, {}, context);
}

/** What a check does that is aborted in time. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<CheckResult<'zone'>>((resolve) => {
    signal.addEventListener('abort', () => resolve(nothing));
  });

it.each<[string, (port: number) => void]>([
  [
    'the handler of a socket',
    (port) => {
      connect(port, '127.0.0.1').on('data', () => {
        throw new Error('unreadable date');
      });
    },
  ],
  [
    'a timer',
    () => {
      setTimeout(() => {
        throw new Error('unreadable date');
      }, 1);
    },
  ],
  [
    'a promise that nobody awaits',
    () => {
      void Promise.reject(new Error('unreadable date'));
    },
  ],
])('an exception in %s makes the run an error, and no other', async (_, strays) => {
  const server = createServer((socket) => socket.on('error', () => {}).end('hello'));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const honest = run(
    () =>
      new Promise((resolve) => {
        setTimeout(() => resolve(nothing), 100);
      }),
  );
  const failed = { cause: { id: 'cancelled' }, outcome: 'fail' } as const;
  const hurt = await run(async (signal) => {
    strays(port);
    await untilAborted(signal);
    return { ...nothing, findings: [failed] };
  });
  expect(hurt).toMatchObject({ outcome: 'error', findings: [{ id: 'internal' }] });
  expect(hurt.findings).toHaveLength(1);
  expect(hurt.summary).toBe('Internal error in Vigie: unreadable date');
  expect(await honest).toMatchObject({ outcome: 'pass' });
  expect(reported.splice(0).map(String)).toEqual(['Error: unreadable date']);
  server.close();
});

it('what is thrown need not be an error', async () => {
  const hurt = await run(async (signal) => {
    void Promise.reject('text');
    return untilAborted(signal);
  });
  expect(hurt).toMatchObject({ outcome: 'error', summary: 'Internal error in Vigie: text' });
  reported.splice(0);
});

/** A result of so many domains, each of so many characters. */
function domainsOf(count: number, length: number): CheckResult<'zone'> {
  const domain = (index: number) => ({ domain: `d${index}.example`, padding: 'x'.repeat(length) });
  const zone = { domains: Array.from({ length: count }, (_, index) => domain(index)) };
  return { ...nothing, zone } as unknown as CheckResult<'zone'>;
}

it('thousands of domains are kept whole, and what exceeds every measure is not', async () => {
  const many = await run(() => Promise.resolve(domainsOf(10_000, 3_000)));
  expect(many.kind === 'zone' && many.zone?.domains.length).toBe(10_000);
  const few = await run(() =>
    Promise.resolve({
      ...nothing,
      zone: { domains: [], notes: Array(3_000).fill('x'.repeat(8_000)) },
    } as unknown as CheckResult<'zone'>),
  );
  expect(few.findings.map(({ id }) => id)).toEqual(['internal']);
  expect(few).not.toHaveProperty('zone');
});
