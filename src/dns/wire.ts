/** Questions and answers as DNS messages (RFC 1035 4, RFC 6891), and which answer belongs to which question. */
import { Packet } from 'dns2';
import { CLASS_IN, HEADER, Malformed, MessageReader, TYPE_NUMBERS, type WireRecord } from './message.ts';
import { normaliseName } from './name.ts';
import type { DnsCause, RecordData, RecordType, Referral } from './types.ts';

/** Payload that crosses every path unfragmented (DNS flag day 2020). */
const UDP_PAYLOAD = 1232;
/** No name has as many records; a message of 64 KiB has room for five thousand. */
const MAX_RECORDS = 1_000;
/** The longest chain of CNAME records that is followed. */
export const MAX_ALIASES = 8;

export const RCODE = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, BADVERS: 16 };

/** The AD bit, in the fourth byte of a message: in a question it asks for it in the answer (RFC 6840 5.7). */
const AD = 0x20;
const AD_BYTE = 3;
/** Types of which it matters whether they were validated. */
const VALIDATED: ReadonlySet<RecordType> = new Set(['SOA', 'TLSA']);

export interface WireQuestion {
  readonly name: string;
  readonly type: RecordType;
  readonly recursive: boolean;
  /** Without OPT for servers that answer FORMERR to it (RFC 6891 7). */
  readonly edns: boolean;
}

/** A question as bytes. The id is to be random and unguessable (RFC 5452 9.2). */
export function encodeQuestion(id: number, question: WireQuestion): Buffer {
  return plainQuestion(id, question) ?? byLibrary(id, question);
}

/** Bytes after the name, and of an OPT record (RFC 6891 6.1.2). */
const TYPE_AND_CLASS = 4;
const OPT = 11;
const OPT_TYPE = 41;
const LONGEST_NAME = 255;
const LONGEST_LABEL = 63;

/**
 * The question of a name of plain ASCII, written at once: a run over thousands of domains asks a hundred thousand.
 * Null for any other name.
 */
function plainQuestion(id: number, { name, type, recursive, edns }: WireQuestion): Buffer | null {
  if (name === '' || name.length > LONGEST_NAME - 2 || !/^[\w*-]+(?:\.[\w*-]+)*$/.test(name)) return null;
  const end = HEADER + name.length + 2;
  const message = Buffer.alloc(end + TYPE_AND_CLASS + (edns ? OPT : 0));
  message.writeUInt16BE(id, 0);
  if (recursive) message[2] = 1;
  if (recursive && VALIDATED.has(type)) message[AD_BYTE] = AD;
  message[5] = 1;
  message.write(name, HEADER + 1, 'latin1');
  let from = 0;
  while (from <= name.length) {
    const dot = name.indexOf('.', from);
    const to = dot < 0 ? name.length : dot;
    if (to - from > LONGEST_LABEL) return null;
    message[HEADER + from] = to - from;
    from = to + 1;
  }
  message.writeUInt16BE(TYPE_NUMBERS[type], end);
  message[end + 3] = CLASS_IN;
  if (edns) {
    message[11] = 1;
    message.writeUInt16BE(OPT_TYPE, end + TYPE_AND_CLASS + 1);
    message.writeUInt16BE(UDP_PAYLOAD, end + TYPE_AND_CLASS + 3);
  }
  return message;
}

function byLibrary(id: number, question: WireQuestion): Buffer {
  const packet = new Packet();
  packet.header = new Packet.Header({ id, rd: question.recursive ? 1 : 0 });
  packet.questions.push(
    new Packet.Question({ name: question.name, type: TYPE_NUMBERS[question.type], class: CLASS_IN }),
  );
  if (question.edns) packet.additionals.push(Packet.Resource.EDNS([], { udpPayloadSize: UDP_PAYLOAD }));
  const message = packet.toBuffer();
  if (question.recursive && VALIDATED.has(question.type)) {
    message.writeUInt8(message.readUInt8(AD_BYTE) | AD, AD_BYTE);
  }
  return message;
}

