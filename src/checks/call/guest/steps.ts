/** What a guest is led through, and what each step came to. */
import type { GuestReport, Reception } from './observe.ts';

/**
 * `arrive`: opens the link. `three`: over the bridge. `two`: B leaves, directly where the deployment allows it. `three-again`: B is
 * back. `return`: the guest leaves and comes back. `mute`, `unmute`: the guest's microphone.
 */
export const GUEST_STEPS = ['arrive', 'three', 'two', 'three-again', 'return', 'mute', 'unmute'] as const;
export type GuestStepId = (typeof GUEST_STEPS)[number];

/** `ok`: both directions work. `partly`: something is missing. `none`: nothing works. `skipped`: the guest did not do it. */
export type GuestResult = 'ok' | 'partly' | 'none' | 'skipped';

export interface GuestStep {
  readonly id: GuestStepId;
  readonly result: GuestResult;
  readonly ms: number;
  /** As it was at the end. */
  readonly receptions: readonly Reception[];
  /** What the guest's client reports of what it receives; null: nothing. */
  readonly report: GuestReport | null;
}

export interface GuestOutcome {
  readonly link: string;
  readonly startedAt: number;
  readonly steps: readonly GuestStep[];
  /** Our own fault, or the deployment's, that ended it; null: neither. */
  readonly stopped: string | null;
}

/** Who is muted sends nothing on purpose: that is no fault. */
const well = ({ state }: Reception): boolean => state === 'ok' || state === 'muted';

/** Whether everybody receives what the guest sends, and something of it. */
export function received(receptions: readonly Reception[]): boolean {
  return receptions.length > 0 && receptions.every(well) && receptions.some(({ state }) => state === 'ok');
}

/** Both directions, as they are. A guest whose client does not report is judged by what arrives from it alone. */
export function resultOf(receptions: readonly Reception[], report: GuestReport | null): GuestResult {
  const there = [...receptions.map(well), ...[report?.hears, report?.sees].filter((one) => one != null)];
  if (receptions.length === 0 || !there.some(Boolean) || !receptions.some(({ state }) => state !== 'none'))
    return 'none';
  return there.every(Boolean) && received(receptions) ? 'ok' : 'partly';
}
