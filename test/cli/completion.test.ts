/** Completion and the man page: what is generated is given to the real programs. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { COMMAND_NAMES } from '../../src/cli/table.ts';
import { vigie } from '../support/cli/vigie.ts';
import { needs, programs } from '../support/needs.ts';

const script = async (shell: string) => (await vigie(['completion', shell])).stdout;

/** What bash would offer after these words. */
async function offered(...words: string[]): Promise<string[]> {
  const source = `${await script('bash')}
COMP_WORDS=(vigie "$@"); COMP_CWORD=$#; _vigie; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync('bash', ['-c', source, 'bash', ...words], { encoding: 'utf8', cwd: '/' });
  return output.split('\n').filter(Boolean);
}

it('bash completes commands, options and the words of an option', async () => {
  expect(await offered('')).toEqual([...COMMAND_NAMES, '--help', '--version']);
  expect(await offered('com')).toEqual(['compare', 'completion']);
  expect(await offered('serve', '--')).toEqual(expect.arrayContaining(['--config', '--listen', '--watch']));
  expect(await offered('completion', 'f')).toEqual(['fish']);
  expect(await offered('call', '--steps', 'ha')).toEqual(['handover']);
});

it('bash completes files where a file is wanted', async () => {
  expect(await offered('check-config', 'et')).toEqual(['etc']);
  expect(await offered('run', '--config', 'et')).toEqual(['etc']);
  expect(await offered('serve', '--listen', 'et')).toEqual([]);
});

it.each(['zsh', 'fish'])('%s takes the script', needs(programs('zsh', 'fish')), async (shell) => {
  const dir = await mkdtemp(join(tmpdir(), 'vigie-test-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, 'script'), await script(shell));
  expect(execFileSync(shell, ['-n', join(dir, 'script')], { encoding: 'utf8' })).toBe('');
});

it('says which shells there are', async () => {
  const { status, stderr } = await vigie(['completion', 'csh']);
  expect([status, stderr]).toEqual([2, expect.stringContaining('"bash", "zsh" or "fish"')]);
});

it('the man page has every command, and is free of roff’s warnings', needs(programs('groff')), async () => {
  const { stdout } = await vigie(['manual']);
  const warnings = execFileSync('groff', ['-man', '-Kutf8', '-Tutf8', '-ww', '-z'], {
    input: stdout,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  expect(warnings).toBe('');
  const shown = execFileSync('groff', ['-man', '-Kutf8', '-Tascii', '-P-cbou'], {
    input: stdout,
    encoding: 'utf8',
  });
  for (const name of COMMAND_NAMES) expect(shown).toContain(`\n   ${name}\n`);
});
