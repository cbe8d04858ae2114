/** Prometheus's own tool, which reads rules and runs their tests. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** Runs promtool on files of these names and contents; throws with its own words where it is not content. */
export function promtool(args: readonly string[], files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'vigie-test-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
    return execFileSync('promtool', [...args], { cwd: directory, encoding: 'utf8', stdio: 'pipe' });
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout: string; stderr: string };
    throw new Error(`promtool ${args.join(' ')}:\n${stdout}${stderr}`);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Runs unit tests of rules, in promtool's own format; the rules are evaluated each `everyS` seconds. */
export function testRules(rules: string, everyS: number, tests: readonly object[]): void {
  const file = { rule_files: ['rules.yml'], evaluation_interval: `${everyS}s`, tests };
  promtool(['test', 'rules', 'tests.yml'], { 'rules.yml': rules, 'tests.yml': stringify(file) });
}
