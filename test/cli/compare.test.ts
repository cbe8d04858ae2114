/** `vigie record` and `vigie compare` as a person uses them; no browser is needed. */

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Run } from '../../src/checks/check.ts';
import { type Baseline, emptyBaseline, withRun } from '../../src/compare/baseline.ts';
import { openHistory } from '../../src/history/open.ts';
import { emptyDirectory, vigie } from '../support/cli/vigie.ts';
import { type Deployment, simulate } from '../support/compare/simulator.ts';
import { jitsiFront } from '../support/jitsi-front.ts';
import { silent } from '../support/schedule/kinds.ts';

/** Recordings by name, each made anew from its seed. */
const RECORDINGS: Record<string, { runs: number; seed: number; deployment: Deployment; place?: string }> = {
  'before.json': { runs: 20, seed: 1, deployment: {} },
  'same.json': { runs: 20, seed: 2, deployment: {} },
  'worse.json': {
    runs: 20,
    seed: 3,
    deployment: { drops: { 'C<-B video': 0.5 }, version: '9.0.4230', errors: 0.1 },
  },
  'better.json': { runs: 20, seed: 4, deployment: { slower: 0.5 } },
  'few.json': { runs: 2, seed: 5, deployment: {} },
  'elsewhere.json': { runs: 20, seed: 6, deployment: {}, place: 'there' },
};

function recording(name: keyof typeof RECORDINGS): Baseline {
  const { runs, seed, deployment, place = 'here' } = RECORDINGS[name]!;
  const empty = emptyBaseline({
    vigie: '0.1.0',
    check: 'meet',
    kind: 'call',
    place,
    configuration: { digest: 'abc', options: { url: 'https://meet.example.org/' } },
    wanted: runs,
  });
  return simulate(runs, seed, deployment).reduce(withRun, empty);
}

let contents: [string, string][];
beforeAll(() => {
  contents = Object.keys(RECORDINGS).map((name) => [name, JSON.stringify(recording(name))]);
});

async function withRecordings(): Promise<string> {
  const cwd = await emptyDirectory();
  for (const [name, content] of contents) await writeFile(join(cwd, name), content);
  return cwd;
}

