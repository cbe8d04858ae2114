/** Messages as bytes: what dns2 writes, read by us. */
import { Packet, type Resource } from 'dns2';
import { describe, expect, it } from 'vitest';
import type { RecordType } from '../../src/dns/types.ts';
import { decodeReply, encodeQuestion, extract, negativeTtl, referralOf } from '../../src/dns/wire.ts';

const ID = 0xbeef;

/** An answer to a question, as a name server writes it, names compressed. */
function answered(
  question: { name: string; type: RecordType },
  sections: { answers?: object[]; authorities?: object[]; additionals?: object[]; rcode?: number },
): Buffer {
  const packet = Packet.parse(encodeQuestion(ID, { ...question, recursive: true, edns: false }));
  packet.header.qr = 1;
  packet.header.rcode = sections.rcode ?? 0;
  const record = (each: object) => ({ class: Packet.CLASS.IN, ttl: 300, ...each }) as Resource;
  packet.answers = (sections.answers ?? []).map(record);
  packet.authorities = (sections.authorities ?? []).map(record);
  packet.additionals = (sections.additionals ?? []) as Resource[];
  return packet.toBuffer();
}
const read = (message: Buffer, question: { name: string; type: RecordType }) =>
  decodeReply(message, ID, { ...question, recursive: true, edns: false })!;

describe('records', () => {
  it.each<[RecordType, object[], unknown[]]>([
    ['A', [{ address: '192.0.2.1' }, { address: '255.0.0.1' }], ['192.0.2.1', '255.0.0.1']],
    [
      'AAAA',
      ['2001:db8::1', '::', '::1', '2001:db8:0:1::', '1:0:2:0:3:0:4:0', '1:0:0:2:0:0:0:3'].map((address) => ({
        address,
      })),
      ['2001:db8::1', '::', '::1', '2001:db8:0:1::', '1:0:2:0:3:0:4:0', '1:0:0:2::3'],
    ],
    ['NS', [{ ns: 'NS1.a.example' }], ['ns1.a.example']],
    ['PTR', [{ domain: 'host.b.example' }], ['host.b.example']],
    ['MX', [{ priority: 10, exchange: 'mail.a.example' }], [{ priority: 10, exchange: 'mail.a.example' }]],
    ['MX', [{ priority: 0, exchange: '' }], [{ priority: 0, exchange: '' }]],
    [
      'TXT',
      [{ data: ['v=spf1 ', '-all', ''] }, { data: ['é'.repeat(120)] }],
      [['v=spf1 ', '-all', ''], ['é'.repeat(120)]],
    ],
    [
      'TLSA',
      [{ data: Buffer.from('030101abcd', 'hex') }],
      [{ usage: 3, selector: 1, matching: 1, data: 'abcd' }],
    ],
    ['TLSA', [{ data: Buffer.from('0301', 'hex') }], []],
    [
      'SOA',
      [
        {
          primary: 'ns.a.example',
          admin: 'x.a.example',
          serial: 4_000_000_000,
          refresh: 1,
          retry: 2,
          expiration: 3,
          minimum: 60,
        },
      ],
      [{ primary: 'ns.a.example', admin: 'x.a.example', serial: 4_000_000_000, minimum: 60 }],
    ],
  ])('%s %#', (type, given, expected) => {
    const question = { name: 'a.example', type };
    const number = type === 'TLSA' ? 52 : Packet.TYPE[type];
    // Servers write names as they like.
    const answers = given.map((each, index) => ({
      name: index === 0 ? 'a.example' : 'A.Example',
      type: number,
      ...each,
    }));
    const reply = read(answered(question, { answers }), question);
    expect(reply).toMatchObject({ damaged: false, rcode: 0 });
    expect(extract(reply, 'a.example', type)).toEqual({
      records: expected,
      aliases: [],
      ttl: expected.length > 0 ? 300 : null,
    });
  });
});

describe('the sections behind the answers', () => {
  const question = { name: 'a.example', type: 'MX' } as const;
  const soa = {
    name: 'example',
    type: Packet.TYPE.SOA,
    primary: 'ns.example',
    admin: 'x.example',
    serial: 1,
    refresh: 1,
    retry: 1,
    expiration: 1,
    minimum: 60,
  };

  it('how long a name is absent, and where a server points', () => {
    expect(negativeTtl(read(answered(question, { authorities: [soa], rcode: 3 }), question))).toBe(60);
    const servers = [{ name: 'A.example', type: Packet.TYPE.NS, ns: 'ns1.A.example' }];
    const reply = read(answered(question, { authorities: servers }), question);
    expect(referralOf(reply)).toEqual({ zone: 'a.example', servers: ['ns1.a.example'] });
    expect(negativeTtl(reply)).toBeNull();
  });

  it('an rcode of twelve bits', () => {
    const additionals = [Packet.Resource.EDNS([], { udpPayloadSize: 1232 })];
    const message = answered(question, { authorities: [soa], additionals });
    // The upper eight bits are the first byte of what would be the TTL.
    message[message.length - 6] = 1;
    expect(read(message, question).rcode).toBe(16);
  });

  it.each([
    ['an expired signature', '000f00020007', 'dnssec-expired'],
    [
      'what is no signature, behind another option, with a text',
      '000a0002abcd000f00040006' + '6f68',
      'dnssec',
    ],
    ['the first of two that is known', '000f00020000000f00020016', 'unreachable'],
    ['a cause that is not known', '000f00020063', null],
    ['a cause that is cut off', '000f000800070000', null],
    ['an option that is longer than all', '000affff000f00020007', null],
    ['nothing', '', null],
  ])('why a server failed (RFC 8914): %s', (_what, options, because) => {
    const failed = answered(question, { rcode: 2 });
    failed.writeUInt16BE(1, 10);
    const rdata = Buffer.from(options, 'hex');
    // The root, OPT, the size of datagrams, no flags.
    const opt = Buffer.from('00002904d0000000000000', 'hex');
    opt.writeUInt16BE(rdata.length, opt.length - 2);
    expect(read(Buffer.concat([failed, opt, rdata]), question)).toMatchObject({ rcode: 2, because });
  });

  it('damage there says nothing of the answers; damage in an answer does', () => {
    const answers = [{ name: 'a.example', type: Packet.TYPE.MX, priority: 1, exchange: 'mail.a.example' }];
    const message = answered(question, { answers, authorities: [soa] });
    const cut = read(message.subarray(0, message.length - 3), question);
    expect(cut).toMatchObject({ damaged: false, authorities: [] });
    expect(extract(cut, 'a.example', 'MX').records).toHaveLength(1);
    const alone = answered(question, { answers });
    expect(read(alone.subarray(0, alone.length - 3), question)).toMatchObject({ damaged: true });
    const longer = answered(question, { answers });
    // Its length, before 2 bytes of preference, 5 of `mail` and 2 of a pointer.
    longer.writeUInt16BE(8, longer.length - 11);
    expect(read(longer, question)).toMatchObject({ damaged: true });
  });
});