/** An answer that belongs to its question. */
export interface Reply {
  readonly rcode: number;
  /** Why the server failed, if it says so. */
  readonly because: DnsCause | null;
  readonly authoritative: boolean;
  readonly recursive: boolean;
  readonly validated: boolean;
  readonly truncated: boolean;
  /** Something in the answer section could not be read: nothing may be concluded from it. */
  readonly damaged: boolean;
  readonly answers: readonly WireRecord[];
  /** Read when they are asked for: most answers do not need them. Empty where they cannot be read. */
  readonly authorities: readonly WireRecord[];
}

/** The id of a message, or null for what is too short to have one. */
export function messageId(message: Buffer): number | null {
  return message.length >= HEADER ? message.readUInt16BE(0) : null;
}

/** Bits of the third and fourth byte of a message: response, authoritative, truncated, recursion available. */
const QR = 0x80;
const AA = 0x04;
const TC = 0x02;
const RA = 0x80;
const OPCODE = 0x78;

/**
 * Reads a message as the answer to a question; null when it is not one: a query, another question's answer,
 * garbage (RFC 5452 9.1). Whoever reads a datagram then waits on, for anyone can send one.
 */
export function decodeReply(message: Buffer, id: number, question: WireQuestion): Reply | null {
  if (messageId(message) !== id) return null;
  const [flags = 0, more = 0] = [message[2], message[3]];
  if ((flags & QR) === 0 || (flags & OPCODE) !== 0) return null;
  const [asked, answered, authoritative, additional] = [4, 6, 8, 10].map((at) => message.readUInt16BE(at));
  if (answered! + authoritative! + additional! > MAX_RECORDS) return null;
  const reader = new MessageReader(message);
  const low = more & 0x0f;
  if (!matches(reader, asked!, question, low)) return null;
  const answers: WireRecord[] = [];
  let damaged = false;
  let rcode = low;
  let because: DnsCause | null = null;
  let behind = 0;
  try {
    for (let index = 0; index < answered!; index++) answers.push(reader.record());
    behind = reader.at;
    const opt = readOpt(reader, authoritative!, additional!);
    rcode += opt?.highRcode ?? 0;
    because = opt ? extendedError(message.subarray(opt.from, opt.to)) : null;
  } catch (cause) {
    if (!(cause instanceof Malformed)) throw cause;
    damaged = answers.length < answered!;
  }
  let authorities: readonly WireRecord[] | null = null;
  return {
    rcode,
    because,
    authoritative: (flags & AA) !== 0,
    recursive: (more & RA) !== 0,
    validated: (more & AD) !== 0,
    truncated: (flags & TC) !== 0,
    damaged,
    answers,
    get authorities() {
      authorities ??= damaged ? [] : readable(reader, behind, authoritative!);
      return authorities;
    },
  };
}

/** Of the OPT record behind that number of records: the upper bits of the rcode (RFC 6891 6.1.3), and where its options are. */
function readOpt(
  reader: MessageReader,
  before: number,
  additional: number,
): { readonly highRcode: number; readonly from: number; readonly to: number } | null {
  for (let index = 0; index < before; index++) reader.skipRecord();
  for (let index = 0; index < additional; index++) {
    const { type, ttlByte, length } = reader.skipRecord();
    if (type === OPT_TYPE) return { highRcode: ttlByte * 16, from: reader.at - length, to: reader.at };
  }
  return null;
}

/** Extended DNS Errors (RFC 8914 2 and 4), as far as they say what is wrong with a name. */
const EXTENDED_ERROR = 15;
const EXTENDED: ReadonlyMap<number, DnsCause> = new Map([
  ...[5, 6, 9, 10, 11, 12].map((code) => [code, 'dnssec'] as const),
  [7, 'dnssec-expired'],
  [8, 'dnssec-early'],
  ...[15, 16, 17, 18].map((code) => [code, 'blocked'] as const),
  ...[22, 23].map((code) => [code, 'unreachable'] as const),
]);

