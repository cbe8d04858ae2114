/** Metrics of a reports check: what receivers report about mail sent as the domains. */
import type { Registry } from 'prom-client';
import { gauge, seconds } from './collector.ts';
import type { Collector } from './face.ts';

/** Anybody can send reports, about any number of domains. */
const MAX_DOMAINS = 200;

export function reportsMetrics(registry: Registry): Collector<'reports'> {
  const messages = gauge(
    registry,
    'vigie_reports_messages',
    'Messages sent as the domain, as receivers reported them for the window of the check, by source (own, known, forwarder, sender, stranger) and DMARC result; the 200 domains with the most.',
    ['check', 'domain', 'source', 'result'],
  );
  const aligned = gauge(
    registry,
    'vigie_reports_mechanism_messages',
    'Of the messages sent as the domain, those that pass the mechanism for it.',
    ['check', 'domain', 'mechanism'],
  );
  const latest = gauge(
    registry,
    'vigie_reports_latest_timestamp_seconds',
    'The end of the latest period that was reported about the domain.',
    ['check', 'domain'],
  );
  const reports = gauge(registry, 'vigie_reports', 'Number of reports in the window of the check.', [
    'check',
  ]);
  const all = [messages, aligned, latest, reports];
  return {
    reset() {
      for (const metric of all) metric.reset();
    },
    add(result, { check }) {
      reports.set({ check }, result.reports);
      for (const each of result.domains.slice(0, MAX_DOMAINS)) {
        const { domain } = each;
        for (const { kind: source, messages: count, pass } of each.byKind) {
          messages.set({ check, domain, source, result: 'pass' }, pass);
          messages.set({ check, domain, source, result: 'fail' }, count - pass);
        }
        aligned.set({ check, domain, mechanism: 'dkim' }, each.dkim);
        aligned.set({ check, domain, mechanism: 'spf' }, each.spf);
        latest.set({ check, domain }, seconds(Date.parse(each.latest)));
      }
    },
  };
}
