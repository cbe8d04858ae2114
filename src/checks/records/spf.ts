/** What a TXT record has to look like to count as SPF, and what was most likely meant to be one. */

/** True for a TXT record that claims to be SPF (RFC 7208 4.5); receivers ignore all others at the name. */
export function isSpf(text: string): boolean {
  return /^v=spf1( |$)/i.test(text);
}

/** What keeps a text from being an SPF record although it was meant to be one. */
export const SPF_FLAWS = [
  'byte-order-mark',
  'leading-space',
  'odd-space',
  'tab',
  'quotation-mark',
  'backslash',
  'text-before',
  'version',
] as const;
export type SpfFlaw = (typeof SPF_FLAWS)[number];

export interface NearlySpf {
  readonly flaws: readonly SpfFlaw[];
  /** The record without these flaws. */
  readonly meant: string;
}

/** Spaces of typography, which a text processor or a web page put in. */
const ODD_SPACES = /[\u00A0\u2000-\u200A\u202F\u3000]/g;
const BYTE_ORDER_MARK = /^(?:\uFEFF|ï»¿|\u200B)/;

/** What a text was meant to be that receivers do not take for SPF; null for an SPF record, and for every other text. */
export function nearlySpf(text: string): NearlySpf | null {
  if (isSpf(text)) return null;
  const flaws: SpfFlaw[] = [];
  const strip = (flaw: SpfFlaw, from: string, pattern: RegExp, by = '') => {
    const stripped = from.replace(pattern, by);
    if (stripped !== from) flaws.push(flaw);
    return stripped;
  };
  let meant = strip('byte-order-mark', text, BYTE_ORDER_MARK);
  meant = strip('quotation-mark', meant, /["'“”„«»‘’`]/g);
  meant = strip('backslash', meant, /\\+/g);
  meant = strip('tab', meant, /\t/g, ' ');
  meant = strip('odd-space', meant, ODD_SPACES, ' ');
  meant = strip('leading-space', meant, /^\s+/).trimEnd();
  // The line of a zone file, or the label of a form: `TXT v=spf1 …`, `SPF: v=spf1 …`.
  if (!isSpf(meant)) meant = strip('text-before', meant, /^[^=]{1,80}?\s(?=v=spf1 )/i);
  if (!isSpf(meant)) {
    // `v=spf1;`, `v = spf1`, `spf1 …`, `v=spf1mx`: the version is not written as it has to be.
    meant = strip('version', meant, /^(?:v\s*=\s*)?spf\s*1(?![\d.])[\s;:,]*/i, 'v=spf1 ');
  }
  return isSpf(meant) && flaws.length > 0 ? { flaws, meant } : null;
}
