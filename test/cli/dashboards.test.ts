import { appendFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emptyDirectory, vigie } from '../support/cli/vigie.ts';

it('vigie dashboards writes the files, says that they are current, and says what is not', async () => {
  const cwd = await emptyDirectory();
  const written = await vigie(['dashboards', '--out', 'out'], { cwd });
  expect(written).toMatchObject({ status: 0, stderr: '' });
  expect((await readdir(join(cwd, 'out/grafana'))).sort()).toEqual([
    'vigie-call.json',
    'vigie-mail.json',
    'vigie-overview.json',
    'vigie-self.json',
  ]);
  const check = () => vigie(['dashboards', '--check', '--out', 'out'], { cwd });
  expect(await check()).toMatchObject({ status: 0, stdout: 'out: 5 files, all current\n' });

  await appendFile(join(cwd, 'out/grafana/vigie-call.json'), ' ');
  await rm(join(cwd, 'out/prometheus/vigie.rules.yml'));
  await writeFile(join(cwd, 'out/grafana/old.json'), '{}');
  const { status, stdout } = await check();
  expect(status).toBe(1);
  expect(stdout.trim().split('\n')).toEqual([
    'out/grafana/vigie-call.json: not current',
    'out/prometheus/vigie.rules.yml: missing',
    'out/grafana/old.json: no longer generated',
  ]);
  // It said so, and changed nothing.
  expect(await readdir(join(cwd, 'out/prometheus'))).toEqual([]);
});

it('vigie dashboards refuses what it cannot use, in words', async () => {
  const wrong = await vigie(['dashboards', '--vigie-url', 'vigie.example.org']);
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toContain('--vigie-url: expected an address such as https://vigie.example.org');
  const cwd = await emptyDirectory();
  await writeFile(join(cwd, 'file'), '');
  const unwritable = await vigie(['dashboards', '--out', 'file'], { cwd });
  expect(unwritable).toMatchObject({ status: 2 });
  expect(unwritable.stderr).toContain('cannot be written (');
});
