/** Two rooms at once, and participants that say which region they are in: the bridges that they meet. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CallCauseOf } from '../../../src/checks/call/causes.ts';
import type { Run } from '../../../src/checks/check.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { causeOf, playCall, wrong } from '../../support/call/sandbox.ts';

const FIRST = ['A', 'B'];
const SECOND = ['C', 'D'];

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(async () => {
  await sandbox?.close();
});

const play = (settings: object) =>
  playCall({ url: sandbox.url, watch: '1s', p2p: false, rooms: 2, ...settings });
const met = ({ call }: Run) =>
  call!.participants.map(({ name, room, bridge }) => `${name}${room} ${bridge?.server} ${bridge?.region}`);

it('rooms meet both bridges, and what breaks on the second is found there alone', async () => {
  sandbox.faults.break(['no-ice-second']);
  const run = await play({ participants: ['chromium', 'chromium'], completeWithin: '8s' });
  sandbox.faults.fix('all');
  const broken = causeOf(run, 'ice-failed') as CallCauseOf<'ice-failed'>;
  // Whose room began first is on the first bridge.
  const [well, ill] = broken.room === 2 ? [FIRST, SECOND] : [SECOND, FIRST];
  expect(broken.participants).toEqual(ill);
  const verdicts = run.call!.streams.map(({ receiver, verdict }) => `${receiver} ${verdict}`);
  expect(new Set(verdicts)).toEqual(
    new Set([...well!.map((name) => `${name} ok`), ...ill!.map((name) => `${name} missing`)]),
  );
  expect(run.call!.streams).toHaveLength(8);
  expect(met(run).filter((one) => one.includes('sandbox-1 west'))).toHaveLength(2);
});

it('the region of whoever comes first decides for the room, and one that is ignored is said', async () => {
  const east = [{ region: 'east' }, { region: 'east' }];
  const run = await play({ rooms: 1, participants: east });
  expect(wrong(run)).toEqual([]);
  expect(run.call!.participants).toMatchObject([
    { region: 'east', bridge: { server: 'sandbox-2', region: 'east', port: expect.any(Number) } },
    { region: 'east', bridge: { server: 'sandbox-2', region: 'east' } },
  ]);
  sandbox.faults.break(['regions-ignored']);
  const ignored = await play({ participants: east });
  sandbox.faults.fix('all');
  const servers = met(ignored).map((one) => one.split(' ')[1]);
  expect(servers.filter((server) => server === 'sandbox-1')).toHaveLength(2);
  expect(servers.filter((server) => server === 'sandbox-2')).toHaveLength(2);
  expect(ignored.findings.find(({ id }) => id === 'bridge-elsewhere')).toMatchObject({
    outcome: 'degraded',
    cause: { region: 'east' },
  });
});
