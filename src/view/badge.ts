/** The state as a small picture, to be shown on other pages. */

import type { Tone } from './format.ts';
import { html } from './html.ts';

/** White text on each has a contrast of 4.5 at least. */
const COLOURS: Record<Tone, string> = {
  good: '#0f6b64',
  warn: '#8a5a00',
  bad: '#b4320a',
  unsure: '#5b4b8a',
  quiet: '#59636e',
};
const HEIGHT = 20;
/** A character's usual width at 11 px; the text is fitted to what is made of it. */
const CHARACTER = 6.6;
const PADDING = 6;

export function badgeImage(label: string, word: string, tone: Tone): string {
  const [left, right] = [label, word].map((text) => Math.round(text.length * CHARACTER) + 2 * PADDING) as [
    number,
    number,
  ];
  const text = (content: string, from: number, width: number) =>
    html`<text x="${from + PADDING}" y="14" textLength="${width - 2 * PADDING}" lengthAdjust="spacingAndGlyphs">${content}</text>`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="${HEIGHT}" role="img" aria-label="${label}: ${word}">
<title>${label}: ${word}</title>
<rect width="${left + right}" height="${HEIGHT}" rx="3" fill="#3b4249"/>
<path d="M${left} 0h${right - 3}a3 3 0 0 1 3 3v${HEIGHT - 6}a3 3 0 0 1-3 3H${left}z" fill="${COLOURS[tone]}"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">${text(label, 0, left)}${text(word, left, right)}</g>
</svg>
`.toString();
}