describe('vigie compare', () => {
  it.each([
    ['same.json', 0, /^NO CHANGE SHOWN {2}No change of meet was shown\. 20 runs before and 20 after would/],
    [
      'worse.json',
      1,
      /^REGRESSION {2}meet is worse than before: incomplete calls, 0 of 20 before, \d+ of 1\d after\./,
    ],
    ['better.json', 0, /^IMPROVEMENT {2}meet is better than before: /],
    ['few.json', 3, /^TOO FEW RUNS {2}There are too few runs to decide whether meet is worse than before\./],
  ])('%s: status %i', async (after, status, verdict) => {
    const cwd = await withRecordings();
    const ended = await vigie(['compare', 'before.json', after], { cwd });
    expect(ended.stderr).toBe('');
    expect(ended.status).toBe(status);
    expect(ended.stdout).toMatch(verdict);
    // The last line says it again: that is where a terminal stands.
    expect(ended.stdout.trimEnd().split('\n').at(-1)).toMatch(verdict);
  });

  it('shows what matters most before all, and who was left out', async () => {
    const cwd = await withRecordings();
    const { stdout } = await vigie(['compare', 'before.json', 'worse.json'], { cwd });
    expect(stdout).toContain('lib-jitsi-meet 9.0.4211 → 9.0.4230');
    expect(stdout).toMatch(/after {3}worse\.json: 1\d runs; \d could not tell and (is|are) left out/);
    const most = /Clearest differences\n([\s\S]*?)\n\n/.exec(stdout)![1]!.split('\n');
    expect(most.length).toBeLessThanOrEqual(5);
    expect(most[0]).toMatch(/regression +C does not see B +0 of 20 → \d+ of 1\d +p /);
    expect(stdout).toMatch(/\d+ more things that never went wrong/);
  });

  it('writes JSON, JUnit and a page, which say the same', async () => {
    const cwd = await withRecordings();
    const files = ['--junit', 'c.xml', '--html', 'c.html'];
    const { stdout } = await vigie(['compare', 'before.json', 'worse.json', '--json', ...files], { cwd });
    const reported = JSON.parse(stdout);
    expect(reported).toMatchObject({
      schema: 1,
      verdict: 'regression',
      before: { name: 'before.json', runs: 20, versions: ['9.0.4211'] },
      after: { versions: ['9.0.4230'] },
      complete: { key: 'incomplete', before: { hits: 0, of: 20, interval: [0, expect.any(Number)] } },
      warnings: [],
    });
    expect(reported.telling[0]).toBe('stream join C<-B video');
    const junit = await readFile(join(cwd, 'c.xml'), 'utf8');
    expect(junit).toMatch(/<testsuites name="vigie compare" tests="\d+" failures="[1-9]\d*" errors="0"/);
    expect(junit).toMatch(
      /name="C does not see B">\n +<failure message="regression: C does not see B: 0 of 20/,
    );
    const page = await readFile(join(cwd, 'c.html'), 'utf8');
    expect(page).toMatch(/<title>meet: regression – Vigie<\/title>/);
    expect(page).toContain('prefers-color-scheme: dark');
    expect(page.match(/<figcaption>[ABC] ← [ABC] (audio|video)/g)).toHaveLength(12);
    // One file: nothing is loaded, nothing is run.
    expect(page).not.toMatch(/<script|<link|<img|url\(|@import|\ssrc=|https?:/);
  });

  it('reports too few runs as an error in JUnit, not as a failure', async () => {
    const cwd = await withRecordings();
    await vigie(['compare', 'before.json', 'few.json', '--junit', 'c.xml'], { cwd });
    expect(await readFile(join(cwd, 'c.xml'), 'utf8')).toMatch(
      /name="the deployment as a whole">\n +<error message="There are too few runs to decide whether/,
    );
  });

  it('refuses what was recorded elsewhere, and compares it with a warning when asked to', async () => {
    const cwd = await withRecordings();
    const args = ['compare', 'before.json', 'elsewhere.json'];
    const refused = await vigie(args, { cwd });
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(refused.stderr).toBe(
      'vigie compare: these cannot be compared:\n  place: recorded on here before, on there after\nThis alone could explain a difference. Use --force to compare anyway.\n',
    );
    const forced = await vigie([...args, '--force'], { cwd });
    expect(forced.status).toBe(0);
    expect(forced.stdout).toContain(
      'Not the same on both sides: place: recorded on here before, on there after.',
    );
  });

  it.each([
    [[], /expected two recordings, BEFORE and AFTER, or --since-upgrade, --since or --last/],
    [['before.json'], /expected two recordings/],
    [['before.json', 'none.json'], /none\.json: no such file/],
    [
      ['before.json', 'same.json', '--threshold', 'rate=many'],
      /--threshold rate: expected a share of the runs/,
    ],
    [
      ['before.json', 'same.json', '--threshold', 'size=1'],
      /--threshold: expected one of rate, ratio, latency, distortion, time/,
    ],
    [['before.json', 'same.json', '--html', 'no/c.html'], /--html: no\/c\.html cannot be written \(ENOENT\)/],
    [
      ['--since-upgrade'],
      /there is no vigie\.yaml in this directory; name the history with --history or --config/,
    ],
    [['--last', 'x', '--history', '.'], /--last: expected a number of runs, found "x"/],
    [['--last', '5', '--history', '.'], /There is no history at runs\.sqlite/],
    [['--since', 'soon'], /--since: expected a time such as/],
  ])('rejects %j', async (args, message) => {
    const cwd = await withRecordings();
    const { status, stdout, stderr } = await vigie(['compare', ...args], { cwd });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('takes smaller and larger thresholds', async () => {
    const cwd = await withRecordings();
    const args = [
      'compare',
      'better.json',
      'before.json',
      '--threshold',
      'ratio=9',
      '--threshold',
      'time=1m',
    ];
    expect((await vigie(args, { cwd })).status).toBe(0);
    expect((await vigie(args.slice(0, 3), { cwd })).status).toBe(1);
  });
});

describe('vigie compare, from history', () => {
  /** A directory with a history in which an upgrade broke something, with a gap in which nothing could be loaded. */
  async function withHistory(): Promise<string> {
    const cwd = await emptyDirectory();
    const store = openHistory({ dir: join(cwd, 'history'), keep: 1000, maxAge: 1e13, maxSize: 1e9 }, silent);
    const old = simulate(30, 11, { version: '1' });
    const gap: Run[] = simulate(3, 12).map(({ call, ...run }) => ({
      ...run,
      outcome: 'fail',
      summary: `the web front of ${call?.url} answers 502`,
    }));
    const upgraded = simulate(25, 13, { version: '2', drops: { 'C<-B video': 0.6 } });
    for (const run of [...old, ...gap, ...upgraded]) store.append(run);
    store.close();
    await writeFile(
      join(cwd, 'vigie.yaml'),
      'checks:\n  - { name: meet, kind: call, url: "https://meet.example.org/" }\n',
    );
    return cwd;
  }

  it('compares what was before the last upgrade with what has been since', async () => {
    const cwd = await withHistory();
    const { status, stdout } = await vigie(['compare', '--last', '20', '--since-upgrade'], { cwd });
    expect(status).toBe(1);
    expect(stdout).toContain('before  the 20 runs with 1: 20 runs');
    expect(stdout).toContain('after   the 20 runs with 2: 20 runs');
    expect(stdout).toMatch(/incomplete calls +0 of 20 → 1\d of 20/);
    expect(stdout).toContain('lib-jitsi-meet 1 → 2');
  });

  it('says around what to compare instead, where a server changed and the library did not', async () => {
    const cwd = await emptyDirectory();
    const store = openHistory({ dir: join(cwd, 'history'), keep: 1000, maxAge: 1e13, maxSize: 1e9 }, silent);
    const runs = simulate(2, 5).map((run, index) => ({
      ...run,
      software: [{ part: 'jicofo' as const, name: 'JiCoFo', version: `1.${index}` }],
    }));
    for (const run of runs) store.append(run);
    store.close();
    const history = ['--history', 'history'];
    const { status, stderr } = await vigie(['compare', 'meet', '--since-upgrade', ...history], { cwd });
    expect(status).toBe(2);
    expect(stderr).toContain(
      `no change of lib-jitsi-meet in the runs of meet; jicofo changed from 1.0 to 1.1: --since ${runs[1]!.startedAt} compares`,
    );
    const around = await vigie(['compare', 'meet', '--since', runs[1]!.startedAt, '--json', ...history], {
      cwd,
    });
    expect(JSON.parse(around.stdout)).toMatchObject({
      before: { software: { jicofo: ['1.0'] } },
      after: { software: { jicofo: ['1.1'] } },
    });
  });

  it('compares the last runs with those before them, or around a time', async () => {
    const cwd = await withHistory();
    const last = await vigie(['compare', 'meet', '--last', '10', '--json'], { cwd });
    expect(JSON.parse(last.stdout)).toMatchObject({ before: { runs: 10 }, after: { runs: 10 } });
    const since = simulate(1, 13)[0]!.startedAt;
    const around = await vigie(['compare', '--since', since, '--json', '--history', 'history'], { cwd });
    expect(JSON.parse(around.stdout)).toMatchObject({ before: { runs: 33 }, after: { runs: 25 } });
    const never = await vigie(['compare', '--since', '2031-01-01'], { cwd });
    expect(never.stderr).toMatch(/the history has no run after \(since 2031-01-01/);
  });

  it('says which checks there are', async () => {
    const cwd = await withHistory();
    const { status, stderr } = await vigie(['compare', 'meat', '--last', '10'], { cwd });
    expect(status).toBe(2);
    expect(stderr).toMatch(/the history has no runs of check "meat"; did you mean "meet"\?/);
  });
});

describe('vigie record', () => {
  async function broken(): Promise<string> {
    const server = createServer((_request, response) => response.writeHead(502).end()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }
  const read = async (cwd: string) => JSON.parse(await readFile(join(cwd, 'out.json'), 'utf8')) as Baseline;
  const env = { VIGIE_CHROMIUM: '/not/there' };

  it('records runs whatever they find, adds to them, and refuses to forget them', async () => {
    const cwd = await emptyDirectory();
    const url = await broken();
    const args = ['record', url, '--out', 'out.json', '--place', 'here'];
    const first = await vigie([...args, '--runs', '2'], { cwd, env });
    expect(first.status).toBe(0);
    expect(first.stdout).toMatch(
      /^1 of 2 {2}127\.0\.0\.1:\d+ {2}FAIL .* left\n2 of 2 .*\nout\.json: 2 runs, 2 failed\n$/,
    );
    expect(await read(cwd)).toMatchObject({
      format: 'vigie-baseline',
      schema: 1,
      kind: 'call',
      place: 'here',
      wanted: 2,
      configuration: { digest: expect.stringMatching(/^[0-9a-f]{12}$/), options: { url, p2p: true } },
      runs: [{ outcome: 'fail' }, { outcome: 'fail' }],
    });
    expect((await vigie(args, { cwd, env })).stderr).toMatch(
      /out\.json already exists; use --append to add to it, --overwrite to replace it/,
    );
    expect((await vigie([...args, '--runs', '1', '--append'], { cwd, env })).status).toBe(0);
    expect((await read(cwd)).runs).toHaveLength(3);
    const other = await vigie([...args, '--append', '--no-p2p'], { cwd, env });
    expect(other.stderr).toMatch(/--append: out\.json was recorded with other options, or of another check/);
    expect((await vigie([...args, '--runs', '1', '--overwrite'], { cwd, env })).status).toBe(0);
    expect((await read(cwd)).runs).toHaveLength(1);
    expect(await readdir(cwd)).toEqual(['out.json']);
  });

  it('gives up where nothing can be told, and says why', async () => {
    const cwd = await emptyDirectory();
    const server = createServer(jitsiFront).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { status, stderr } = await vigie(['record', url, '--out', 'out.json'], { cwd, env });
    expect(status).toBe(3);
    expect(stderr).toMatch(/none of the first 3 runs could tell: VIGIE_CHROMIUM names \/not\/there/);
    expect((await read(cwd)).runs).toHaveLength(3);
  });

  it.each([
    [['record'], /missing argument CHECK\|URL: a configured check, or the address of a deployment/],
    [['record', 'meet'], /missing option --out FILE/],
    [['record', 'x.org', '--out', 'o', '--runs', 'many'], /--runs: expected a number of runs, found "many"/],
    [['record', 'x.org', '--out', 'o', '--append'], /--append: there is no o\n/],
    [['record', 'x.org', '--out', 'no/o', '--runs', '1'], /--out: no\/o cannot be written \(ENOENT\)/],
    [['record', 'x.org', '--out', 'o', '--steps', 'dance'], /--steps: expected "join", .*, found "dance"/],
    [
      ['record', 'meet', '--out', 'o', '--no-p2p'],
      /--no-p2p applies to a URL only; the check meet is configured in its file/,
    ],
    [
      ['record', 'meet', '--out', 'o'],
      /there is no vigie\.yaml in this directory, and the sandbox has no check "meet"/,
    ],
  ])('rejects %j', async (args, message) => {
    const { status, stderr } = await vigie(args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});
