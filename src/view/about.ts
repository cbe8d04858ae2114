/** How a check is named on pages, and what is said of it beside its runs: its group, maintenance, that it is disabled. */
import type { Run } from '../checks/check.ts';
import { kinds } from '../checks/kinds.ts';
import type { CheckStatus } from '../schedule/scheduler.ts';
import { badge, clock, noBadge } from './format.ts';
import { type Html, html } from './html.ts';
import type { Words } from './words/index.ts';

/** Its title, or its name where it has none. */
export function titleOf({ title, name }: Pick<CheckStatus, 'title' | 'name'>): string {
  return title ?? name;
}

/** What stands behind the title: the name where that is another, the kind. */
export function subtitle({ title, name, kind }: CheckStatus, t: Words): Html {
  const word = kinds[kind].words[t.lang].kind;
  return html`<span class="dim">${title === null ? word : `${name}, ${word}`}</span>`;
}

/** The outcome of its last run, or why there is none. */
export function stateBadge({ enabled }: CheckStatus, run: Run | null, t: Words): Html {
  if (!enabled) return html`<span class="badge quiet">${t.about.disabled}</span>`;
  return run ? badge(run.outcome, t) : noBadge(t);
}

/** That it is disabled or in maintenance; null where neither. */
export function notices({ enabled, maintenance }: CheckStatus, now: Date, t: Words): Html | null {
  if (!enabled) return html`<p class="dim">${t.about.disabledHow}</p>`;
  if (!maintenance) return null;
  const over = Date.parse(maintenance.until) <= now.getTime();
  const until = html`<time datetime="${maintenance.until}">${clock(maintenance.until, now)}</time>`;
  return html`<p class="notice maintenance"><b>${t.about.maintenance}</b> ${
    over ? t.about.settling : html`${t.about.until} ${until}. ${t.about.quiet}`
  }</p>`;
}

/** Checks by their groups, in the order in which groups appear; those of no group first. */
export function byGroup<View extends { readonly status: Pick<CheckStatus, 'group'> }>(
  checks: readonly View[],
): readonly (readonly [group: string | null, checks: readonly View[]])[] {
  const groups = [...Map.groupBy(checks, ({ status }) => status.group)];
  return [...groups.filter(([group]) => group === null), ...groups.filter(([group]) => group !== null)];
}
