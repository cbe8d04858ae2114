/** Changes of state as an Atom feed (RFC 4287). */

import { createHash } from 'node:crypto';
import { printable } from '../base/escape.ts';
import type { Said } from '../checks/sentence.ts';
import type { Period } from '../history/periods.ts';
import { html } from './html.ts';
import type { Words } from './words/index.ts';

/** The beginning of a period, and what the run that showed it said in one line; null where that is not kept any more. */
export interface Change extends Period {
  readonly summary: Said | null;
}

/** The latest first. */
export function atomFeed(changes: readonly Change[], self: string, t: Words): string {
  const updated = changes[0]?.from ?? new Date(0).toISOString();
  return html`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${t.lang}">
<title>${t.feed.title}</title>
<id>${idOf(self)}</id>
<updated>${updated}</updated>
<author><name>Vigie</name></author>
<link rel="self" type="application/atom+xml" href="${self}"/>
<link rel="alternate" type="text/html" href="/status"/>
${changes.map(
  ({ check, working, from, run, summary }) => html`<entry>
<title>${printable((working ? t.feed.works : t.feed.broke)(check))}</title>
<id>${idOf(`${run} ${check}`)}</id>
<updated>${from}</updated>
<link rel="alternate" type="text/html" href="/runs/${run}"/>
<category term="${working ? 'works' : 'broken'}"/>
${summary !== null && html`<summary xml:lang="${summary.language}">${printable(summary.text)}</summary>`}
</entry>
`,
)}</feed>
`.toString();
}

/** The same for the same thing, for ever, wherever Vigie is reached: a UUID of what it is (RFC 9562, version 8). */
function idOf(what: string): string {
  const hex = createHash('sha256').update(`vigie ${what}`).digest('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
