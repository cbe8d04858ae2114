/** Text from outside, made safe for where it is shown. HTML has its own home: `view/html.ts`. */

/** What turns the direction of the text that follows (Unicode TR9), so that something else is read than what is there. */
const TURNING = '\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069';
/** Characters that XML 1.0 cannot write, and that a terminal would obey: control characters but tab and line ends. */
const UNPRINTABLE = new RegExp(`(?![\\t\\n\\r])[\\p{Cc}\\uFFFE\\uFFFF${TURNING}]`, 'gu');

/**
 * The text without control characters (tab and line ends stay), without marks that turn its direction, and without
 * halves of surrogate pairs.
 */
export function printable(text: string): string {
  return text.toWellFormed().replace(UNPRINTABLE, '');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** For an attribute or the content of an element in XML. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** Printable, and on one line: what looks like a line of ours has to be one. */
export function oneLine(text: string): string {
  return printable(text).replaceAll(/[\s\u2028\u2029]*[\t\n\r\u2028\u2029][\s\u2028\u2029]*/g, ' ');
}

/** JSON of a value, of which no character is obeyed by a terminal; whoever reads it has the value as it was. */
export function terminalJson(value: unknown, space?: number): string {
  return JSON.stringify(value, null, space).replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Arrays and objects down to here are written member by member: a run's list of domains, messages or participants is among them. */
const PIECED_DEPTH = 4;
/** Of JSON that is written at once. */
const PIECE = 65_536;

/** The text of `terminalJson(value, space)` in pieces, none of which holds the whole of a long list. */
export function* terminalJsonPieces(value: unknown, space = 2): Generator<string> {
  let piece = '';
  for (const part of partsOf(value, space, 0)) {
    piece += part;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

/** Characters of that text, on one line. */
export function jsonLength(value: unknown): number {
  let length = 0;
  for (const part of partsOf(value, 0, 0)) length += part.length;
  return length;
}

function* partsOf(value: unknown, space: number, depth: number): Generator<string> {
  const pad = space > 0 ? `\n${' '.repeat(space * depth)}` : '';
  const inner = space > 0 ? `${pad}${' '.repeat(space)}` : '';
  if (depth >= PIECED_DEPTH || typeof value !== 'object' || value === null) {
    const text = terminalJson(value ?? null, space);
    yield space > 0 ? text.replaceAll('\n', pad) : text;
    return;
  }
  const list = Array.isArray(value);
  const colon = space > 0 ? ': ' : ':';
  const members = list
    ? value.map((item: unknown) => ['', item] as const)
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => [`${terminalJson(key)}${colon}`, item] as const);
  if (members.length === 0) {
    yield list ? '[]' : '{}';
    return;
  }
  for (const [index, [before, item]] of members.entries()) {
    yield `${index === 0 ? (list ? '[' : '{') : ','}${inner}${before}`;
    yield* partsOf(item, space, depth + 1);
  }
  yield `${pad}${list ? ']' : '}'}`;
}

/** A copy of plain data in which every text is printable and on one line: for a terminal. */
export function printableData<Data>(data: Data): Data {
  if (typeof data === 'string') return oneLine(data) as Data;
  if (Array.isArray(data)) return data.map((item: unknown) => printableData(item)) as Data;
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [oneLine(key), printableData(value)]),
  ) as Data;
}
