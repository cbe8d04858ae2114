/** The alerts as Prometheus's rules: one group for each kind and cadence. */
import type { Kind } from '../src/checks/check.ts';
import { ALERTS, type Alert, promDuration, runsOf } from './alerts.ts';
import type { Cadence } from './intervals.ts';
import type { Links } from './links.ts';

const INSTANCE = '{{ $labels.instance }}';

export interface Rule {
  alert: string;
  expr: string;
  for?: string;
  keep_firing_for?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export interface RuleFile {
  groups: { name: string; rules: Rule[] }[];
}

/**
 * How long a value has to hold to mean `runs` runs in a row: longer than `runs - 1` intervals, shorter than
 * `runs`. The middle leaves half an interval for runs that take longer than others.
 */
export function heldMs(runs: number, everyMs: number): number {
  return (runs - 0.5) * everyMs;
}

/** The rules for checks of these cadences. */
export function buildRules(cadences: readonly Cadence[], links: Links): RuleFile {
  const groups = cadences.map((cadence) => {
    const select = cadence.matcher === '' ? '' : `,${cadence.matcher}`;
    const rules = ALERTS.filter(({ kinds }) => kinds?.includes(cadence.kind)).map((alert) =>
      rule(alert, alert.expr(select, cadence), cadence, links),
    );
    return { name: groupName(cadence), rules };
  });
  const whole: Cadence = { kind: 'call', everyMs: 0, matcher: '' };
  const rules = ALERTS.filter(({ kinds }) => !kinds).map((alert) =>
    rule(alert, alert.expr('', whole), null, links),
  );
  return { groups: [...groups, { name: 'vigie', rules }] };
}

function groupName({ kind, everyMs }: { kind: Kind; everyMs: number }): string {
  return `vigie-${kind}-${promDuration(everyMs)}`;
}

/**
 * The runbook where the alert may not say of which Vigie it is: that of any Vigie that answers, and no link at all
 * rather than one that leads nowhere.
 */
function runbookOfAny({ name }: Alert, links: Links): string {
  const fixed = links.runbook(INSTANCE, name);
  if (!fixed.includes(INSTANCE)) return fixed;
  const there = links.runbook('{{ . }}', name);
  const any = `{{ with query "up{job='vigie'} == 1" }}{{ with . | first | label "instance" }}${there}{{ end }}{{ end }}`;
  return `{{ with $labels.instance }}${there}{{ else }}${any}{{ end }}`;
}

function rule(alert: Alert, expr: string, cadence: Cadence | null, links: Links): Rule {
  const runs = cadence && runsOf(alert, cadence.kind);
  const forMs = cadence && runs !== null ? heldMs(runs, cadence.everyMs) : (alert.forS ?? 0) * 1000;
  const instance = INSTANCE;
  const check = '{{ $labels.check }}';
  const ofCheck = cadence !== null || alert.run !== undefined;
  const variables = ofCheck ? { instance, check } : {};
  return {
    alert: alert.name,
    expr,
    ...(forMs > 0 && { for: promDuration(forMs) }),
    ...(alert.bridges && cadence && { keep_firing_for: promDuration(1.5 * cadence.everyMs) }),
    labels: {
      severity: alert.severity,
      // Tells the same rule for checks of other intervals apart.
      ...(cadence && { kind: cadence.kind, every: promDuration(cadence.everyMs) }),
    },
    annotations: {
      summary: alert.summary,
      description: alert.description,
      runbook_url: alert.placeless ? runbookOfAny(alert, links) : links.runbook(instance, alert.name),
      dashboard_url: links.dashboard(alert.dashboard, variables),
      ...(alert.run && {
        run_url: links.run(instance, check, alert.run === 'any' ? undefined : alert.run),
      }),
    },
  };
}
