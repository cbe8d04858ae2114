/** Metrics of what Vigie itself notifies. */
import { Exposition, type Family, sample } from './exposition.ts';

/** How notifications went since the start. */
export interface Notifications {
  readonly targets: readonly {
    readonly target: string;
    readonly sent: number;
    /** Attempts. */
    readonly failed: number;
    /** In milliseconds since 1970. */
    readonly lastSentAt: number | null;
    /** From the end of the run that decided to its delivery. */
    readonly lastDelayMs: number | null;
    /** What waits to be sent. */
    readonly pending: number;
  }[];
  /** Null where no heartbeat is configured. */
  readonly heartbeats: { readonly ok: number; readonly failed: number } | null;
}

const TOTAL: Family = {
  name: 'vigie_notifications_total',
  help: 'Notifications to a target: sent, or attempts that failed.',
  type: 'counter',
};
const PENDING: Family = {
  name: 'vigie_notifications_pending',
  help: 'States of checks that a target was not notified of yet.',
  type: 'gauge',
};
const LAST: Family = {
  name: 'vigie_notification_last_sent_timestamp_seconds',
  help: 'When a target was last notified; absent before that.',
  type: 'gauge',
};
const DELAY: Family = {
  name: 'vigie_notification_delay_seconds',
  help: 'From the end of the run that decided to its notification, of the last one; absent before that.',
  type: 'gauge',
};
const HEARTBEATS: Family = {
  name: 'vigie_heartbeats_total',
  help: 'Heartbeats: sent, or failed.',
  type: 'counter',
};

/** The exposition, no line feed at its end; empty where nothing is configured. */
export function notificationsText({ targets, heartbeats }: Notifications): string {
  if (targets.length === 0 && !heartbeats) return '';
  const exposition = new Exposition([TOTAL, PENDING, LAST, DELAY, HEARTBEATS]);
  const add = (family: Family, labels: Readonly<Record<string, string>>, value: number) =>
    exposition.addAll(new Map([[family, sample(family.name, labels, value)]]));
  for (const { target, sent, failed, pending, lastSentAt, lastDelayMs } of targets) {
    add(TOTAL, { target, result: 'sent' }, sent);
    add(TOTAL, { target, result: 'failed' }, failed);
    add(PENDING, { target }, pending);
    if (lastSentAt !== null) add(LAST, { target }, lastSentAt / 1000);
    if (lastDelayMs !== null) add(DELAY, { target }, lastDelayMs / 1000);
  }
  if (heartbeats) {
    add(HEARTBEATS, { result: 'sent' }, heartbeats.ok);
    add(HEARTBEATS, { result: 'failed' }, heartbeats.failed);
  }
  return exposition.text();
}
