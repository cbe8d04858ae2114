/** Runs of the zone check on the mail lab, whose name server and directory can be broken on command. */
import type { Run } from '../../../src/checks/check.ts';
import { runCheck } from '../../../src/checks/run.ts';
import { zoneKind } from '../../../src/checks/zone/index.ts';
import { labResolver } from '../mail/lab.ts';
import { silent } from '../schedule/kinds.ts';

/** Runs the zone check on two of the lab's domains; `changes` replace whole options. */
export async function runZone(changes: Record<string, unknown> = {}): Promise<Run> {
  const options = zoneKind.schema.parse({
    domains: ['adrien.test', 'beatrice.test'],
    template: 'deuxfleurs',
    variables: {
      operator: 'deuxfleurs.test',
      mx: 'email-in.deuxfleurs.test',
      relay: 'out.deuxfleurs.test',
      contact: 'contact@deuxfleurs.test',
    },
    resolver: labResolver,
    ...changes,
  });
  return runCheck(zoneKind, options, {
    name: 'lab',
    signal: new AbortController().signal,
    evidence: null,
    log: silent,
    progress: () => {},
  });
}

/** `mx exact, spf exact …`: the levels of a domain's records that are not exact. */
export function notExact(run: Run, domain: string): Record<string, string> {
  const records = run.zone?.domains.find((one) => one.domain === domain)?.records ?? [];
  return Object.fromEntries(
    records.filter(({ level }) => level !== 'exact').map(({ record, level }) => [record, level]),
  );
}

/** Of all findings that are no advice. */
export function ids({ findings }: Run): string[] {
  return [...new Set(findings.filter(({ outcome }) => outcome !== 'pass').map(({ id }) => id))].sort();
}
