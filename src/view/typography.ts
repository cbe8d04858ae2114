/** Spaces of French typography, which may not break a line: words are written with plain ones, as on any keyboard. */

const NARROW = '\u202f';
const WIDE = '\u00a0';
/** Elements whose text is data: commands, what a server said. */
const VERBATIM = 'pre|code|samp|kbd|textarea|script|style';
/** Of markup in which every value is escaped, so that `<` and `>` are of tags alone: such an element, a tag, or a text. */
const PARTS = new RegExp(`<(${VERBATIM})\\b[^>]*>[\\s\\S]*?</\\1>|<[^>]*>|[^<]+`, 'g');

/** A page with them before the signs of two parts and within quotation marks; tags and data stay as they are. */
export function withFrenchSpaces(markup: string): string {
  return markup.replace(PARTS, (part) => (part.startsWith('<') ? part : spaced(part)));
}

function spaced(text: string): string {
  if (!text.includes(' ')) return text;
  return text
    .replace(/ (?=[;!?](?:[\s)»]|$))/g, NARROW)
    .replace(/ (?=:(?:\s|$)|»)/g, WIDE)
    .replace(/« /g, `«${WIDE}`);
}
