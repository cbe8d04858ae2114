/** `vigie notify --test`: what a person sees who tries the way to the targets. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { emptyDirectory, vigie } from '../support/cli/vigie.ts';
import { httpReceiver } from '../support/notify/receivers.ts';

const CHECK = { name: 'meet', kind: 'signaling', url: 'https://meet.example.org/' };

async function configured(notify: object) {
  const cwd = await emptyDirectory();
  await writeFile(join(cwd, 'vigie.yaml'), stringify({ checks: [CHECK], notify }));
  return (...args: string[]) => vigie(['notify', ...args], { cwd });
}

it('sends a test notification to each target, and says which took it', async () => {
  const receiver = await httpReceiver();
  const targets = [
    { name: 'oncall', kind: 'ntfy', url: `${receiver.url}/open-sesame` },
    { name: 'ticket', kind: 'command', argv: ['/bin/false'] },
  ];
  const run = await configured({ language: 'fr', targets });
  expect(await run('--test')).toEqual({
    status: 1,
    stdout: 'oncall (ntfy): sent\nticket (command): not delivered: exit status 1\n',
    stderr: '',
  });
  expect(receiver.got.map(({ body }) => body.title)).toEqual([
    '[ESSAI] Ceci est une notification d’essai de Vigie à « oncall ». Tout va bien.',
  ]);
  expect(await run('--test', 'oncall')).toMatchObject({ status: 0 });
  expect(await run('--test', 'onkall')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('did you mean "oncall"?'),
  });
  expect(await run()).toMatchObject({ status: 2, stderr: expect.stringContaining('missing --test') });
});

it('without targets there is nothing to send', async () => {
  const run = await configured({});
  expect(await run('--test')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('no notify.targets'),
  });
});
