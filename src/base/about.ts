/** What an operator says of a check, beside when it runs and what it looks at. */

/** How bad it is at most that a check fails: `critical` wakes somebody, `warning` waits until morning, `none` is for the pages alone. */
export const SEVERITIES = ['critical', 'warning', 'none'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Begins at each tick of the expression, in UTC, and lasts so long. */
export interface MaintenanceWindow {
  readonly cron: string;
  readonly duration: number;
}

/** How a check is shown, and who is notified of it. */
export interface About {
  /** For people; null: its name. */
  readonly title: string | null;
  /** What it belongs to; null: to nothing. */
  readonly group: string | null;
  readonly severity: Severity;
  readonly labels: Readonly<Record<string, string>>;
  /** Not run, and shown as such. */
  readonly enabled: boolean;
  readonly maintenance: readonly MaintenanceWindow[];
  /** Number of runs that follow a first failure at once. */
  readonly confirm: number;
}

/** Of a check whose configuration says nothing. */
export const PLAIN: About = {
  title: null,
  group: null,
  severity: 'critical',
  labels: {},
  enabled: true,
  maintenance: [],
  confirm: 0,
};

/** What of it everybody may see. */
export type Shown = Pick<About, 'title' | 'group' | 'severity' | 'labels' | 'enabled'>;

export function shownOf({ title, group, severity, labels, enabled }: About): Shown {
  return { title, group, severity, labels, enabled };
}
