/** The page for everybody: what works, since when, in words. */

import type { Run } from '../checks/check.ts';
import { kinds } from '../checks/kinds.ts';
import { works } from '../checks/outcome.ts';
import type { Period } from '../history/periods.ts';
import { staleFor } from '../history/stale.ts';
import { byGroup, notices } from './about.ts';
import { away, OUTCOME_TONES, sign, span, type Tone } from './format.ts';
import { type Html, html } from './html.ts';
import { type PageContext, page } from './layout.ts';
import { failsNowAndThen } from './overview.ts';
import type { CheckView } from './state.ts';
import { uptimeBar, uptimeShares } from './uptime.ts';
import type { Words } from './words/index.ts';

/** What the operator says on it. */
export interface StatusOptions {
  readonly title?: string | undefined;
  /** An e-mail address, or an http or https address. */
  readonly contact?: string | undefined;
  readonly messages: readonly {
    readonly text: string;
    readonly from?: string | undefined;
    readonly until?: string | undefined;
  }[];
  /** Checks that are not for everybody. */
  readonly hide: readonly string[];
}

export const NOTHING_SAID: StatusOptions = { messages: [], hide: [] };

export interface StatusView {
  readonly options: StatusOptions;
  readonly checks: readonly CheckView[];
  /** When checks did not work, the latest first. */
  readonly disturbances: readonly Pick<Period, 'check' | 'from' | 'to'>[];
}

export function statusPage({ options, checks: all, disturbances }: StatusView, context: PageContext): string {
  const { t, now } = context;
  const title = options.title ?? t.status.title;
  const checks = all.filter(({ status }) => status.enabled);
  const tone = statusTone(checks, context.now);
  return page(
    { ...context, title: `${t.status[tone]} – ${title} – Vigie`, tone, entry: 'status' },
    html`${options.title !== undefined && html`<p class="operator">${options.title}</p>`}<h1 class="${tone}">${sign(tone)}${t.status[tone]}</h1>
    ${options.messages.filter((message) => isCurrent(message, now)).map(({ text }) => html`<p class="message">${text}</p>`)}
    ${byGroup(checks).map(
      ([group, its]) =>
        html`${group !== null && html`<h2>${group}</h2>`}<ul class="services">${its.map((check) => service(check, checks, context))}</ul>`,
    )}
    <h2>${t.status.disturbances}</h2>
    ${disturbances.length === 0 ? html`<p class="dim">${t.status.noDisturbance}</p>` : html`<ul class="changes">${disturbances.map((period) => disturbance(period, context))}</ul>`}
    <p class="dim">${t.status.utc}${options.contact !== undefined && html` ${t.status.contact} ${contactLink(options.contact)}`}</p>`,
  );
}

function isCurrent({ from, until }: StatusOptions['messages'][number], now: Date): boolean {
  const at = now.getTime();
  return (from === undefined || Date.parse(from) <= at) && (until === undefined || at < Date.parse(until));
}

function contactLink(contact: string): Html {
  const href = /^https?:/i.test(contact) ? contact : `mailto:${contact}`;
  return html`<a href="${href}" rel="noreferrer noopener">${contact}</a>`;
}

/** A single failed run is no outage yet: the next one confirms it, or does not. */
export function isUnconfirmed({ latest, since }: CheckView): boolean {
  return latest?.outcome === 'fail' && since !== null && since.runs < 2;
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
  if (isUnconfirmed(check)) return 'unsure';
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
  if (isUnconfirmed(check)) {
    return html`<p class="summary">${t.status.unconfirmed}</p>${working && html`<p>${t.status.lastWorked(day(working.startedAt, t))}</p>`}${checked}`;
  }
  const say = kinds[status.kind].words[t.lang].service;
  const sentence = run.outcome === 'pass' ? say.works : works(run.outcome) ? say.slow : say.broken;
  return html`<p class="summary">${sentence}${failsNowAndThen(check) && ` ${t.status.nowAndThen}`}</p>
    ${since && html`<p>${capital(t.status.since(day(since.at, t)))}${since.orEarlier && ` ${t.status.orEarlier}`} <span class="dim">(${span(now.getTime() - Date.parse(since.at), t)})</span></p>`}${checked}`;
}

function disturbance({ check, from, to }: Named, { t }: PageContext): Html {
  const said =
    to === null
      ? t.status.goingOn(day(from, t))
      : t.status.disturbance(day(from, t), span(Date.parse(to) - Date.parse(from), t));
  return html`<li><b>${check}</b> ${said}</li>`;
}

/** A period with the title of its check. */
type Named = Pick<Period, 'check' | 'from' | 'to'>;

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
