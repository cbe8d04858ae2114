/** The metrics of each kind: one of the places that a new kind needs. */
import type { Kind } from '../../checks/check.ts';
import { callMetrics } from './call.ts';
import type { MetricsFace } from './face.ts';
import { mailMetrics } from './mail.ts';
import { reportsMetrics } from './reports.ts';
import { signalingMetrics } from './signaling.ts';
import { zoneMetrics } from './zone.ts';

/** A signaling check takes 0.05 s on a deployment that is near, its deadline is half a minute. */
const SIGNALING = [0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30];
/** A message is delivered within a second, or waits in a queue for minutes. */
const MAIL = [0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 45, 60, 90, 120, 300];
/** One domain takes some queries, a thousand a minute. */
const ZONE = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 45, 60, 90, 120];
/** A mailbox is read in a second, a full one takes longer. */
const REPORTS = [0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 45, 60, 90, 120];

export const metricsFaces: { readonly [K in Kind]: MetricsFace<K> } = {
  call: { parts: ['jicofo', 'videobridge'], collector: callMetrics },
  signaling: { parts: ['prosody', 'web'], durationBuckets: SIGNALING, collector: signalingMetrics },
  mail: { parts: [], durationBuckets: MAIL, collector: mailMetrics },
  reports: { parts: [], durationBuckets: REPORTS, collector: reportsMetrics },
  zone: { parts: [], durationBuckets: ZONE, collector: zoneMetrics },
};
