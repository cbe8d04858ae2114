/** A small name server for tests: UDP and TCP on one port of the loopback, answering whatever a test wants. */
import { Packet, type Resource } from 'dns2';
import type { Server } from '../../../src/dns/resolver.ts';
import { listenDns } from '../../../src/sandbox/dns/listener.ts';

export interface Asked {
  readonly name: string;
  readonly type: number;
  readonly tcp: boolean;
  readonly recursive: boolean;
  readonly edns: boolean;
  /** The message as it came. */
  readonly message: Buffer;
  /** How many questions came before this one. */
  readonly index: number;
}

/** Messages to send back, in order; none for silence. */
export type Handler = (asked: Asked) => Buffer[] | Promise<Buffer[]>;

export interface TestServer extends AsyncDisposable {
  readonly address: Server;
  readonly asked: Asked[];
}

/** @param at another address of the loopback, and the port that a first server got */
export async function startServer(handler: Handler, at: Partial<Server> = {}): Promise<TestServer> {
  const asked: Asked[] = [];
  const listener = await listenDns({ host: '127.0.0.1', port: 0, ...at }, (message, transport) => {
    const packet = Packet.parse(message);
    const [question] = packet.questions;
    const one: Asked = {
      name: question?.name ?? '',
      type: question?.type ?? 0,
      tcp: transport === 'tcp',
      recursive: packet.header.rd === 1,
      edns: packet.additionals.some(({ type }) => type === Packet.TYPE.EDNS),
      message,
      index: asked.length,
    };
    asked.push(one);
    return handler(one);
  });
  return { address: listener.address, asked, [Symbol.asyncDispose]: () => listener.close() };
}

export interface Said {
  readonly rcode?: number;
  readonly answers?: readonly Partial<Resource>[];
  readonly authorities?: readonly Partial<Resource>[];
  readonly truncated?: boolean;
  readonly authoritative?: boolean;
  /** The AD bit. */
  readonly validated?: boolean;
  /** The RA bit; set unless false. */
  readonly recursive?: boolean;
}

/** An answer to a question, as a message. */
export function reply(
  asked: Asked,
  { rcode = 0, answers = [], authorities = [], ...flags }: Said = {},
): Buffer {
  const request = Packet.parse(asked.message);
  const packet = new Packet();
  packet.header = new Packet.Header({
    id: request.header.id,
    qr: 1,
    rd: request.header.rd,
    ra: flags.recursive === false ? 0 : 1,
    rcode,
    tc: flags.truncated ? 1 : 0,
    aa: flags.authoritative ? 1 : 0,
  });
  packet.questions = request.questions;
  const whole = (record: Partial<Resource>) =>
    new Packet.Resource({ name: asked.name, class: Packet.CLASS.IN, ttl: 300, ...record });
  packet.answers = answers.map(whole);
  packet.authorities = authorities.map(whole);
  const message = packet.toBuffer();
  if (flags.validated) message.writeUInt8(message.readUInt8(3) | 0x20, 3);
  return message;
}

export const { TYPE } = Packet;

export const txt = (...data: string[]): Partial<Resource> => ({ type: TYPE.TXT, data });
/** A text of any length, in strings of at most 200. */
export const longTxt = (text: string): Partial<Resource> => txt(...(text.match(/.{1,200}/g) ?? []));
export const mx = (priority: number, exchange: string): Partial<Resource> => ({
  type: TYPE.MX,
  priority,
  exchange,
});
export const soa = (minimum: number, ttl = 300): Partial<Resource> => ({
  type: TYPE.SOA,
  ttl,
  primary: 'ns.example.org',
  admin: 'admin.example.org',
  serial: 1,
  refresh: 1,
  retry: 1,
  expiration: 1,
  minimum,
});

/** A zone as a table: `name TYPE` to its records. Names without any are NXDOMAIN, without this type NODATA. */
export function zone(table: Readonly<Record<string, readonly Partial<Resource>[]>>): Handler {
  const names = new Set(Object.keys(table).map((key) => key.split(' ')[0]!));
  return (asked) => {
    const name = asked.name.toLowerCase();
    const answers = table[`${name} ${Packet.typeName(asked.type)}`];
    const exists = [...names].some((known) => known === name || known.endsWith(`.${name}`));
    const authorities = answers ? [] : [soa(60)];
    return [
      reply(asked, { answers: answers ?? [], authorities, rcode: exists ? 0 : 3, authoritative: true }),
    ];
  };
}
