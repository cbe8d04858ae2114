/** The page for everybody: what works, since when, in words. */

import type { Run } from '../checks/check.ts';
import { kinds } from '../checks/kinds.ts';
import { works } from '../checks/outcome.ts';
import type { Period } from '../history/periods.ts';
import { staleFor } from '../history/stale.ts';
import { notices } from './about.ts';
import { away, OUTCOME_TONES, sign, span, type Tone } from './format.ts';
import { type Html, html } from './html.ts';
import { type PageContext, page } from './layout.ts';
import { failsNowAndThen } from './overview.ts';
import type { CheckView } from './state.ts';
import { uptimeBar, uptimeShares } from './uptime.ts';
import type { Words } from './words/index.ts';

export interface StatusView {
  readonly checks: readonly CheckView[];
  /** When checks did not work, the latest first. */
  readonly disturbances: readonly Period[];
}

export function statusPage({ checks: all, disturbances }: StatusView, context: PageContext): string {
  const { t } = context;
  const checks = all.filter(({ status }) => status.enabled);
  const tone = statusTone(checks, context.now);
  return page(
    { ...context, title: `${t.status[tone]} – ${t.status.title} – Vigie`, tone, place: 'status' },
    html`<h1 class="${tone}">${sign(tone)}${t.status[tone]}</h1>
    <ul class="services">${checks.map((check) => service(check, checks, context))}</ul>
    <h2>${t.status.disturbances}</h2>
    ${disturbances.length === 0 ? html`<p class="dim">${t.status.noDisturbance}</p>` : html`<ul class="changes">${disturbances.map((period) => disturbance(period, context))}</ul>`}
    <p class="dim">${t.status.utc}</p>`,
  );
}

const WORST: readonly Tone[] = ['bad', 'unsure', 'warn', 'quiet', 'good'];

/** The worst of all checks. */
export function statusTone(checks: readonly CheckView[], now: Date): Tone {
  const tones = checks.filter(({ status }) => status.enabled).map((check) => toneOfCheck(check, now));
  return WORST.find((tone) => tones.includes(tone)) ?? 'quiet';
}

/** What may be said of a check now: what was seen too long ago is not known. */
export function toneOfCheck(check: CheckView, now: Date): Tone {
  const run = check.latest;
  if (!run) return 'quiet';
  if (staleFor(run, check.status.intervalMs, now) !== null) return 'unsure';
  return failsNowAndThen(check) ? 'warn' : OUTCOME_TONES[run.outcome];
}

function service(check: CheckView, all: readonly CheckView[], { t, now }: PageContext): Html {
  const { status, latest } = check;
  const say = kinds[status.kind].words[t.lang].service;
  const several = all.filter((other) => other.status.kind === status.kind).length > 1;
  const tone = toneOfCheck(check, now);
  return html`<li class="check ${tone}">
    <h2>${sign(tone)}${status.title ?? html`${say.name}${several && html` <span class="dim">${status.name}</span>`}`}</h2>
    ${notices(status, now, t)}
    ${latest ? html`${latestRun(check, latest, { t, now })}${uptimeBar(check.uptime, t)}${uptimeShares(check.uptime, t)}` : html`<p>${t.status.notYet}</p>`}
    <p><a href="/checks/${status.name}">${t.status.details}<span class="hidden"> ${status.title ?? `${say.name} ${status.name}`}</span></a></p>
  </li>`;
}

function latestRun(check: CheckView, run: Run, { t, now }: Pick<PageContext, 't' | 'now'>): Html {
  const { since, working, status } = check;
  const stale = staleFor(run, status.intervalMs, now);
  if (stale !== null) return html`<p class="summary">${t.status.stale(span(stale, t))}</p>`;
  const checked = html`<p class="dim">${t.status.checked(away(run.startedAt, now, t))}</p>`;
  if (run.outcome === 'error') {
    return html`<p class="summary">${t.status.cannotTell}</p>${working && html`<p>${t.status.lastWorked(day(working.startedAt, t))}</p>`}${checked}`;
  }
  const say = kinds[status.kind].words[t.lang].service;
  const sentence = run.outcome === 'pass' ? say.works : works(run.outcome) ? say.slow : say.broken;
  return html`<p class="summary">${sentence}${failsNowAndThen(check) && ` ${t.status.nowAndThen}`}</p>
    ${since && html`<p>${capital(t.status.since(day(since.at, t)))}${since.orEarlier && ` ${t.status.orEarlier}`} <span class="dim">(${span(now.getTime() - Date.parse(since.at), t)})</span></p>`}${checked}`;
}

function disturbance({ check, from, to }: Period, { t }: PageContext): Html {
  const said =
    to === null
      ? t.status.goingOn(day(from, t))
      : t.status.disturbance(day(from, t), span(Date.parse(to) - Date.parse(from), t));
  return html`<li><b>${check}</b> ${said}</li>`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const formatters = new Map<string, Intl.DateTimeFormat>();

/** `22 Nov 2026, 15:00`, in UTC. */
function day(iso: string, { locale }: Words): string {
  let formatter = formatters.get(locale);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(locale, {
      dateStyle: 'medium',
      timeStyle: 'short',
      timeZone: 'UTC',
    });
    formatters.set(locale, formatter);
  }
  return formatter.format(new Date(iso));
}
