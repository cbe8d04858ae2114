/** Records as they are to be published: a line in BIND syntax, and the fields of a registrar's form. */
import { type Mx, mxText } from './compare-mx.ts';
import type { Publish } from './result.ts';

/** A character-string holds this many bytes (RFC 1035 3.3). */
const MAX_STRING = 255;

/** A TXT record. `zone` null: where the name's zone begins is not known, so the name is absolute. */
export function publishTxt(name: string, zone: string | null, value: string): Publish {
  return {
    zone: zone ?? name,
    name: relative(name, zone),
    type: 'TXT',
    value,
    bind: `${name}. IN TXT ${strings(value)}`,
  };
}

/**
 * One entry for each MX record of a name.
 * @param dotted the host ends with a dot in the form, too: the zone's own name was appended to it before
 */
export function publishMx(
  name: string,
  zone: string | null,
  records: readonly Mx[],
  dotted = false,
): Publish[] {
  return records.map((mx) => ({
    zone: zone ?? name,
    name: relative(name, zone),
    type: 'MX',
    value: dotted && mx.exchange !== '' ? `${mx.exchange}.` : mx.exchange,
    priority: mx.priority,
    bind: `${name}. IN MX ${mxText({ ...mx, exchange: mx.exchange === '' ? '' : `${mx.exchange}.` })}`,
  }));
}

function relative(name: string, zone: string | null): string {
  if (zone === null) return `${name}.`;
  if (name === zone) return '@';
  return name.endsWith(`.${zone}`) ? name.slice(0, -zone.length - 1) : name;
}

/** Quoted, `"` and `\` escaped, and cut into strings of 255 bytes (only ASCII is to be expected). */
function strings(value: string): string {
  const pieces: string[] = [];
  let piece = '';
  for (const character of value) {
    if (Buffer.byteLength(piece + character) > MAX_STRING) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  pieces.push(piece);
  const quoted = pieces.map((part) => `"${part.replace(/["\\]/g, '\\$&')}"`);
  return quoted.length === 1 ? quoted[0]! : `( ${quoted.join(' ')} )`;
}
