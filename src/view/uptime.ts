/** How often a check worked: a bar of ninety days, and shares over windows. */

import type { Outcome } from '../checks/check.ts';
import { decidedRuns } from '../checks/outcome.ts';
import { added, availabilityOf, type Bucket, NO_RUNS } from '../compare/availability.ts';
import type { RateWindow } from '../compare/outcome-log.ts';
import { RATE_WINDOWS } from '../compare/outcome-log.ts';
import type { Tone } from './format.ts';
import { type Html, html } from './html.ts';
import type { Words } from './words/index.ts';

/** Number of days that a bar has, today among them. */
export const BAR_DAYS = 90;

export interface Uptime {
  /** `BAR_DAYS` days, today last. */
  readonly days: readonly Bucket[];
  readonly shares: ReadonlyMap<RateWindow, Readonly<Record<Outcome, number>>>;
}

/** From this share of failing runs on a day is shown as one on which it did not work. */
const MUCH = 0.05;

function toneOfDay(runs: Bucket['runs']): Tone {
  const { degraded, fail, error } = runs;
  const decided = decidedRuns(runs);
  if (decided === 0) return error > 0 ? 'unsure' : 'quiet';
  if (fail / decided >= MUCH) return 'bad';
  return fail > 0 || degraded / decided >= 0.5 ? 'warn' : 'good';
}

/** `99.8 %`: rounded down, so that only what never failed has 100 %. */
export function percentage(share: number, t: Words): string {
  if (share === 1) return '100 %';
  return `${(Math.floor(share * 1000) / 10).toFixed(1).replace('.', t.decimal)} %`;
}

/** The bar, days of one look in a row as one piece; what it shows stands beside it in words. */
export function uptimeBar({ days }: Uptime, t: Words): Html {
  const pieces: { tone: Tone; from: number; to: number }[] = [];
  for (const [index, { runs }] of days.entries()) {
    const tone = toneOfDay(runs);
    const last = pieces.at(-1);
    if (last?.tone === tone) last.to = index;
    else pieces.push({ tone, from: index, to: index });
  }
  const runs = added(days.map((day) => day.runs));
  const share = availabilityOf(runs);
  const { uptime: say } = t;
  const text =
    share === null ? say.none(BAR_DAYS) : say.bar(percentage(share, t), decidedRuns(runs), BAR_DAYS);
  return html`<figure class="uptime"><svg viewBox="0 0 ${days.length} 10" preserveAspectRatio="none" role="img" aria-label="${text}">${pieces.map(
    ({ tone, from, to }) =>
      html`<rect class="${tone}" x="${from}" width="${to - from + 1}" height="10"><title>${titleOf(days.slice(from, to + 1), tone, t)}</title></rect>`,
  )}</svg><figcaption class="dim"><span>${text}</span><span>${say.today}</span></figcaption></figure>`;
}

function titleOf(days: readonly Bucket[], tone: Tone, t: Words): string {
  const [first, last] = [days[0]!.from.slice(0, 10), days.at(-1)!.from.slice(0, 10)];
  const when = first === last ? first : t.uptime.fromTo(first, last);
  const runs = added(days.map((day) => day.runs));
  const unknown = tone === 'quiet' || tone === 'unsure';
  const said = unknown ? t.uptime.unknown : t.uptime.failed(runs.fail, decidedRuns(runs));
  return `${when}${t.colon} ${said}`;
}

/** Shares over the last hour, day, week and month; nothing of windows without a run. */
export function uptimeShares({ shares }: Uptime, t: Words): Html | null {
  const known = RATE_WINDOWS.flatMap(({ name }) => {
    const counts = shares.get(name) ?? NO_RUNS;
    const share = availabilityOf(counts);
    return share === null ? [] : [{ name, share, runs: decidedRuns(counts) }];
  });
  if (known.length === 0) return null;
  return html`<dl class="shares" aria-label="${t.uptime.shares}">${known.map(
    ({ name, share, runs }) =>
      html`<div title="${t.count.run(runs)}"><dt>${t.uptime.windows[name]}</dt><dd>${percentage(share, t)}</dd></div>`,
  )}</dl>`;
}
