/** What pages load: style sheets and one small script, at addresses that change with their content. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

export interface Asset {
  /** Its address can be kept for good. */
  readonly path: string;
  readonly type: string;
  readonly body: string;
}

const text = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

function asset(body: string, extension: 'css' | 'js'): Asset {
  const digest = createHash('sha256').update(body).digest('hex').slice(0, 12);
  const type = extension === 'css' ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8';
  return { path: `/assets/${digest}.${extension}`, type, body };
}

/** What every page looks like. */
export const STYLE = asset(text('vigie.css'), 'css');
/** What graphs and lanes look like. */
export const DRAWINGS = asset(text('report/report.css'), 'css');
let script: Asset | null = null;
/** Keeps a page up to date. Made when a server first needs it: what only writes reports does not. */
export function liveScript(): Asset {
  script ??= asset(stripTypeScriptTypes(text('page/live.ts')), 'js');
  return script;
}
