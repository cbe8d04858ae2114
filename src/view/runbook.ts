/** A runbook as a page: it is read on a phone at night, from the link that an alert has. */
import { marked } from 'marked';
import { Html, html } from './html.ts';
import { type PageContext, page } from './layout.ts';

/** @param markdown one of the files that are shipped: it is trusted */
export function runbookPage(markdown: string, context: PageContext): string {
  const title = /^# (.+)$/m.exec(markdown)?.[1] ?? 'Runbook';
  const body = marked
    .parse(markdown, { async: false })
    // What is wider than a phone scrolls on its own, also by keyboard.
    .replaceAll('<table>', '<div class="wide" tabindex="0"><table class="list">')
    .replaceAll('</table>', '</table></div>')
    .replaceAll('<pre>', '<pre tabindex="0">');
  return page(
    { ...context, title: `${title} – Vigie`, tone: 'quiet' },
    html`<article class="runbook" lang="en">${Html.trusted(body)}<p><a href="/runbooks/">Runbooks</a></p></article>`,
  );
}
