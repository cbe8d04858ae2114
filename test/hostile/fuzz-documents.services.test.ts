/**
 * Files and programs of strangers, changed: a deployment's config.js, a baseline that somebody hands over, and the recording among a
 * run's evidence. They are read or refused. Seeded; VIGIE_FUZZ_SECONDS is how long each has.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/checks/config-js/read.ts';
import { BaselineError, emptyBaseline, readRuns, withRun } from '../../src/compare/baseline.ts';
import { readRecording } from '../../src/history/recording.ts';
import { simulate } from '../support/compare/simulator.ts';
import { fuzzAsync, MAX_MS, MS } from './fuzzing.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigie-fuzz-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const timeout = MS * 2 + 60_000;
const HREF = 'https://meet.example.org/room';

test('programs of a deployment', { timeout }, async () => {
  const samples = [
    `var config = { hosts: { domain: 'meet.example.org', muc: 'conference.' + location.host }, bosh: '/http-bind', p2p: { enabled: true, stunServers: [{ urls: 'stun:x:443' }] } };`,
    `var subdomain = ''; if (location.pathname) { for (var i = 0; i < 3; i += 1) subdomain += i; } var config = { websocket: \`wss://x/\${subdomain}\` };`,
    `config = new Proxy({}, { get: function (_, key) { while (key) { throw [key]; } } });`,
  ].map((text) => Buffer.from(text));
  const { inputs, longest } = await fuzzAsync(samples, async (bytes) => {
    const limits = { run: 200, thread: 10_000 };
    const reading = await readConfig(bytes.toString('utf8'), HREF, AbortSignal.timeout(20_000), limits);
    expect(['read', 'invalid', 'nothing', 'unreadable']).toContain(reading.kind);
  });
  expect(inputs).toBeGreaterThan(0);
  expect(longest).toBeLessThan(2 * MAX_MS);
});

test('recordings of runs to compare with', { timeout }, async () => {
  const empty = emptyBaseline({
    ...{ vigie: '0.1.0', check: 'meet', kind: 'call', place: 'here', wanted: 1 },
    configuration: { digest: 'abc', options: { url: HREF } },
  });
  const whole = simulate(1, 1).reduce(withRun, empty);
  const samples = [whole, whole.runs].map((value) => Buffer.from(JSON.stringify(value)));
  const file = join(directory, 'baseline.json');
  const { inputs, longest } = await fuzzAsync(samples, async (bytes) => {
    writeFileSync(file, bytes);
    await readRuns(file).catch((cause: unknown) => {
      if (!(cause instanceof BaselineError)) throw cause;
    });
  });
  expect(inputs).toBeGreaterThan(0);
  expect(longest).toBeLessThan(2 * MAX_MS);
});

test('recordings of calls', { timeout }, async () => {
  const participant = {
    ...{ name: 'A', browser: 'chromium', version: '1', timeline: [{ at: 1, name: 'x', detail: {} }] },
    ...{ console: ['a line'], samples: [{ at: 1 }], screenshot: null },
  };
  const recording = { startedAt: 1, participants: [participant] };
  const samples = [Buffer.from(JSON.stringify({ schema: 1, recording }))];
  const file = join(directory, 'recording.json.gz');
  let n = 0;
  const { inputs, longest } = await fuzzAsync(samples, async (bytes) => {
    // Each other time it is the file itself that is damaged.
    const packed = gzipSync(bytes);
    if (n++ % 2 === 1) packed[bytes.length % packed.length]! ^= 0xff;
    writeFileSync(file, packed);
    await readRecording({ open: async () => ({ handle: await open(file) }) }, 'run');
  });
  expect(inputs).toBeGreaterThan(0);
  expect(longest).toBeLessThan(2 * MAX_MS);
});