/** The first cause that an OPT record's options (RFC 6891 6.1.2) have; those behind one that is cut off are not read. */
function extendedError(options: Buffer): DnsCause | null {
  for (let at = 0; at + 4 <= options.length; at += 4 + options.readUInt16BE(at + 2)) {
    const length = options.readUInt16BE(at + 2);
    if (options.readUInt16BE(at) !== EXTENDED_ERROR || length < 2 || at + 4 + length > options.length)
      continue;
    const cause = EXTENDED.get(options.readUInt16BE(at + 4));
    if (cause) return cause;
  }
  return null;
}

/** The records from there on, up to the first that cannot be read. */
function readable(reader: MessageReader, from: number, count: number): WireRecord[] {
  const records: WireRecord[] = [];
  reader.at = from;
  try {
    while (records.length < count) records.push(reader.record());
  } catch (cause) {
    if (!(cause instanceof Malformed)) throw cause;
  }
  return records;
}

/** Servers that refuse a message may leave its question out; one that states something about a name may not. */
function matches(reader: MessageReader, asked: number, { name, type }: WireQuestion, rcode: number): boolean {
  if (asked === 0) return rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN;
  try {
    return asked === 1 && reader.repeatsQuestion(name, TYPE_NUMBERS[type]);
  } catch (cause) {
    if (cause instanceof Malformed) return false;
    throw cause;
  }
}

/** What a reply's answer section has about a name. */
export interface Extract<T extends RecordType> {
  readonly records: readonly RecordData[T][];
  readonly aliases: readonly string[];
  /** The lowest TTL of what was used, in seconds; null when nothing was. */
  readonly ttl: number | null;
}

/** The records of a type, at the name or at the end of its chain of aliases; everything else is left out. */
export function extract<T extends RecordType>(reply: Reply, name: string, type: T): Extract<T> {
  const aliases: string[] = [];
  let ttl: number | null = null;
  let owner = name;
  const lower = (seconds: number) => {
    ttl = ttl === null ? seconds : Math.min(ttl, seconds);
  };
  while (type !== 'CNAME' && aliases.length < MAX_ALIASES) {
    const alias = reply.answers.find((record) => isAt(record, owner, TYPE_NUMBERS.CNAME));
    const target = alias ? normaliseName(hostIn(alias)) : null;
    if (!alias || target === null || target === name || aliases.includes(target)) break;
    aliases.push(target);
    lower(alias.ttl);
    owner = target;
  }
  const records: RecordData[T][] = [];
  for (const record of reply.answers) {
    if (!isAt(record, owner, TYPE_NUMBERS[type]) || record.value === null) continue;
    // The value of a record is that of its type, which is the one asked for.
    records.push(record.value as RecordData[T]);
    lower(record.ttl);
  }
  return { records, aliases, ttl };
}

function isAt(record: WireRecord, owner: string, type: number): boolean {
  return record.type === type && record.class === CLASS_IN && record.name.toLowerCase() === owner;
}

/** The name that a record leads to: of an alias, of a name server. */
function hostIn({ value }: WireRecord): string {
  return typeof value === 'string' ? value : '';
}

/** Seconds for which a negative answer may be kept (RFC 2308 5); null without a SOA, then it may not. */
export function negativeTtl(reply: Reply): number | null {
  const soa = reply.authorities.find(({ type }) => type === TYPE_NUMBERS.SOA);
  return soa ? Math.min(soa.ttl, (soa.value as RecordData['SOA']).minimum) : null;
}

/** Where a server points that has no answer of its own, only the name servers of another zone; null where it does not. */
export function referralOf(reply: Reply): Referral | null {
  if (reply.rcode !== RCODE.NOERROR || reply.authoritative || reply.answers.length > 0) return null;
  if (reply.authorities.some(({ type }) => type === TYPE_NUMBERS.SOA)) return null;
  const servers = reply.authorities.filter(({ type }) => type === TYPE_NUMBERS.NS);
  const [first] = servers;
  return first ? { zone: first.name.toLowerCase(), servers: servers.map(hostIn) } : null;
}
