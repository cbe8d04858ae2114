/** What an alert and a recorded expression are. */

/** `critical` wakes people, `warning` waits until morning, `none` is not for people. */
export type Severity = 'critical' | 'warning' | 'none';

export interface Alert {
  readonly name: string;
  readonly severity: Severity;
  /**
   * It is about the target of a check: quiet in maintenance and where the check's severity is `none`. `check`: as severe as the
   * check is configured; `fixed`: as it says here.
   */
  readonly of?: 'check' | 'fixed';
  readonly expr: string;
  /** Has to hold for so long, in seconds: only where nothing counts runs. */
  readonly forS?: number;
  /** Does not end with a restart of Vigie, or with a scrape that failed. */
  readonly bridges?: boolean;
  readonly summary: string;
  readonly description: string;
  /** The uid of the dashboard to look at. */
  readonly dashboard: string;
  /** Leads to the latest run that failed, or to the latest one of any outcome; absent where there is none. */
  readonly run?: 'fail' | 'degraded' | 'error' | 'any';
  /** It may fire without naming a Vigie. */
  readonly placeless?: boolean;
}

/** A recorded expression, which alerts and dashboards use. */
export interface Recording {
  readonly name: string;
  readonly expr: string;
}
