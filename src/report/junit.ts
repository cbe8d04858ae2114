/**
 * Runs as JUnit XML, so that any CI shows them: a broken target is a `failure`, what we could not tell an
 * `error`. One test case a run; source of the shape: the Jenkins JUnit plug-in's schema.
 */
import { escapeXml, printable } from '../base/escape.ts';
import type { Finding, Run } from '../checks/check.ts';

/** @param strict counts a degraded run as a failure too. */
export function junit(runs: readonly Run[], strict: boolean): string {
  const failed = (run: Run) => run.outcome === 'fail' || (strict && run.outcome === 'degraded');
  const total = runs.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
  const counts = `tests="${runs.length}" failures="${runs.filter(failed).length}" errors="${runs.filter(({ outcome }) => outcome === 'error').length}" time="${total.toFixed(3)}"`;
  const cases = runs.map((run) => testCase(run, failed(run))).join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="vigie" ${counts}>\n  <testsuite name="vigie" ${counts} timestamp="${runs[0]?.startedAt.slice(0, 19) ?? ''}">\n${cases}\n  </testsuite>\n</testsuites>\n`;
}

function testCase(run: Run, failed: boolean): string {
  const head = `    <testcase classname="${xml(run.kind)}" name="${xml(run.check)}" time="${(run.durationMs / 1000).toFixed(3)}"`;
  const tag = failed ? 'failure' : run.outcome === 'error' ? 'error' : null;
  if (!tag)
    return run.findings.length === 0
      ? `${head}/>`
      : `${head}>\n      <system-out>${xml(texts(run.findings))}</system-out>\n    </testcase>`;
  const worst = run.findings[0];
  return `${head}>\n      <${tag} type="${xml(worst?.id ?? run.outcome)}" message="${xml(run.summary)}">${xml(texts(run.findings))}</${tag}>\n    </testcase>`;
}

const texts = (findings: readonly Finding[]): string =>
  findings
    .map(({ id, outcome, text, where }) => `${outcome} ${id}${where ? ` (${where})` : ''}: ${text}`)
    .join('\n');

/** For XML 1.0, in which line feeds are written as references so that they survive in attributes. */
export function xml(text: string): string {
  return escapeXml(printable(text).replaceAll('\r', '')).replaceAll('\n', '&#10;');
}
