/** People with accounts, guests who wait for them, and the lobby, on the sandbox: clean, and each with its faults. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { callKind } from '../../../src/checks/call/index.ts';
import type { Run } from '../../../src/checks/check.ts';
import { runCheck } from '../../../src/checks/run.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { keys } from '../../support/accounts.ts';
import { silent } from '../../support/schedule/kinds.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.faults.fix('all'));
afterAll(() => sandbox?.close());

const SECRET = 'sandbox';
const HOST = { browser: 'chromium', account: { user: 'host@sandbox.vigie', password: SECRET } };
const withToken = (token: object) => ({ browser: 'chromium', account: token });

const written: Record<string, string> = {};

/** Runs a call of a host and two guests; everything that it would keep is in `written`. */
async function play(host: object, settings: object = {}): Promise<Run> {
  const participants = [host, 'chromium', 'chromium'];
  const given = { url: sandbox.url, participants, watch: '1s', completeWithin: '12s', ...settings };
  const options = callKind.schema.parse(given);
  return runCheck(callKind, options, {
    name: 'sandbox',
    signal: new AbortController().signal,
    evidence: {
      wanted: () => 'everything',
      record() {},
      write: async (name, content) => {
        written[name] = Buffer.from(content as string).toString('latin1');
      },
    },
    log: silent,
    progress() {},
  });
}

const wrong = (run: Run) =>
  run.findings.filter(({ outcome }) => outcome !== 'pass').map(({ id, outcome }) => `${outcome} ${id}`);
const causeOf = (run: Run, id: string) => run.findings.find((finding) => finding.id === id)?.cause;

describe('a deployment that lets only hosts open rooms', () => {
  it('is passed by a host with user and password, and guests who wait for them', async () => {
    sandbox.faults.break(['account-required']);
    const run = await play(HOST, { steps: 'host' });
    expect(wrong(run)).toEqual([]);
    expect(run.call!.steps.map(({ name, present }) => `${name} ${present.join('')}`)).toEqual([
      'guests-wait ',
      'host-opens ABC',
    ]);
    expect(run.call!.streams.filter(({ verdict }) => verdict === 'ok')).toHaveLength(12);
  });

  it('is passed with a token that is minted for the run, and leaves nothing of it', async () => {
    sandbox.faults.break(['account-required']);
    const run = await play(withToken({ mint: { secret: SECRET, context: { user: { name: 'Vigie' } } } }));
    expect(wrong(run)).toEqual([]);
    const kept = [JSON.stringify(run), ...Object.values(written)].join('\n');
    expect(Object.keys(written).length).toBeGreaterThan(2);
    expect(kept).not.toMatch(/eyJ[\w-]{10}/);
  });

  it('is not without one: guests wait in vain', async () => {
    sandbox.faults.break(['account-required']);
    const steps = [
      { name: 'wait', do: 'knock B' },
      { name: 'in', do: ['join A', 'admit B'] },
    ];
    const run = await play({ browser: 'chromium' }, { steps, completeWithin: '4s' });
    expect(wrong(run)).toEqual(['fail host-missing']);
  });

  it.each([
    ['a wrong password', { user: 'host@sandbox.vigie', password: 'OtherOne42' }, 'account-refused', []],
    ['an expired token', { token: keys.hs256({ exp: 1_700_000_000 }, SECRET) }, 'jwt-expired', []],
    ['a forged token', { mint: { secret: 'somebody' } }, 'jwt-signature-invalid', []],
    ['another clock', { mint: { secret: SECRET } }, 'jwt-clock-skew', ['clock-ahead']],
  ] as const)('refuses %s: %s', async (_what, account, id, faults) => {
    sandbox.faults.break(['account-required', ...faults]);
    const run = await play(withToken(account), { completeWithin: '6s' });
    expect(wrong(run)).toEqual([`fail ${id}`]);
    expect(causeOf(run, id)).toMatchObject({ participants: ['A'] });
    expect([JSON.stringify(run), ...Object.values(written)].join('\n')).not.toMatch(
      /OtherOne42|eyJ[\w-]{10}/,
    );
  });

  it('keeps a token for another room out of this one, and follows one for a single room', async () => {
    const one = withToken({ mint: { secret: SECRET, room: 'weekly' } });
    const other = withToken({ mint: { secret: SECRET, room: 'daily' } });
    const run = await play(one, { participants: [one, other], completeWithin: '6s' });
    expect(run.call!.room).toBe('weekly');
    expect(wrong(run)).toEqual(['fail jwt-room-mismatch']);
    expect(causeOf(run, 'jwt-room-mismatch')).toMatchObject({
      participants: ['B'],
      forRoom: 'daily',
      room: 'weekly',
    });
  });

  it('is not even tried with a file that is not there', async () => {
    const run = await play(withToken({ tokenFile: '/does/not/exist' }));
    expect(wrong(run)).toEqual(['error account-unusable']);
    expect(run.call).toBeUndefined();
  });
});

describe('a lobby', () => {
  it('lets those in whom the host admits, as a step with its own time', async () => {
    const run = await play(HOST, { steps: 'lobby' });
    expect(wrong(run)).toEqual([]);
    expect(run.call!.steps.map(({ name, present }) => `${name} ${present.join('')}`)).toEqual([
      'closed A',
      'knock A',
      'admit ABC',
    ]);
    expect(run.call!.steps.at(-1)!.ms).toBeGreaterThan(0);
  });

  it.each([
    ['lobby-deaf', 'lobby-not-admitted', { noticed: false, participants: ['B', 'C'] }],
    ['lobby-stuck', 'lobby-not-admitted', { noticed: true, participants: ['B', 'C'] }],
    ['lobby-open', 'door-open', { participants: ['B', 'C'] }],
  ])('with the fault %s: %s', async (fault, id, cause) => {
    sandbox.faults.break([fault]);
    const run = await play(HOST, { steps: 'lobby', completeWithin: '5s' });
    expect(wrong(run)).toEqual([`fail ${id}`]);
    expect(causeOf(run, id)).toMatchObject(cause);
  });
});
