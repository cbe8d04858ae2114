/** Records as they are to be published: a line in BIND syntax, and the fields of a registrar's form. */
import { type Mx, mxText } from './compare-mx.ts';
import type { Publish } from './result.ts';

/** A character-string holds this many bytes (RFC 1035 3.3). */
const MAX_STRING = 255;

/** A TXT record at `name`, which ends with `zone`. */
export function publishTxt(name: string, zone: string, value: string): Publish {
  return {
    zone,
    name: relative(name, zone),
    type: 'TXT',
    value,
    bind: `${name}. IN TXT ${strings(value)}`,
  };
}

/** One entry for each MX record at the zone's own name. */
export function publishMx(zone: string, records: readonly Mx[]): Publish[] {
  return records.map((mx) => ({
    zone,
    name: '@',
    type: 'MX',
    value: mx.exchange,
    priority: mx.priority,
    bind: `${zone}. IN MX ${mxText({ ...mx, exchange: mx.exchange === '' ? '' : `${mx.exchange}.` })}`,
  }));
}

function relative(name: string, zone: string): string {
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
