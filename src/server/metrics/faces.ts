/** The metrics of each kind: one of the places that a new kind needs. */
import type { Kind } from '../../checks/check.ts';
import { callMetrics } from './call.ts';
import type { MetricsFace } from './face.ts';
import { mailMetrics } from './mail.ts';
import { reportsMetrics } from './reports.ts';
import { signalingMetrics } from './signaling.ts';
import { zoneMetrics } from './zone.ts';

export const metricsFaces: { readonly [K in Kind]: MetricsFace<K> } = {
  call: { parts: ['jicofo', 'videobridge'], collector: callMetrics },
  signaling: { parts: ['prosody', 'web'], collector: signalingMetrics },
  mail: { parts: [], collector: mailMetrics },
  reports: { parts: [], collector: reportsMetrics },
  zone: { parts: [], collector: zoneMetrics },
};
