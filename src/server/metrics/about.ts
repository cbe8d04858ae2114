/** What is said of checks, for rules and dashboards: titles, groups, severities, labels of the operator's, maintenance. */
import type { CheckStatus } from '../../schedule/scheduler.ts';
import { Exposition, type Family, sample } from './exposition.ts';

const INFO: Family = {
  name: 'vigie_check_info',
  help: 'What is said of the check: title, group, severity, place, and label_NAME for each label of the configuration; always 1.',
  type: 'gauge',
};
const ENABLED: Family = {
  name: 'vigie_check_enabled',
  help: 'Whether the check is run (1) or disabled (0); of a disabled check there is nothing else but its information.',
  type: 'gauge',
};
const MAINTENANCE: Family = {
  name: 'vigie_check_maintenance',
  help: 'Whether the check is in maintenance (1): it runs, and nobody is to be notified.',
  type: 'gauge',
};

/** The exposition, no line feed at its end. */
export function aboutText(checks: readonly CheckStatus[], place: string | null): string {
  const exposition = new Exposition([INFO, ENABLED, MAINTENANCE]);
  for (const { name: check, kind, title, group, severity, labels, enabled, maintenance } of checks) {
    const own = Object.fromEntries(Object.entries(labels).map(([label, value]) => [`label_${label}`, value]));
    const info = {
      check,
      kind,
      title: title ?? check,
      group: group ?? '',
      severity,
      ...(place !== null && { place }),
      ...own,
    };
    const it = { check, kind };
    exposition.addAll(
      new Map([
        [INFO, sample(INFO.name, info, 1)],
        [ENABLED, sample(ENABLED.name, it, enabled ? 1 : 0)],
        ...(enabled ? [[MAINTENANCE, sample(MAINTENANCE.name, it, maintenance ? 1 : 0)] as const] : []),
      ]),
    );
  }
  return exposition.text();
}
