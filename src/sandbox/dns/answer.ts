/** What an authoritative name server answers from a table of records (RFC 1034 4.3.2), by dns2's codec. */
import { Packet, type Resource } from 'dns2';
import type { Transport } from './listener.ts';

export type ZoneRecord =
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | { readonly type: 'MX'; readonly priority: number; readonly exchange: string }
  | { readonly type: 'TXT'; readonly strings: readonly string[] }
  | { readonly type: 'PTR' | 'CNAME'; readonly domain: string };

/** Records by name, in lower case without a dot at the end; `servfail` for a name that cannot be resolved. */
export type Zone = Readonly<Record<string, readonly ZoneRecord[] | 'servfail'>>;

export interface Authority {
  readonly zone: Zone;
  /** Names at and below these are answered for, all others refused; `""` is the root: everything. */
  readonly apexes: readonly string[];
}

/** Nothing may be kept: a fault takes effect at once. */
const TTL_S = 0;
/** A datagram without EDNS (RFC 1035 2.3.4), and the largest that is sent with it (DNS flag day 2020). */
const PLAIN_BYTES = 512;
const MAX_BYTES = 1232;
const MAX_ALIASES = 8;
const RCODE = { SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 };

/** One TXT record of one text, cut into strings of at most 250 bytes, as a zone file has it. */
export function txt(text: string): ZoneRecord {
  return { type: 'TXT', strings: text.match(/.{1,250}/gs) ?? [''] };
}

/** The answer to a message; null for what is no question. Cut off (TC) where a datagram does not hold it. */
export function answer(message: Buffer, transport: Transport, authority: Authority): Buffer | null {
  let request: Packet;
  try {
    request = Packet.parse(message);
  } catch {
    return null;
  }
  if (request.header.qr !== 0) return null;
  const response = Packet.createResponseFromRequest(request);
  response.header.ra = 0;
  response.additionals = [];
  const edns = request.additionals.find(({ type }) => type === Packet.TYPE.EDNS);
  if (edns) response.additionals.push(Packet.Resource.EDNS([], { udpPayloadSize: MAX_BYTES }));
  fill(response, request, authority);
  const bytes = response.toBuffer();
  const room = edns ? Math.min(Math.max(edns.class, PLAIN_BYTES), MAX_BYTES) : PLAIN_BYTES;
  if (transport === 'tcp' || bytes.length <= room) return bytes;
  response.header.tc = 1;
  response.answers = [];
  response.authorities = [];
  return response.toBuffer();
}

function fill(response: Packet, request: Packet, { zone, apexes }: Authority): void {
  const { header } = response;
  const [question] = request.questions;
  if (!question || request.questions.length !== 1 || request.header.opcode !== 0) {
    header.rcode = RCODE.NOTIMP;
    return;
  }
  const asked = question.name.toLowerCase().replace(/\.$/, '');
  const apex = apexes.find((top) => top === '' || asked === top || asked.endsWith(`.${top}`));
  if (apex === undefined) {
    header.rcode = RCODE.REFUSED;
    return;
  }
  header.aa = 1;
  let owner = asked;
  for (let aliases = 0; aliases <= MAX_ALIASES; aliases += 1) {
    const records = zone[owner];
    if (records === 'servfail') {
      header.rcode = RCODE.SERVFAIL;
      return;
    }
    const name = owner === asked ? question.name : owner;
    const wanted = (records ?? []).filter(({ type }) => Packet.TYPE[type] === question.type);
    response.answers.push(...wanted.map((record) => resource(name, record)));
    const alias = records?.find(isAlias);
    if (wanted.length > 0) return;
    if (!alias) {
      if (!records && !isAbove(owner, zone)) header.rcode = RCODE.NXDOMAIN;
      response.authorities.push(soa(apex));
      return;
    }
    response.answers.push(resource(name, alias));
    owner = alias.domain.toLowerCase();
    // What is not ours to answer for, the asker asks elsewhere.
    if (!apexes.some((top) => top === '' || owner === top || owner.endsWith(`.${top}`))) return;
  }
}

function isAlias(record: ZoneRecord): record is Extract<ZoneRecord, { type: 'PTR' | 'CNAME' }> {
  return record.type === 'CNAME';
}

/** A name without records that has names below it exists (RFC 8020). */
function isAbove(name: string, zone: Zone): boolean {
  return Object.keys(zone).some((other) => other.endsWith(`.${name}`));
}

function resource(name: string, record: ZoneRecord): Resource {
  const data = record.type === 'TXT' ? { data: [...record.strings] } : record;
  return new Packet.Resource({
    name,
    class: Packet.CLASS.IN,
    ttl: TTL_S,
    ...data,
    type: Packet.TYPE[record.type],
  });
}

/** With negative answers; its minimum says that they may not be kept (RFC 2308 5). */
function soa(apex: string): Resource {
  return new Packet.Resource({
    name: apex,
    class: Packet.CLASS.IN,
    type: Packet.TYPE.SOA,
    ttl: TTL_S,
    primary: `ns.${apex}`,
    admin: `hostmaster.${apex}`,
    serial: 1,
    refresh: 3600,
    retry: 600,
    expiration: 86_400,
    minimum: TTL_S,
  });
}
