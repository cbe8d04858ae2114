/** The page for everybody: what works, since when, in words. */

import type { Kind, Run } from '../checks/check.ts';
import { kinds } from '../checks/kinds.ts';
import { works } from '../checks/outcome.ts';
import type { Period } from '../history/periods.ts';
import { staleFor } from '../history/stale.ts';
import { byGroup, notices } from './about.ts';
import { away, sign, span } from './format.ts';
import { type Html, html } from './html.ts';
import { type PageContext, page } from './layout.ts';
import { failsNowAndThen } from './overview.ts';
import {
  type OtherPlace,
  SEEN_TONES,
  type Seen,
  type Service,
  seenOf,
  servicesOf,
  worstOf,
} from './places.ts';
import type { CheckView } from './state.ts';
import { isUnconfirmed } from './tone.ts';
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
  /** What is seen from elsewhere. */
  readonly others: readonly OtherPlace[];
  /** When checks did not work, the latest first. */
  readonly disturbances: readonly Pick<Period, 'check' | 'from' | 'to'>[];
}

export function statusPage(
  { options, checks: all, others, disturbances }: StatusView,
  context: PageContext,
): string {
  const { t, now } = context;
  const title = options.title ?? t.status.title;
  const services = servicesOf(all, others, now);
  const tone = worstOf(services.map((service) => service.tone));
  return page(
    { ...context, title: `${t.status[tone]} – ${title} – Vigie`, tone, entry: 'status' },
    html`${options.title !== undefined && html`<p class="operator">${options.title}</p>`}<h1 class="${tone}">${sign(tone)}${t.status[tone]}</h1>
    ${options.messages.filter((message) => isCurrent(message, now)).map(({ text }) => html`<p class="message">${text}</p>`)}
    ${others.filter(({ reachable }) => !reachable).map(({ place }) => html`<p class="dim">${t.status.unreachable(place)}</p>`)}
    ${byGroup(services).map(
      ([group, its]) =>
        html`${group !== null && html`<h2>${group}</h2>`}<ul class="services">${its.map((each) => service(each, services, context))}</ul>`,
    )}
    <h2>${t.status.disturbances}</h2>
    ${disturbances.length === 0 ? html`<p class="dim">${t.status.noDisturbance}</p>` : html`<ul class="changes">${disturbances.map((period) => disturbance(period, context))}</ul>`}
    <p class="dim">${others.length > 0 && html`${t.status.seenFrom(context.place)} `}${t.status.utc}${options.contact !== undefined && html` ${t.status.contact} ${contactLink(options.contact)}`}</p>`,
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

function service(
  { status, own, others, tone }: Service,
  all: readonly Service[],
  context: PageContext,
): Html {
  const { t, now } = context;
  const say = kinds[status.kind].words[t.lang].service;
  const several = all.filter((other) => other.status.kind === status.kind).length > 1;
  return html`<li class="check ${tone}">
    <h2>${sign(tone)}${status.title ?? html`${say.name}${several && html` <span class="dim">${status.name}</span>`}`}</h2>
    ${own && notices(own.status, now, t)}
    ${others.length > 0 && fromPlaces(status.kind, own, others, context)}
    ${own?.latest ? html`${latestRun(own, own.latest, { t, now }, others.length === 0)}${uptimeBar(own.uptime, t)}${uptimeShares(own.uptime, t)}` : own && html`<p>${t.status.notYet}</p>`}
    ${own && html`<p><a href="/checks/${status.name}">${t.status.details}<span class="hidden"> ${status.title ?? `${say.name} ${status.name}`}</span></a></p>`}
  </li>`;
}

/** From where it works and from where it does not: in a sentence, and place by place. */
function fromPlaces(kind: Kind, own: CheckView | null, others: readonly Seen[], context: PageContext): Html {
  const { t, now, place } = context;
  const ours = own && { ...seenOf(own, now), place: place ?? t.status.here, reachable: true };
  const all: readonly Seen[] = [...(ours ? [ours] : []), ...others];
  return html`<p class="summary">${sentenceOf(kind, all, t)}</p>
    <ul class="places">${all.map(
      ({ place: name, reachable, state, since }) =>
        html`<li class="${SEEN_TONES[state]}">${sign(SEEN_TONES[state])}<span><b>${name}</b>${t.colon} ${
          reachable ? t.status.seen[state] : t.status.notReached
        }${since !== null && html` <span class="dim">${t.status.since(day(since, t))}</span>`}</span></li>`,
    )}</ul>`;
}

function sentenceOf(kind: Kind, all: readonly Seen[], t: Words): string {
  const from = (...states: readonly Seen['state'][]) =>
    all.filter(({ state }) => states.includes(state)).map(({ place }) => place);
  const say = kinds[kind].words[t.lang].service;
  const [failing, slow, well] = [from('failing'), from('degraded'), from('ok')];
  const list = (places: readonly string[]) => new Intl.ListFormat(t.locale).format(places);
  if (failing.length > 0) {
    const works = [...slow, ...well];
    return works.length > 0
      ? t.status.failsFrom(list(failing), list(works))
      : `${say.broken} ${failing.length > 1 ? t.status.fromEverywhere : ''}`.trim();
  }
  if (slow.length > 0) return well.length > 0 ? t.status.slowFrom(list(slow), list(well)) : say.slow;
  return well.length > 0 ? say.works : t.status.cannotTell;
}

/** @param alone no other place says anything of it: the sentence is not above already */
function latestRun(
  check: CheckView,
  run: Run,
  { t, now }: Pick<PageContext, 't' | 'now'>,
  alone: boolean,
): Html {
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
  if (!alone) return checked;
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
