/** The alerts and what is recorded for them, as Prometheus's rules. */
import type { Alert, Recording } from './alert.ts';
import { CHECK_ALERTS, GRAPH_RECORDINGS, NOTIFIED, RECORDINGS, SLOW_RECORDINGS } from './alerts.ts';
import type { Links } from './links.ts';
import { OWN_ALERTS } from './own-alerts.ts';

const INSTANCE = '{{ $labels.instance }}';
const CHECK = '{{ $labels.check }}';
/** A restart takes less; an alert that ended and came again with it would be reported twice. */
const BRIDGES = '5m';

export interface AlertRule {
  alert: string;
  expr: string;
  for?: string;
  keep_firing_for?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export interface RecordingRule {
  record: string;
  expr: string;
}

export interface RuleFile {
  groups: { name: string; interval?: string; rules: (AlertRule | RecordingRule)[] }[];
}

/** All rules. In a group they are evaluated one after the other: what is recorded is fresh for its alerts. */
export function buildRules(links: Links): RuleFile {
  const alerts = (its: readonly Alert[]) => its.map((alert) => rule(alert, links));
  return {
    groups: [
      { name: 'vigie-checks', rules: [...RECORDINGS.map(recording), ...alerts(CHECK_ALERTS)] },
      { name: 'vigie', rules: alerts(OWN_ALERTS) },
      { name: 'vigie-graphs', interval: '30s', rules: GRAPH_RECORDINGS.map(recording) },
      { name: 'vigie-slow', interval: '5m', rules: SLOW_RECORDINGS.map(recording) },
    ],
  };
}

function recording({ name, expr }: Recording): RecordingRule {
  return { record: name, expr };
}

/**
 * The runbook where the alert may not name a Vigie: that of any Vigie that answers, and no link at all rather than one that
 * leads nowhere.
 */
function runbookOfAny({ name }: Alert, links: Links): string {
  const fixed = links.runbook(INSTANCE, name);
  if (!fixed.includes(INSTANCE)) return fixed;
  const there = links.runbook('{{ . }}', name);
  const any = `{{ with query "vigie_build_info" }}{{ with . | first | label "instance" }}${there}{{ end }}{{ end }}`;
  return `{{ with $labels.instance }}${there}{{ else }}${any}{{ end }}`;
}

const TITLED =
  '{{ if and $labels.title (ne $labels.title $labels.check) }}{{ $labels.title }} ({{ $labels.check }}){{ else }}{{ $labels.check }}{{ end }}';

/** As severe as the check is configured: alerts that wait until morning at least, those of severity `none` are left out before. */
const asCheck = (severity: string) => `{{ with $labels.severity }}{{ . }}{{ else }}${severity}{{ end }}`;

/** With what is said of the check; without a sample where nobody is to be notified. */
function aboutCheck({ of, expr, severity, description }: Alert) {
  if (of === undefined) return { expr, severity, description };
  return {
    expr: `(${expr}) * on (job, instance, check) group_left (title, group, severity) ${NOTIFIED}`,
    severity: of === 'check' ? asCheck(severity) : severity,
    description: description.replaceAll(CHECK, TITLED),
  };
}

function rule(alert: Alert, links: Links): AlertRule {
  const { expr, severity, description } = aboutCheck(alert);
  const variables = alert.run === undefined ? {} : { instance: INSTANCE, check: CHECK };
  return {
    alert: alert.name,
    expr,
    ...(alert.forS !== undefined && {
      for: alert.forS % 60 === 0 ? `${alert.forS / 60}m` : `${alert.forS}s`,
    }),
    ...(alert.bridges && { keep_firing_for: BRIDGES }),
    labels: { severity },
    annotations: {
      summary: alert.summary,
      description,
      runbook_url: alert.placeless ? runbookOfAny(alert, links) : links.runbook(INSTANCE, alert.name),
      dashboard_url: links.dashboard(alert.dashboard, variables),
      ...(alert.run && {
        run_url: links.run(INSTANCE, CHECK, alert.run === 'any' ? undefined : alert.run),
      }),
    },
  };
}
