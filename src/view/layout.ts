/** The frame of every page. */
import { DRAWINGS, liveScript, STYLE } from './assets.ts';
import type { Tone } from './format.ts';
import { type Html, html } from './html.ts';
import { withFrenchSpaces } from './typography.ts';
import { LANGUAGES, type Words } from './words/index.ts';

/** What every page knows of the service and of who reads it. */
export interface PageContext {
  readonly now: Date;
  readonly version: string;
  /** Where this Vigie runs; null where that is not configured. */
  readonly place: string | null;
  /** The watched deployment is Vigie's own. */
  readonly sandbox: boolean;
  /** Seconds until the page is renewed; null for a page that does not change, or that was asked not to. */
  readonly refresh: number | null;
  /** The reader has stopped pages from renewing themselves. */
  readonly still: boolean;
  readonly t: Words;
}

export interface Frame extends PageContext {
  readonly title: string;
  /** The worst state on the page: the colour and shape of the icon in the browser's tab. */
  readonly tone: Tone;
  /** Which of the two entries it is, if it is one. */
  readonly entry?: 'overview' | 'status';
  /** It shows graphs and lanes. */
  readonly drawings?: boolean;
}

const ICONS: Record<Tone, { colour: string; shape: string }> = {
  good: {
    colour: '#0f766e',
    shape: "<path d='M4 8.5l3 3 5.5-6.5' fill='none' stroke='#fff' stroke-width='2.4'/>",
  },
  warn: { colour: '#a16207', shape: "<path d='M8 3.5v5.5M8 11v2' stroke='#fff' stroke-width='2.4'/>" },
  bad: { colour: '#b4320a', shape: "<path d='M4.5 4.5l7 7m0-7l-7 7' stroke='#fff' stroke-width='2.4'/>" },
  unsure: {
    colour: '#5b4b8a',
    shape: "<path d='M5.5 6a2.5 2.5 0 1 1 3 2.4V10M8 12v1.2' fill='none' stroke='#fff' stroke-width='2'/>",
  },
  quiet: { colour: '#64748b', shape: "<circle cx='8' cy='8' r='3' fill='#fff'/>" },
};

/** The icon of a page in that state, as a `data:` URL. */
export function iconOf(tone: Tone): string {
  const { colour, shape } = ICONS[tone];
  const svg = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><rect width='16' height='16' rx='4' fill='${colour}'/>${shape}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** A whole page around its main part. */
export function page(frame: Frame, main: Html): string {
  const { title, tone, refresh, t, drawings = false } = frame;
  const markup = html`<!doctype html>
<html lang="${t.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${iconOf(tone)}">
<link rel="stylesheet" href="${STYLE.path}">${drawings && html`\n<link rel="stylesheet" href="${DRAWINGS.path}">`}
<link rel="alternate" type="application/atom+xml" title="${t.frame.feed}" href="/feed.atom">
${refresh !== null && html`<noscript><meta http-equiv="refresh" content="${refresh}"></noscript>\n`}<script src="${liveScript().path}" defer></script>
</head>
<body>
<a class="skip" href="#main">${t.frame.skip}</a>
${header(frame)}
<p id="lost" class="notice bad" role="status" hidden>${t.frame.lost}</p>
<p id="announced" class="hidden" role="status"></p>
<main id="main"${refresh !== null && html` data-live="${refresh}"`}>
${main}
</main>
${footer(frame)}
</body>
</html>
`.toString();
  return t.lang === 'fr' ? withFrenchSpaces(markup) : markup;
}

function header({ sandbox, place, entry: current, t }: Frame): Html {
  const entry = (name: 'overview' | 'status', href: string) =>
    html`<a href="${href}"${current === name && html` aria-current="page"`}>${t.frame[name]}</a>`;
  const others = Object.entries(LANGUAGES).filter(([, { lang }]) => lang !== t.lang);
  return html`<header class="top">
<a class="brand" href="/">Vigie</a>${place !== null && html` <span class="dim">${place}</span>`}
<nav class="pages" aria-label="${t.frame.pages}">${entry('overview', '/')} ${entry('status', '/status')}</nav>
<nav class="languages" aria-label="${t.otherLanguages}">${others.map(([language, { lang, name }]) => html`<a href="?lang=${language}" lang="${lang}" hreflang="${lang}">${name}</a>`)}</nav>
${sandbox && html`<p class="sandbox"><b>${t.frame.sandboxTitle}</b> ${t.frame.sandbox}</p>`}
</header>`;
}

function footer({ now, refresh, still, version, t }: Frame): Html {
  const renewal =
    refresh !== null
      ? html`; ${t.frame.reloads(refresh)} (<a href="?refresh=off">${t.frame.stop}</a>).`
      : still
        ? html`; ${t.frame.stopped} (<a href="?">${t.frame.go}</a>).`
        : '.';
  return html`<footer>
<p>${t.frame.asOf} <time datetime="${now.toISOString()}">${now.toISOString().slice(0, 19).replace('T', ' ')} UTC</time>${renewal}</p>
<p><a href="/metrics">${t.frame.metrics}</a> · <a href="/api/runs">${t.frame.runs}</a> · <a href="/api/openapi.json">${t.frame.api}</a> · <a href="/feed.atom">${t.frame.feed}</a> · Vigie ${version}</p>
</footer>`;
}
