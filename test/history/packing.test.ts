/** A run of thousands of domains is packed and written without its whole text in memory. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { evidenceFolder } from '../../src/history/evidence.ts';
import { packRun, unpackRun } from '../../src/history/packing.ts';
import { aRecord, aZone } from '../support/history/results.ts';
import { aRun } from '../support/history/runs.ts';
import { context } from '../support/zone/run.ts';

const directory = mkdtempSync(join(tmpdir(), 'vigie-packing-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
});

const records = (['mx', 'spf', 'dkim', 'dmarc'] as const).map((record) => aRecord(record, 'exact'));
const names = Array.from({ length: 4_000 }, (_, index) => `d${index}.example`);
const run = aRun({
  check: 'zones',
  kind: 'zone',
  zone: aZone(Object.fromEntries(names.map((name) => [name, records]))),
});
const whole = JSON.stringify(run);

/** The longest text of JSON that is made meanwhile. */
async function longest(work: () => unknown): Promise<number> {
  const stringify = vi.spyOn(JSON, 'stringify');
  await work();
  return Math.max(...stringify.mock.results.map(({ value }) => String(value).length));
}

it('in parts, which are read as one', async () => {
  expect(whole.length).toBeGreaterThan(4_000_000);
  let packed: Uint8Array = new Uint8Array();
  const text = await longest(() => {
    packed = packRun(run);
  });
  expect(text).toBeLessThan(100_000);
  expect(packed.length).toBeLessThan(whole.length / 10);
  expect(JSON.stringify(unpackRun(packed, 1, () => {}))).toBe(whole);
});

it('as evidence, piece by piece', async () => {
  const folder = evidenceFolder(directory, { log: context().log, render: () => 'report', maxBytes: 20 });
  expect(await longest(() => folder.finish(run))).toBeLessThan(100_000);
  expect(JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8'))).toEqual(JSON.parse(whole));
  await folder.write('small.txt', () => ['12', 'é']);
  expect(readFileSync(join(directory, 'small.txt'), 'utf8')).toBe('12é');
  await folder.write('large.txt', () => ['12345678', '123456789']);
  expect(() => readFileSync(join(directory, 'large.txt'))).toThrow('ENOENT');
});
