/** Questions and answers as DNS messages (RFC 1035 4, RFC 6891), by dns2's codec; dns2 does not match them. */
import { Packet, type Resource } from 'dns2';
import { normaliseName } from './name.ts';
import type { RecordData, RecordType, Referral } from './types.ts';

/** Payload that crosses every path unfragmented (DNS flag day 2020). */
const UDP_PAYLOAD = 1232;
/** No name has as many records; a message of 64 KiB has room for five thousand. */
const MAX_RECORDS = 1_000;
/** The longest chain of CNAME records that is followed. */
export const MAX_ALIASES = 8;

export const RCODE = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, BADVERS: 16 };

/** Of the types that dns2 does not know (RFC 6698 7.1). */
const TLSA = 52;
/** The AD bit, in the fourth byte of a message: in a question it asks for it in the answer (RFC 6840 5.7). */
const AD = 0x20;
const AD_BYTE = 3;
/** Types of which it matters whether they were validated. */
const VALIDATED: ReadonlySet<RecordType> = new Set(['SOA', 'TLSA']);

function numberOf(type: RecordType): number {
  return type === 'TLSA' ? TLSA : Packet.TYPE[type];
}

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

/** Bytes before the name, after it, and of an OPT record (RFC 6891 6.1.2). */
const HEADER = 12;
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
  message.writeUInt16BE(numberOf(type), end);
  message[end + 3] = Packet.CLASS.IN;
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
    new Packet.Question({ name: question.name, type: numberOf(question.type), class: Packet.CLASS.IN }),
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
  readonly authoritative: boolean;
  readonly recursive: boolean;
  readonly validated: boolean;
  readonly truncated: boolean;
  /** Something in the answer section could not be read: nothing may be concluded from it. */
  readonly damaged: boolean;
  readonly answers: readonly Resource[];
  readonly authorities: readonly Resource[];
}

/** The id of a message, or null for what is too short to have one. */
export function messageId(message: Buffer): number | null {
  return message.length >= Packet.HEADER_SIZE ? message.readUInt16BE(0) : null;
}

/**
 * Reads a message as the answer to a question; null when it is not one: a query, another question's answer,
 * garbage (RFC 5452 9.1). Whoever reads a datagram then waits on, for anyone can send one.
 */
export function decodeReply(message: Buffer, id: number, question: WireQuestion): Reply | null {
  if (recordCount(message) > MAX_RECORDS) return null;
  let packet: Packet;
  try {
    packet = Packet.parse(message);
  } catch {
    return null;
  }
  const { header } = packet;
  if (header.id !== id || header.qr !== 1 || header.opcode !== 0) return null;
  if (!repeatsQuestion(packet, question)) return null;
  return {
    rcode: header.rcode,
    authoritative: header.aa === 1,
    recursive: header.ra === 1,
    validated: (message.readUInt8(AD_BYTE) & AD) !== 0,
    truncated: header.tc === 1,
    damaged:
      packet.errors.some((error) => error.section === 'answers' || error.section === 'questions') ||
      packet.answers.length !== header.ancount,
    answers: packet.answers,
    authorities: packet.authorities,
  };
}

/** How many records a message announces. Each may have a name of 255 bytes in two, by compression. */
function recordCount(message: Buffer): number {
  if (message.length < Packet.HEADER_SIZE) return 0;
  return message.readUInt16BE(6) + message.readUInt16BE(8) + message.readUInt16BE(10);
}

/** Servers that refuse a message may leave its question out; one that states something about a name may not. */
function repeatsQuestion(packet: Packet, question: WireQuestion): boolean {
  const { rcode, qdcount } = packet.header;
  if (qdcount === 0) return rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN;
  const [asked] = packet.questions;
  return (
    qdcount === 1 &&
    asked !== undefined &&
    asked.name.toLowerCase() === question.name &&
    asked.type === numberOf(question.type) &&
    asked.class === Packet.CLASS.IN
  );
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
  const inClass = reply.answers.filter((record) => record.class === Packet.CLASS.IN);
  const aliases: string[] = [];
  let ttl: number | null = null;
  let owner = name;
  const lower = (seconds: number) => {
    ttl = ttl === null ? seconds : Math.min(ttl, seconds);
  };
  while (type !== 'CNAME' && aliases.length < MAX_ALIASES) {
    const alias = inClass.find(
      (record) => record.type === Packet.TYPE.CNAME && sameName(record.name, owner) && record.domain,
    );
    const target = alias?.domain === undefined ? null : normaliseName(alias.domain);
    if (!alias || target === null || target === name || aliases.includes(target)) break;
    aliases.push(target);
    lower(alias.ttl);
    owner = target;
  }
  const records: RecordData[T][] = [];
  for (const record of inClass) {
    if (record.type !== numberOf(type) || !sameName(record.name, owner)) continue;
    const data = READERS[type](record);
    if (data === null) continue;
    records.push(data);
    lower(record.ttl);
  }
  return { records, aliases, ttl };
}

/** Seconds for which a negative answer may be kept (RFC 2308 5); null without a SOA, then it may not. */
export function negativeTtl(reply: Reply): number | null {
  const soa = reply.authorities.find((record) => record.type === Packet.TYPE.SOA);
  return soa ? Math.min(soa.ttl, soa.minimum ?? 0) : null;
}

/** Where a server points that has no answer of its own, only the name servers of another zone; null where it does not. */
export function referralOf(reply: Reply): Referral | null {
  if (reply.rcode !== RCODE.NOERROR || reply.authoritative || reply.answers.length > 0) return null;
  if (reply.authorities.some((record) => record.type === Packet.TYPE.SOA)) return null;
  const servers = reply.authorities.filter((record) => record.type === Packet.TYPE.NS);
  const [first] = servers;
  if (!first) return null;
  return {
    zone: rdataName(first.name),
    servers: servers.map((record) => rdataName(record.ns)),
  };
}

function sameName(written: string, normal: string): boolean {
  return written.toLowerCase() === normal;
}

/** A name in rdata; the root stays '' ("no mail here", RFC 7505). */
function rdataName(written: string | undefined): string {
  return (written ?? '').toLowerCase().replace(/\.$/, '');
}

/** Null for rdata that is none of its type. */
const READERS: { [T in RecordType]: (record: Resource) => RecordData[T] | null } = {
  A: (record) => record.address ?? '',
  AAAA: (record) => record.address ?? '',
  CNAME: (record) => rdataName(record.domain),
  NS: (record) => rdataName(record.ns),
  PTR: (record) => rdataName(record.domain),
  MX: (record) => ({ priority: record.priority ?? 0, exchange: rdataName(record.exchange) }),
  TXT: (record) => (Array.isArray(record.data) ? record.data : []),
  SPF: (record) => (Array.isArray(record.data) ? record.data : []),
  TLSA: ({ data }) => {
    // dns2 keeps the bytes of types that it does not know.
    if (!Buffer.isBuffer(data) || data.length < 4) return null;
    const [usage = 0, selector = 0, matching = 0] = data;
    return { usage, selector, matching, data: data.subarray(3).toString('hex') };
  },
  SOA: (record) => ({
    primary: rdataName(record.primary),
    admin: rdataName(record.admin),
    serial: record.serial ?? 0,
    minimum: record.minimum ?? 0,
  }),
};
