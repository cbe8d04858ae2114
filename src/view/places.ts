/** What is seen from several places: by this Vigie, and by others that watch the same services from elsewhere. */
import { z } from 'zod';
import { KINDS } from '../checks/check.ts';
import { at } from '../checks/schema.ts';
import type { Tone } from './format.ts';
import type { CheckView } from './state.ts';
import { toneOfCheck } from './tone.ts';

/** `unknown`: it could not tell, has not run lately, or a first failure is not confirmed yet; `none`: it has not run. */
export const SEEN_STATES = ['failing', 'degraded', 'ok', 'unknown', 'none'] as const;
export type SeenState = (typeof SEEN_STATES)[number];

const title = z
  .string()
  .min(1)
  .max(80)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u);

/** A check as it is seen from a place: what `GET /api/status` answers of each. */
export const seenCheck = {
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  kind: z.enum(KINDS),
  title: title.nullable(),
  group: title.nullable(),
  state: z
    .enum(SEEN_STATES)
    .describe('`unknown`: it could not tell, has not run lately, or a first failure is not confirmed yet'),
  since: at.nullable().describe('since when it works or does not; null where that is not known'),
  checkedAt: at.nullable().describe('when its last run began'),
};
export type SeenCheck = Readonly<z.output<z.ZodObject<typeof seenCheck>>>;

/** Another place, as its Vigie answered last. */
export interface OtherPlace {
  /** Its name in our configuration. */
  readonly place: string;
  /** False: it does not answer, and the state of each of its checks is `unknown`. */
  readonly reachable: boolean;
  readonly checks: readonly SeenCheck[];
}

const STATES: Readonly<Record<Tone, SeenState>> = {
  good: 'ok',
  warn: 'degraded',
  bad: 'failing',
  unsure: 'unknown',
  quiet: 'none',
};
export const SEEN_TONES: Readonly<Record<SeenState, Tone>> = {
  ok: 'good',
  degraded: 'warn',
  failing: 'bad',
  unknown: 'unsure',
  none: 'quiet',
};

/** What of a check is said to other Vigies, and to everybody. */
export function seenOf(check: CheckView, now: Date): SeenCheck {
  const { name, kind, title: named, group } = check.status;
  const state = STATES[toneOfCheck(check, now)];
  const isKnown = state !== 'unknown' && state !== 'none';
  return {
    name,
    kind,
    title: named,
    group,
    state,
    since: isKnown ? (check.since?.at ?? null) : null,
    checkedAt: check.latest?.startedAt ?? null,
  };
}

export interface Seen {
  readonly place: string;
  readonly reachable: boolean;
  readonly state: SeenState;
  readonly since: string | null;
}

/** A service, with what this Vigie and those in other places see of it. */
export interface Service {
  readonly name: string;
  /** What is said of it: this Vigie's own words, else those of the first other that has it. */
  readonly status: Pick<SeenCheck, 'name' | 'kind' | 'title' | 'group'>;
  /** Null: only others watch it. */
  readonly own: CheckView | null;
  readonly others: readonly Seen[];
  /** The worst that is known of it. */
  readonly tone: Tone;
}

const WORST: readonly Tone[] = ['bad', 'unsure', 'warn', 'quiet', 'good'];
export const worstOf = (tones: readonly Tone[]): Tone =>
  WORST.find((tone) => tones.includes(tone)) ?? 'quiet';

/** Our own checks in their order, each with what others see of a check of that name and kind; then what only others watch. */
export function servicesOf(
  checks: readonly CheckView[],
  others: readonly OtherPlace[],
  now: Date,
): readonly Service[] {
  const enabled = checks.filter(({ status }) => status.enabled);
  const seen = Map.groupBy(
    others.flatMap(({ place, reachable, checks: its }) => its.map((check) => ({ place, reachable, check }))),
    ({ check }) => idOf(check),
  );
  const of = (own: CheckView | null, status: Service['status']): Service => {
    const its = (seen.get(idOf(status)) ?? []).map(({ place, reachable, check: { state, since } }) => ({
      place,
      reachable,
      state,
      since,
    }));
    const tone = worstOf([...(own ? [toneOfCheck(own, now)] : []), ...tonesOf(its, own !== null)]);
    return { name: status.name, status, own, others: its, tone };
  };
  const ours = new Set(enabled.map(({ status }) => idOf(status)));
  const theirs = [...seen].flatMap(([id, [first]]) => (ours.has(id) ? [] : [of(null, first!.check)]));
  return [...enabled.map((check) => of(check, check.status)), ...theirs];
}

const idOf = ({ name, kind }: Pick<SeenCheck, 'name' | 'kind'>): string => `${kind} ${name}`;

/** What is not known elsewhere does not matter as long as somebody knows. */
function tonesOf(seen: readonly Seen[], alsoOurs: boolean): Tone[] {
  const tones = seen.map(({ state }) => SEEN_TONES[state]);
  const known = tones.filter((tone) => tone !== 'unsure' && tone !== 'quiet');
  return known.length > 0 || alsoOurs ? known : tones;
}
