/** The outcome of the latest run, as one number. */

/** 0 pass, 1 degraded, 2 fail, 3 could not tell; nothing before the first run. */
export function outcomeCode(selector: string, by = 'instance, check, kind'): string {
  const is = (outcome: string, code: number) =>
    `(vigie_check_outcome{${[selector, `outcome="${outcome}"`].filter(Boolean).join(',')}} == 1) * ${code}`;
  const codes = [is('pass', 0), is('degraded', 1), is('fail', 2), is('error', 3)];
  return `max by (${by}) (${codes.join(' or ')})`;
}

/** The same as it is recorded: for graphs. */
export function recordedOutcome(selector: string): string {
  return `max by (instance, check, kind) (vigie:check_outcome:code{${selector}})`;
}
