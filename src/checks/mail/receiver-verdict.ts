/**
 * What a receiving server found out about a message, read from the Authentication-Results that it wrote (RFC 8601). Anybody can
 * write such a field: one counts only with the name of that server, and above all that the message had when it came there.
 */
import type { HeaderField } from './header.ts';
import { arrivedAt, type Trusted } from './hop.ts';
import type { ReceiverVerdict } from './result.ts';

/** Longer fields than this are no receiver's. */
const MAX_FIELD = 4_000;
const MAX_FIELDS = 20;

const MECHANISMS = ['dkim', 'spf', 'dmarc', 'arc'] as const;
type Mechanism = (typeof MECHANISMS)[number];

export interface MechanismResult {
  readonly mechanism: string;
  readonly result: string;
  /** Whom it is about: `header.d`, or the domain of `header.i`; null for others. */
  readonly domain: string | null;
}

export interface AuthenticationResults {
  /** Null where the field does not begin with one. */
  readonly authservId: string | null;
  readonly results: readonly MechanismResult[];
}

export interface ReceiverOptions {
  /** The servers whose Received line is trusted. */
  readonly trusted: readonly string[];
  /** The names under which the receiver writes; without them those that are known of its MX. */
  readonly authservIds?: readonly string[] | undefined;
  /** The domain in From: of several signatures, its own counts. */
  readonly domain: string;
}

/** The verdict of the receiver; null where it wrote none that is certainly its own. */
export function receiverVerdict(
  header: readonly HeaderField[],
  { trusted, authservIds, domain }: ReceiverOptions,
): ReceiverVerdict | null {
  const arrived = arrivedAt(header, trusted);
  if (arrived === null) return null;
  const known = authservIds?.map((id) => id.toLowerCase());
  const counts = (id: string | null) => (known ? id !== null && known.includes(id) : recognised(id, arrived));
  const fields = header
    .slice(0, firstOfSender(header, arrived.index))
    .filter(({ name, value }) => name === 'authentication-results' && value.length <= MAX_FIELD)
    .slice(0, MAX_FIELDS)
    .map(({ value }) => readAuthenticationResults(value))
    .filter(({ authservId }) => counts(authservId));
  if (!fields.some(({ results }) => results.length > 0)) return null;
  // A server may write a field for each mechanism. Of two about the same one, the upper was written later.
  const of = (mechanism: Mechanism) => {
    const said = fields
      .map(({ results }) => results.filter((one) => one.mechanism === mechanism))
      .find((results) => results.length > 0);
    return said ? decisive(said, domain) : null;
  };
  const [dkim, spf, dmarc, arc] = MECHANISMS.map(of);
  return { authservId: fields[0]!.authservId, dkim: dkim!, spf: spf!, dmarc: dmarc!, arc: arc! };
}

function recognised(id: string | null, { line, names, receivers }: Trusted): boolean {
  if (id === null) return receivers.some((one) => one.id === null);
  return id === line.by || names.includes(id) || receivers.some((one) => one.id?.test(id) === true);
}

/** Where what the message had when it came begins: the next Received line, the first signature, or the author. */
function firstOfSender(header: readonly HeaderField[], line: number): number {
  const at = header.findIndex(
    ({ name }, index) => index > line && ['received', 'dkim-signature', 'from'].includes(name),
  );
  return at === -1 ? header.length : at;
}

function decisive(results: readonly MechanismResult[], domain: string): string {
  const own = results.filter((one) => one.domain === domain);
  const counted = own.length > 0 ? own : results;
  return (counted.find(({ result }) => result === 'pass') ?? counted[0]!).result;
}

/** Reads the value of one field. What cannot be read is left out. */
export function readAuthenticationResults(value: string): AuthenticationResults {
  const [first = '', ...rest] = partsOf(value);
  // `spf=pass …` at the beginning: the name was left out.
  const named = !/^[\w-]+(?:\s*\/\s*\d+)?\s*=/.test(first);
  const authservId = named ? (/^\S+/.exec(first)?.[0].toLowerCase() ?? null) : null;
  const results = (named ? rest : [first, ...rest]).flatMap(resultOf);
  return { authservId, results };
}

function resultOf(part: string): MechanismResult[] {
  const said = /^([\w-]+)(?:\s*\/\s*\d+)?\s*=\s*([\w-]+)/.exec(part);
  if (!said) return [];
  const domain = /\sheader\.(?:d|i)\s*=\s*(?:[^\s@]*@)?([^\s@]+)/i.exec(part)?.[1]?.toLowerCase() ?? null;
  return [{ mechanism: said[1]!.toLowerCase(), result: said[2]!.toLowerCase(), domain }];
}

/** Splits at semicolons; comments (which nest) and the marks of quoted strings are left out. */
function partsOf(value: string): string[] {
  const parts = [''];
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < value.length; index++) {
    let char = value[index]!;
    const escaped = char === '\\' && (quoted || depth > 0);
    if (escaped) char = value[++index] ?? '';
    if (!escaped && !quoted && char === '(') depth++;
    else if (!escaped && depth > 0 && char === ')') depth--;
    else if (depth > 0) continue;
    else if (!escaped && char === '"') quoted = !quoted;
    else if (!quoted && char === ';') parts.push('');
    else parts.push(parts.pop()! + (quoted && char === ';' ? ',' : char));
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
