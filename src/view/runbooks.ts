/** Which runbook says what to do about a finding: that of the alert that fires for it. */
import { isOfOwnBrowsers } from '../checks/alarm.ts';
import type { Finding, Kind } from '../checks/check.ts';

const AUTHENTICATION = /^(?:dkim|spf|dmarc|shape)-/;
/** Kinds whose failures have alerts of their own; the others have that of every check. */
const FAILING: { readonly [K in Kind]?: (id: string) => string } = {
  call: (id) => (/^(?:stream|mute)-/.test(id) ? 'VigieStreamMissing' : 'VigieCallCannotStart'),
  signaling: () => 'VigieSignalingBroken',
  mail: (id) => (AUTHENTICATION.test(id) ? 'VigieMailNotAuthenticated' : 'VigieMailNotDelivered'),
  zone: () => 'VigieZoneRecordWrong',
};

/** The name of its file, without `.md`; null for advice. */
export function runbookOf(kind: Kind, { id, outcome }: Pick<Finding, 'id' | 'outcome'>): string | null {
  if (outcome === 'pass') return null;
  if (outcome === 'error') return isOfOwnBrowsers(id) ? 'VigieBrowsersFailing' : 'VigieCheckErroring';
  if (/^(?:relay-)?certificate-expiring$/.test(id)) return 'VigieCertificateExpiring';
  return outcome === 'degraded' ? 'VigieCheckDegraded' : (FAILING[kind]?.(id) ?? 'VigieCheckFailing');
}
