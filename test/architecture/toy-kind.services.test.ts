/** A new kind of check in the places that docs/architecture.md lists, and in no other. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/architecture/imports.ts';
import { addToy, copyProgram, PLACES } from '../support/architecture/toy.ts';
import { child } from '../support/child.ts';

const TSC = join(ROOT, 'node_modules/.bin/tsc');
const MAPS = Object.keys(PLACES).filter((place) => place !== 'src/checks/kinds.ts');

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vigie-toy-'));
  await copyProgram(dir);
  await addToy(dir);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

interface Ended {
  readonly status: number | string;
  readonly stdout: string;
}

const run = (command: string, args: readonly string[]) =>
  new Promise<Ended>((resolve) => {
    execFile(command, args, { cwd: dir }, (error, stdout) => resolve({ status: error?.code ?? 0, stdout }));
  });
const node = (...args: string[]) => run(process.execPath, args);
const vigie = (...args: string[]) => node(join(dir, 'src/cli/program.ts'), ...args);

/** What the compiler says, and of which files. */
async function compile(): Promise<{ files: string[]; output: string }> {
  // What did not change since the last time is not looked at anew.
  const known = ['--incremental', '--tsBuildInfoFile', join(dir, 'known.tsbuildinfo')];
  const { stdout } = await run(TSC, ['-p', dir, '--pretty', 'false', ...known]);
  return {
    files: [...new Set([...stdout.matchAll(/^([\w/.-]+\.ts)\(/gm)].map(([, file]) => file!))].sort(),
    output: stdout,
  };
}

describe('a kind in all its places', () => {
  it('has them listed in docs/architecture.md, at most six', async () => {
    const section = (await readFile(join(ROOT, 'docs/architecture.md'), 'utf8'))
      .split('## A new kind\n')[1]!
      .split('\n## ')[0]!;
    const places = [...section.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, place]) => place);
    expect(places).toEqual(['src/checks/<kind>/', ...Object.keys(PLACES)]);
    expect(places.length).toBeLessThanOrEqual(6);
  });

  it('compiles', async () => expect((await compile()).output).toBe(''), 180_000);

  it('is run, printed, kept, served in French and measured', async () => {
    await writeFile(
      join(dir, 'vigie.yaml'),
      'server: { listen: "127.0.0.1:0" }\nchecks:\n  - { name: cart, kind: toy, wheels: 3, confirm: 1 }\n',
    );
    const [json, printed] = [await vigie('run', '--json'), await vigie('run')];
    expect(json.status).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject([
      {
        check: 'cart',
        kind: 'toy',
        outcome: 'fail',
        summary: 'A wheel is missing: 3 of 4 are there.',
        findings: [
          { id: 'toy-wheel-missing', cause: { id: 'toy-wheel-missing', wheels: 3 }, evidence: { wheels: 3 } },
        ],
        toy: { wheels: 3 },
      },
    ]);
    expect(printed.stdout).toMatch(
      /^cart {2}FAIL .*\n {2}FAIL {2}A wheel is missing: 3 of 4 are there\..*\n\nwheels: 3\n$/,
    );

    const service = child(process.execPath, [
      join(dir, 'src/cli/program.ts'),
      'serve',
      '--config',
      join(dir, 'vigie.yaml'),
    ]);
    const [, url] = (await service.says(/(http:\/\/127\.0\.0\.1:\d+\/)/)) as unknown as [string, string];
    const get = async (path: string) => (await fetch(url + path)).text();
    await expect.poll(() => get('api/runs').then((text) => JSON.parse(text).runs.length)).toBe(1);
    const [{ id }] = JSON.parse(await get('api/runs')).runs;
    const page = await get(`runs/${id}?lang=fr`);
    expect(page).toContain('Il manque une roue\u00a0: 3 sur 4 sont là.');
    expect(page).toContain('<p>3 roues</p>');
    expect(await get('?lang=fr')).toContain('jouet');
    const metrics = await get('metrics');
    expect(metrics).toContain('vigie_toy_wheels{check="cart"} 3');
    expect(metrics).toContain('vigie_check_success{check="cart",kind="toy"} 0');
    expect(JSON.parse(await get('api/openapi.json')).components.schemas.ToyResult.properties).toHaveProperty(
      'wheels',
    );
    // A single failed run is no outage yet; the second one confirms it.
    await expect.poll(() => get('status?lang=fr'), { timeout: 30_000 }).toContain('Les jouets sont cassés.');
    service.process.kill('SIGTERM');
    expect(await service.ended).toBe(0);

    const read = `import { readHistory } from ${JSON.stringify(join(dir, 'src/history/open.ts'))};
      console.log(JSON.stringify(readHistory(${JSON.stringify(join(dir, 'history/runs.sqlite'))}).list({})));`;
    expect(JSON.parse((await node('--input-type=module', '-e', read)).stdout)).toMatchObject([
      { kind: 'toy', toy: { wheels: 3 } },
      { id, kind: 'toy', toy: { wheels: 3 } },
    ]);
  }, 180_000);
});

describe('a place that is left out is named by the compiler', () => {
  it('each map that lacks the kind', async () => {
    await addToy(dir, MAPS);
    const { files, output } = await compile();
    expect(files.filter((file) => file.startsWith('src/'))).toEqual([...MAPS].sort());
    for (const map of MAPS) expect(output).toMatch(new RegExp(`^${map}\\(.*'toy' is missing`, 'm'));
  }, 180_000);

  it('the registry of kinds, by the kind that it does not know', async () => {
    await addToy(dir, ['src/checks/kinds.ts']);
    expect((await compile()).output).toMatch(
      /^src\/checks\/toy\/index\.ts\(.*'"toy"' does not satisfy the constraint '"call" \|/m,
    );
  }, 180_000);
});
