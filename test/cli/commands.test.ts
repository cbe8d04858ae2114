import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { COMMAND_NAMES } from '../../src/cli/table.ts';
import { emptyDirectory, vigie, vigieProcess } from '../support/cli/vigie.ts';

/** What a mistake is answered with: a sentence on standard error, nothing on standard output, status 2. */
async function mistake(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await vigie(args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  return stderr;
}

describe('vigie alone', () => {
  it('lists its commands as an error', async () => {
    const usage = await mistake();
    for (const command of COMMAND_NAMES)
      expect(usage).toMatch(new RegExp(`^(?: {2}${command} +\\S|Also: .*\\b${command}\\b)`, 'm'));
  });

  it.each(['--help', '-h', 'help'])('%s lists them as an answer', async (help) => {
    const { status, stdout, stderr } = await vigieProcess([help]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: vigie COMMAND/);
  });

  it('--version prints the version', async () => {
    expect(await vigieProcess(['--version'])).toEqual({
      status: 0,
      stdout: `vigie ${manifest.version}\n`,
      stderr: '',
    });
  });

  it('suggests what was probably meant', async () => {
    expect(await mistake('cal')).toMatch(/^vigie: unknown command "cal"; did you mean "call"\?\n/);
    expect(await mistake('frobnicate')).toMatch(/^vigie: unknown command "frobnicate"\n/);
    expect(await mistake('toString')).toMatch(/^vigie: unknown command "toString"\n/);
    expect(await mistake('--frobnicate')).toMatch(/^vigie: unknown option "--frobnicate"\n/);
  });
});

it('npm hands its signals on to what its scripts start', () => {
  // It gives them to a shell, which keeps them to itself unless the script takes its place.
  for (const script of Object.values(manifest.scripts)) expect(script).not.toMatch(/^scripts\//);
});

describe('every command', () => {
  it.each(COMMAND_NAMES)('%s has a help of its own', async (command) => {
    const { status, stdout, stderr } = await vigie([command, '--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: vigie ${command}\\b`));
  });

  it('answers help and -h with the same text', async () => {
    const { stdout } = await vigie(['call', '--help']);
    expect((await vigie(['help', 'call'])).stdout).toBe(stdout);
    expect((await vigie(['call', '-h'])).stdout).toBe(stdout);
  });

  it('reports that its output cannot be written', async () => {
    const full = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(
        'sh',
        ['-c', '"$0" schema >/dev/full', join(import.meta.dirname, '../../vigie')],
        (error, _, stderr) => resolve({ code: error?.code, stderr }),
      );
    });
    expect(full).toEqual({ code: 3, stderr: 'vigie: the output cannot be written (ENOSPC)\n' });
  });
});

describe('vigie signaling', () => {
  it.each([
    [[], /^vigie signaling: missing argument URL: the address of a deployment, such as https:/],
    [['ftp://example.org'], /^vigie signaling: URL: expected the address of a Jitsi deployment/],
    [['x', '--timeout', 'long'], /^vigie signaling: --timeout: expected a number of seconds, found "long"\n/],
    [['x', '--timeout', '2h'], /^vigie signaling: --timeout: expected a duration .*1m/],
    [
      ['x', '--require', 'turn,web'],
      /^vigie signaling: --require: expected a list of "websocket", "bosh" or "turn", found "turn,web"\n/,
    ],
    [['x', '--require', 'tur'], /did you mean "turn"\?/],
  ] as const)('rejects %j', async (args, words) => {
    expect(await mistake('signaling', ...args)).toMatch(words);
  });

  it('reports what is broken, with status 1', async () => {
    const { status, stdout } = await vigie(['signaling', 'https://127.0.0.1:1/', '--timeout', '2']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^127\.0\.0\.1:1 {2}FAIL .*\n {2}FAIL .*page-unreachable/);
  });
});

describe('vigie call', () => {
  it.each<[string[], RegExp]>([
    [
      [],
      /^vigie call: missing argument URL: the address of a deployment, such as https:\S+\nTry "vigie call --help"\.\n$/,
    ],
    [['x', 'y'], /^vigie call: unexpected argument "y"\n/],
    [['ftp://example.org'], /^vigie call: URL: expected the address of a Jitsi deployment/],
    [['https://me:secret@example.org'], /^vigie call: URL: expected an address without a user name/],
    [['https://example.org/room#config.x'], /^vigie call: URL: expected an address without "\?" and "#"/],
    [
      ['x', '--participants', 'chromium,chrome'],
      /^vigie call: --participants: expected a browser \("chromium" or "firefox"\), or .*, found "chrome"\nTry/,
    ],
    [
      ['x', '--participants', 'chromium'],
      /^vigie call: --participants: expected at least 2 participants\nTry/,
    ],
    [
      ['x', '--participants', Array(11).fill('chromium').join()],
      /^vigie call: --participants: expected at most 10 participants\nTry/,
    ],
    [['x', '--watch', 'long'], /^vigie call: --watch: expected a number of seconds, found "long"\n/],
    [['x', '--watch', '2h'], /^vigie call: --watch: expected a duration .*at most 1h/],
    [['x', '--watch'], /^vigie call: missing value for --watch\n/],
    [
      ['x', '--watch', '-1'],
      /^vigie call: missing value for --watch; a value that begins with "-" is written --watch=-1\n/,
    ],
    [['x', '--within', '0'], /^vigie call: --within: expected a duration .*between 1s and 5m/],
    [['x', '--json=yes'], /^vigie call: --json takes no value, found "yes"\n/],
    [['x', '--watc', '3'], /^vigie call: unknown option "--watc"; did you mean "--watch"\?\n/],
    [['x', '--colour'], /^vigie call: unknown option "--colour"\nTry/],
    [['x', '--steps', 'dance'], /^vigie call: --steps: expected "join", .* or "sleep", found "dance"\n/],
    [
      ['x', '--junit', 'not/there.xml'],
      /^vigie call: --junit: not\/there\.xml cannot be written \(ENOENT\)\n/,
    ],
  ])('rejects %j', async (args, message) => {
    const printed = await mistake('call', ...args);
    expect(printed).toMatch(message);
    expect(printed).not.toContain('secret');
  });
});

describe('a configuration', () => {
  const GOOD = 'checks:\n  - name: meet\n    kind: call\n    url: https://meet.example.org/\n';

  it('that is valid is reported as ok', async () => {
    const cwd = await emptyDirectory();
    await writeFile(join(cwd, 'vigie.yaml'), GOOD);
    expect(await vigie(['check-config', 'vigie.yaml'], { cwd })).toEqual({
      status: 0,
      stdout: 'vigie.yaml: ok (1 check)\n',
      stderr: '',
    });
  });

  it.each([['check-config', 'vigie.yaml'], ['run'], ['mail'], ['serve']])(
    'that is invalid is rejected with the place, by %s',
    async (...args) => {
      const cwd = await emptyDirectory();
      await writeFile(join(cwd, 'vigie.yaml'), GOOD.replace('kind: call', 'kind: cal'));
      // The service writes to the standard error of the process.
      const start = args[0] === 'serve' ? vigieProcess : vigie;
      const { status, stdout, stderr } = await start(args, { cwd });
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(/^vigie\.yaml:3:\d+: .*"call"/);
    },
  );

  it.each([
    [['check-config'], /^vigie check-config: missing argument FILE: a configuration\n/],
    [['check-config', 'none.yaml'], /^none\.yaml: cannot be read: there is no such file\n$/],
    [['run', '--config', 'none.yaml'], /^none\.yaml: cannot be read/],
    [['mail'], /^vigie mail: there is no vigie\.yaml in this directory; name .* with --config\n/],
    [['run', 'meet'], /^vigie run: there is no vigie\.yaml in this directory, .*check "meet"/],
  ])('that is missing is reported by %j', async (args, message) => {
    expect(await mistake(...args)).toMatch(message);
  });

  it('without the named check lists those it has', async () => {
    const cwd = await emptyDirectory();
    await writeFile(join(cwd, 'other.yaml'), GOOD);
    const run = (name: string) => vigie(['run', name, '--config', 'other.yaml'], { cwd });
    expect(await run('meat')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^vigie run: unknown check "meat"; did you mean "meet"\?\n/),
    });
    expect(await run('relay')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^vigie run: unknown check "relay"; expected meet\n/),
    });
    expect(await vigie(['mail', '--config', 'other.yaml'], { cwd })).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^vigie mail: other\.yaml has no check of kind "mail"\n/),
    });
  });

  it('has a schema', async () => {
    const { status, stdout, stderr } = await vigie(['schema']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ $schema: expect.any(String), type: 'object' });
    expect(await mistake('schema', 'call')).toMatch(/^vigie schema: unexpected argument "call"\n/);
  });
});

describe('vigie sandbox', () => {
  it('lists the faults', async () => {
    const reported = await mistake('sandbox', '--break', 'nonsense');
    expect(reported).toMatch(/^vigie sandbox: unknown fault "nonsense"\.\nFaults: .*"audio A->B"/);
    expect((await vigie(['sandbox', '--help'])).stdout).toMatch(/^ {2}audio A->B +B cannot hear A/m);
  });

  it('refuses a port that is none', async () => {
    expect(await mistake('sandbox', '--port', '99999')).toMatch(/--port: expected .* found "99999"\n/);
  });
});
