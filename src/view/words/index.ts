/** The languages of the pages, and which of them a request wants. */
import type { FastifyRequest } from 'fastify';
import { en, type RefusalCode, type Words } from './en.ts';
import { fr } from './fr.ts';

export { en, type RefusalCode, type Words };

export const LANGUAGES = { en, fr } satisfies Record<string, Words>;
export type Language = keyof typeof LANGUAGES;

/** Where the reader's choice is remembered. */
export const COOKIE = 'vigie_lang';
const YEAR_S = 31_536_000;

export interface Choice {
  readonly t: Words;
  /** The cookie to set, where the request chose a language by `?lang=`; else null. */
  readonly cookie: string | null;
}

/**
 * `?lang=`, else what was chosen before, else what the browser prefers, else English.
 * @param path under which the service is reached: there the choice is remembered
 */
export function chooseLanguage(
  { query, headers }: Pick<FastifyRequest, 'query' | 'headers'>,
  path = '/',
): Choice {
  const asked = typeof query === 'object' && query !== null && 'lang' in query ? known(query.lang) : null;
  if (asked) {
    return {
      t: LANGUAGES[asked],
      cookie: `${COOKIE}=${asked}; Path=${path}; Max-Age=${YEAR_S}; SameSite=Lax; HttpOnly`,
    };
  }
  const remembered = known(new RegExp(`(?:^|;\\s*)${COOKIE}=([a-z]+)`).exec(headers.cookie ?? '')?.[1]);
  return { t: LANGUAGES[remembered ?? preferred(headers['accept-language'] ?? '')], cookie: null };
}

function known(name: unknown): Language | null {
  return typeof name === 'string' && Object.hasOwn(LANGUAGES, name) ? (name as Language) : null;
}

/** The first language of ours that an `Accept-Language` wants (RFC 9110, 12.5.4). */
function preferred(header: string): Language {
  const wanted = header.split(',').map((part) => {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
    const q = parameters.map((each) => /^\s*q=([\d.]+)\s*$/.exec(each)?.[1]).find((each) => each);
    return { language: known(tag.split('-')[0]), q: q === undefined ? 1 : Number(q) };
  });
  const best = wanted.filter(({ language, q }) => language !== null && q > 0).sort((a, b) => b.q - a.q)[0];
  return best?.language ?? 'en';
}
