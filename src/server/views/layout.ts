/** The frame of every page. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Html, html } from './html.ts';
import type { Tone } from './words.ts';

/** The one style sheet. */
export const STYLE = readFileSync(new URL('./vigie.css', import.meta.url), 'utf8');
/** Its address changes with its content, so that it can be kept for good. */
export const STYLE_PATH = `/assets/${createHash('sha256').update(STYLE).digest('hex').slice(0, 12)}.css`;

export interface Frame {
  readonly title: string;
  /** The worst state on the page: the colour and shape of the icon in the browser's tab. */
  readonly tone: Tone;
  readonly version: string;
  /** The watched deployment is Vigie's own. */
  readonly sandbox: boolean;
  readonly now: Date;
  /** Seconds until the page loads itself again; null for a page that does not change. */
  readonly refresh: number | null;
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
  const { title, tone, version, sandbox, now, refresh } = frame;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${iconOf(tone)}">
<link rel="stylesheet" href="${STYLE_PATH}">
</head>
<body>
<header class="top">
<a class="brand" href="/">Vigie</a>
${sandbox && html`<p class="sandbox"><b>Sandbox.</b> No deployment is configured: what is watched here is a small one that Vigie started for itself. A verdict on this page says nothing about yours.</p>`}
</header>
<main>
${main}
</main>
<footer>
<p>As of <time datetime="${now.toISOString()}">${now.toISOString().slice(0, 19).replace('T', ' ')} UTC</time>${
    refresh === null
      ? '.'
      : html`; loads itself again every ${refresh} s (<a href="?refresh=off">stop that</a>).`
  }</p>
<p><a href="/metrics">metrics</a> · <a href="/api/runs">runs as JSON</a> · Vigie ${version}</p>
</footer>
</body>
</html>
`.toString();
}
