/** What there is to do about DKIM selectors, as findings. */
import { DAY_MS } from '../../../base/durations.ts';
import type { Found } from '../../check.ts';
import type { Rotation } from './index.ts';
import type { SelectorState } from './result.ts';

/** Signers have to use RSA keys of 1024 bits at least and should use 2048 (RFC 8301 3.2). */
const SHORT_BITS = 2048;

export interface RotationLimits {
  /** A selector that has not signed for so long may go. */
  readonly idleMs: number;
  /** Keys older than this are advised to be replaced; null: none. */
  readonly maxAgeMs: number | null;
}

export function rotationFindings(rotation: Rotation, limits: RotationLimits, now: string): Found<'zone'>[] {
  const { selectors, signing } = rotation;
  const shown = selectors.filter(({ domains }) => domains.published > 0);
  return [
    ...unlisted(rotation),
    ...(shown.length > 1
      ? [
          advice({
            id: 'zone-rotation-running',
            selectors: shown.map(({ selector, role, signedAt }) => ({ selector, role, signedAt })),
          }),
        ]
      : []),
    ...selectors.flatMap((state) => [
      ...(signing ? unused(state, rotation, signing, limits.idleMs, now) : []),
      ...(state.template ? [] : unequal(state, rotation)),
      ...ofKey(state, limits.maxAgeMs, now),
    ]),
  ];
}

const advice = (cause: Found<'zone'>['cause']): Found<'zone'> => ({ cause, outcome: 'pass' });

function unlisted({ selectors, signature }: Rotation): Found<'zone'>[] {
  if (!signature || selectors.some(({ selector }) => selector === signature.selector)) return [];
  const { selector, domain, at } = signature;
  return [{ cause: { id: 'zone-selector-unlisted', selector, domain, signedAt: at }, outcome: 'degraded' }];
}

/** A selector of which another has taken the place. */
function unused(
  state: SelectorState,
  { observedSince }: Rotation,
  signing: string,
  idleMs: number,
  now: string,
): Found<'zone'>[] {
  const { selector, template, signedAt, domains } = state;
  const since = observedSince.get(selector);
  if (selector === signing || domains.published === 0 || since === undefined) return [];
  const idle = Date.parse(now) - Date.parse(since);
  if (idle < idleMs) return [];
  const days = Math.floor(idle / DAY_MS);
  const { published } = domains;
  return [advice({ id: 'zone-selector-unused', selector, template, signing, signedAt, days, published })];
}

/** A selector beside the template's, at some domains only: it is being introduced, or on its way out. */
function unequal(
  { selector, role, domains, without }: SelectorState,
  { seenBefore }: Rotation,
): Found<'zone'>[] {
  const { published, revoked, unusable, unknown } = domains;
  const missing = domains.missing + revoked + unusable;
  if (published === 0 && unknown === 0 && role !== 'signs' && seenBefore.has(selector)) {
    return [advice({ id: 'zone-rotation-finished', selector, revoked, missing: domains.missing + unusable })];
  }
  if (missing === 0 || role === 'replaced') return [];
  const signs = role === 'signs';
  const cause = {
    id: 'zone-rotation-incomplete',
    selector,
    signs,
    published,
    missing,
    domains: without,
  } as const;
  // Mail of those domains fails where it signs already; where nothing is published yet, nothing has begun.
  return [{ cause, outcome: signs ? 'fail' : published === 0 ? 'pass' : 'degraded' }];
}

function ofKey({ selector, algorithm, bits, since }: SelectorState, maxAgeMs: number | null, now: string) {
  const findings: Found<'zone'>[] = [];
  if (algorithm === 'rsa' && bits !== null && bits < SHORT_BITS) {
    findings.push(advice({ id: 'zone-key-short', selector, bits }));
  }
  if (maxAgeMs === null || since === null) return findings;
  const age = Date.parse(now) - Date.parse(since);
  if (age <= maxAgeMs) return findings;
  const [days, most] = [Math.floor(age / DAY_MS), Math.floor(maxAgeMs / DAY_MS)];
  return [...findings, advice({ id: 'zone-key-age', selector, since, days, most })];
}
