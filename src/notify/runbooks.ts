/** Which runbook a notification leads to: that of the alert that would fire. */
import { isOfOwnBrowsers } from '../checks/alarm.ts';
import { arrives } from '../checks/call/result.ts';
import type { Run } from '../checks/check.ts';
import { type Condition, isSeenFromHereAlone } from './condition.ts';
import type { OwnFault } from './own-faults.ts';

const OWN: Readonly<Record<OwnFault, string>> = {
  'history-not-writable': 'VigieHistoryNotWritable',
  'evidence-not-writable': 'VigieEvidenceNotWritable',
  'runs-lost': 'VigieRunsLost',
  'runs-skipped': 'VigieRunsSkipped',
  'config-refused': 'VigieConfigRefused',
  'crash-loop': 'VigieCrashLoop',
  'internal-errors': 'VigieInternalErrors',
  'tokens-refused': 'VigieTokensRefused',
};

/** The name of the runbook; null where nothing is wrong. */
export function runbookOf({ key, state, check, run, elsewhere }: Condition): string | null {
  if (!check) return OWN[key.replace(/^vigie:/, '') as OwnFault] ?? null;
  switch (state) {
    case 'failing':
      // The records of a domain are the same everywhere: that alert knows no places of them.
      if (isSeenFromHereAlone(elsewhere) && !['zone', 'reports'].includes(check.kind)) {
        return 'VigieFailingInOnePlace';
      }
      return run ? ofFailure(run) : 'VigieCheckFailing';
    case 'unknown':
      return run?.findings.some(({ id }) => isOfOwnBrowsers(id))
        ? 'VigieBrowsersFailing'
        : 'VigieCheckErroring';
    case 'stale':
      return 'VigieCheckStale';
    case 'intermittent':
      return 'VigieCheckIntermittent';
    case 'degraded':
      return 'VigieCheckDegraded';
    case 'own':
    case 'ok':
      return null;
  }
}

function ofFailure({ kind, call, mail }: Run): string {
  if (call) return call.streams.some(arrives) ? 'VigieStreamMissing' : 'VigieCallCannotStart';
  if (mail) {
    return mail.letters.length > 0 && mail.letters.every(({ delivery }) => delivery !== null)
      ? 'VigieMailNotAuthenticated'
      : 'VigieMailNotDelivered';
  }
  if (kind === 'signaling') return 'VigieSignalingBroken';
  return kind === 'zone' ? 'VigieZoneRecordWrong' : 'VigieCheckFailing';
}
