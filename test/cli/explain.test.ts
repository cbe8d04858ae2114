/** What a person reads who looks an id up. */
import { expect, it } from 'vitest';
import { KINDS } from '../../src/checks/check.ts';
import { kinds } from '../../src/checks/kinds.ts';
import { vigie } from '../support/cli/vigie.ts';

const explain = (...ids: string[]) => vigie(['explain', ...ids]);

it('a finding is explained by its documentation and the runbooks that name it', async () => {
  const { status, stdout } = await explain('stream-missing');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^stream-missing: a finding of call checks\n/);
  expect(stdout).toContain('streams that fail together');
  expect(stdout).toContain('vigie explain VigieStreamMissing');
  expect(stdout).not.toMatch(/[`|]/);
});

it('an alert is explained by its runbook', async () => {
  const { status, stdout } = await explain('VigieStreamMissing');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^# VigieStreamMissing\n\n## Meaning\n/);
});

it('without an id all are listed', async () => {
  const { status, stdout } = await explain();
  expect(status).toBe(0);
  for (const kind of KINDS)
    for (const id of Object.keys(kinds[kind].causes)) expect(stdout).toContain(`  ${id}\n`);
  expect(stdout).toMatch(/^ {2}VigieStreamMissing +\S.*\.$/m);
});

it('an unknown id is a mistake, with what was probably meant', async () => {
  expect(await explain('stream-mising')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('did you mean "stream-missing"?'),
  });
});
