import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Secret } from '../../src/base/units.ts';
import { optionsDigest, plainOptions } from '../../src/checks/digest.ts';
import {
  type Baseline,
  emptyBaseline,
  readBaseline,
  readRuns,
  withRun,
  writeBaseline,
} from '../../src/compare/baseline.ts';
import { differences, fromBaseline } from '../../src/compare/recording.ts';
import { versionWords } from '../../src/compare/words.ts';
import { simulate } from '../support/compare/simulator.ts';
import { aCall, aRun } from '../support/history/runs.ts';

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'vigie-test-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

function aBaseline(changes: Partial<Baseline> = {}): Baseline {
  const empty = emptyBaseline({
    vigie: '0.1.0',
    check: 'meet',
    kind: 'call',
    place: 'here',
    configuration: { digest: 'abc', options: { url: 'https://meet.example.org/', watch: 5000 } },
    wanted: 3,
  });
  return { ...simulate(3, 1).reduce(withRun, empty), ...changes };
}

describe('the file', () => {
  it('is read as it was written, and knows the versions', async () => {
    const dir = await directory();
    const file = join(dir, 'before.json');
    const baseline = withRun(aBaseline(), aRun({ call: aCall({ version: '9.0.4230' }) }));
    await writeBaseline(file, aBaseline());
    await writeBaseline(file, baseline);
    expect(await readBaseline(file)).toEqual(baseline);
    expect(baseline.versions).toEqual({
      'lib-jitsi-meet': ['9.0.4211', '9.0.4230'],
      chromium: ['142.0.7444.59'],
      firefox: ['140.6.0'],
    });
    expect(await readdir(dir)).toEqual(['before.json']);
  });

  it('is left whole, and nothing beside it, where it cannot be written', async () => {
    const dir = await directory();
    await expect(writeBaseline(join(dir, 'no', 'file.json'), aBaseline())).rejects.toThrow(/ENOENT/);
    expect(await readdir(dir)).toEqual([]);
  });

  it('is refused with a sentence where it is none', async () => {
    const dir = await directory();
    const file = join(dir, 'x.json');
    const refused = async (content: string) => {
      await writeFile(file, content);
      return readRuns(file).then(
        () => 'taken',
        (error: Error) => error.message.replace(file, 'FILE'),
      );
    };
    const text = JSON.stringify(aBaseline());
    expect(await refused(text.slice(0, -9))).toBe('FILE: not valid JSON; the file may be truncated');
    expect(await refused('{"format":"other"}')).toMatch(/^FILE: not a recording; "vigie record" makes one/);
    expect(await refused(text.replace('"schema":1', '"schema":7'))).toMatch(
      /recorded by a newer Vigie \(format 7/,
    );
    expect(await refused(text.replace('"outcome":"pass"', '"outcome":"fine"'))).toMatch(
      /^FILE: runs\.0\.outcome: /,
    );
    expect(await refused('{"a":1}')).toMatch(
      /^FILE: expected a recording of "vigie record", or a list of runs/,
    );
    await expect(readRuns(join(dir, 'none.json'))).rejects.toThrow(/none\.json: no such file$/);
  });

  it('may be what --json and the API print, too', async () => {
    const file = join(await directory(), 'runs.json');
    const runs = [aRun({ call: aCall() })];
    for (const content of [runs, { runs, next: null }]) {
      await writeFile(file, JSON.stringify(content));
      expect(await readRuns(file)).toEqual(runs);
    }
    expect(JSON.parse(await readFile(file, 'utf8'))).toBeTruthy();
  });
});

describe('what is not the same on both sides', () => {
  const reported = (before: Baseline, after: Baseline) =>
    differences(fromBaseline('before.json', before), fromBaseline('after.json', after));
  const options = (changes: object) => ({
    configuration: { digest: 'x', options: { url: 'https://meet.example.org/', watch: 5000, ...changes } },
  });

  it('is nothing, as a rule', () => {
    expect(reported(aBaseline(), aBaseline())).toEqual({ impossible: [], refused: [], notes: [] });
  });

  it('is reported key by key; a key that only one Vigie knows is none', () => {
    expect(reported(aBaseline(), aBaseline(options({ watch: 3000, novel: 1 }))).refused).toEqual([
      'configuration: watch is 5000 before, 3000 after',
    ]);
    expect(reported(aBaseline(options({ novel: 1 })), aBaseline()).refused).toEqual([]);
  });

  it('is the place, and the browsers', () => {
    const other = aRun({ call: aCall({ participants: aCall().participants.slice(0, 2) }) });
    expect(reported(aBaseline(), aBaseline({ place: 'there' })).refused).toEqual([
      'place: recorded on here before, on there after',
    ]);
    const [browser] = reported(
      aBaseline(),
      aBaseline({
        runs: simulate(2, 3).map((run) => ({
          ...run,
          call: {
            ...run.call!,
            participants: run.call!.participants.map((each) => ({ ...each, version: '143.0' })),
          },
        })),
      }),
    ).refused;
    expect(browser).toBe('chromium: 142.0.7444.59 before, 143.0 after');
    expect(other.call!.participants).toHaveLength(2);
  });

  it('makes a comparison impossible where there is none to make', () => {
    expect(reported(aBaseline(), aBaseline({ runs: [] })).impossible).toEqual(['after.json has no runs']);
    const mail = aBaseline({ kind: 'mail', runs: [aRun({ kind: 'mail' })] });
    expect(reported(aBaseline(), mail).impossible).toEqual([
      'before.json is of a call check, after.json of a mail check',
    ]);
    const mixed = aBaseline({ runs: [aRun(), aRun({ check: 'other' })] });
    expect(reported(aBaseline(), mixed).impossible[0]).toMatch(
      /more than one check: meet \(call\) and other/,
    );
  });

  it('is what an upgrade is, where it is the servers', () => {
    const recorded = (...versions: string[]) =>
      versions
        .flatMap((version) =>
          simulate(1, 1).map((run) => ({
            ...run,
            software: [
              { part: 'jicofo' as const, name: 'JiCoFo', version },
              { part: 'web' as const, name: 'nginx', version: '1.22.1' },
            ],
          })),
        )
        .reduce(withRun, aBaseline({ runs: [], versions: {} }));
    const [old, upgraded] = [recorded('1.0', '1.0'), recorded('1.1')];
    expect(upgraded.versions).toMatchObject({ jicofo: ['1.1'], web: ['nginx 1.22.1'] });
    expect(reported(old, upgraded)).toEqual({ impossible: [], refused: [], notes: [] });
    expect(reported(old, recorded('1.0', '1.1')).notes).toEqual([
      'after.json has runs with jicofo 1.0 and 1.1',
    ]);
    const words = (before: Baseline, after: Baseline) =>
      versionWords({ before: fromBaseline('b', before), after: fromBaseline('a', after) });
    expect(words(old, upgraded)).toBe('lib-jitsi-meet 9.0.4211 on both sides; jicofo 1.0 → 1.1');
    expect(words(old, old)).toBe('lib-jitsi-meet 9.0.4211 on both sides');
    // Of what one side does not know nothing is said.
    expect(words(aBaseline(), upgraded)).toBe('lib-jitsi-meet 9.0.4211 on both sides');
  });

  it('is worth a note where another Vigie recorded, or a side has several versions', () => {
    const { notes } = reported(
      aBaseline(),
      aBaseline({ vigie: '0.2.0', runs: [...simulate(1, 1), ...simulate(1, 2, { version: '9.1' })] }),
    );
    expect(notes).toEqual([
      'after.json has runs with lib-jitsi-meet 9.0.4211 and 9.1',
      'recorded by Vigie 0.1.0 before, 0.2.0 after: what it detects may differ',
    ]);
  });
});

it('the digest of options is blind to secrets and to the order of keys, and sees everything else', () => {
  const digest = optionsDigest({ a: 1, b: { c: new Set(['x', 'y']), password: new Secret('one') } });
  expect(digest).toMatch(/^[0-9a-f]{12}$/);
  expect(optionsDigest({ b: { password: new Secret('two'), c: new Set(['y', 'x']) }, a: 1 })).toBe(digest);
  expect(optionsDigest({ a: 1, b: { c: new Set(['x']), password: new Secret('one') } })).not.toBe(digest);
  const plain = plainOptions({
    password: new Secret('hidden'),
    participants: [{ endpoint: 'wss://hidden:hidden@browsers.example.org:9222/devtools?token=hidden' }],
    url: 'https://meet.example.org/room%20a',
  });
  expect(JSON.stringify(plain)).not.toContain('hidden');
  expect(plain).toMatchObject({
    participants: [{ endpoint: 'wss://browsers.example.org:9222/devtools' }],
    url: 'https://meet.example.org/room%20a',
  });
});
