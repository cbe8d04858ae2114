/** Text from outside, made safe for where it is shown. HTML has its own home: `view/html.ts`. */

/** Characters that XML 1.0 cannot write, and that a terminal would obey: control characters but tab and line ends. */
const UNPRINTABLE = /(?![\t\n\r])[\p{Cc}\uFFFE\uFFFF]/gu;

/** The text without control characters (tab and line ends stay) and without halves of surrogate pairs. */
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

/** A copy of plain data in which every text is printable: for a terminal. */
export function printableData<Data>(data: Data): Data {
  if (typeof data === 'string') return printable(data) as Data;
  if (Array.isArray(data)) return data.map((item: unknown) => printableData(item)) as Data;
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, printableData(value)])) as Data;
}
