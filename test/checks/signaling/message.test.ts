import { describe, expect, it } from 'vitest';
import {
  ATTRIBUTES,
  attribute,
  decode,
  encode,
  errorOf,
  fingerprintOk,
  integrityOk,
  lengthOf,
  longTermKey,
  METHODS,
  type Message,
  NotStun,
  plainAddress,
  textAttribute,
  xorAddress,
} from '../../../src/checks/signaling/turn/message.ts';

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');
const TRANSACTION = 'b7e7a701bc34d686fa87dfae';

/** RFC 5769 2.1 to 2.3 have this password; 2.4 is in long-term credentials. */
const PASSWORD = Buffer.from('VOkJxbRl1RmTxUk/WvJxBt');
const REQUEST = hex(`000100582112a442${TRANSACTION}
  80220010 5354554e207465737420636c69656e74 00240004 6e0001ff 80290008 932ff9b151263b36
  00060009 6576746a3a68367659202020 00080014 9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2 80280004 e57a3bcf`);
const IPV4 = hex(`0101003c2112a442${TRANSACTION}
  8022000b 7465737420766563746f7220 00200008 0001a147e112a643
  00080014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7 80280004 c07d4c96`);
const IPV6 = hex(`010100482112a442${TRANSACTION}
  8022000b 7465737420766563746f7220 00200014 0002a1470113a9faa5d3f179bc25f4b5bed2b9d9
  00080014 a382954e4be67bf11784c97c8292c275bfe3ed41 80280004 c8fb0b4c`);
const LONG_TERM = hex(`000100602112a44278ad3433c6ad72c029da412e
  00060012 e3839ee38388e383aae38383e382afe382b90000 0015001c 662f2f3439396b39353464364f4c33346f4c39465354767936347341
  0014000b 6578616d706c652e6f726700 00080014 f67024656dd64a3e02b8e0712e85c9a28ca89666`);
const KEY = longTermKey('マトリックス', 'example.org', 'TheMatrIX');

describe('the vectors of RFC 5769', () => {
  it('2.1: a request, its integrity over the bytes as they were sent, its fingerprint', () => {
    const message = decode(REQUEST);
    expect(message).toMatchObject({ method: METHODS.binding, class: 'request' });
    expect(message.transaction.toString('hex')).toBe(TRANSACTION);
    expect(textAttribute(message, 'software')).toBe('STUN test client');
    expect(textAttribute(message, 'username')).toBe('evtj:h6vY');
    expect(integrityOk(REQUEST, PASSWORD)).toBe(true);
    expect(integrityOk(REQUEST, Buffer.from('another'))).toBe(false);
    expect(fingerprintOk(REQUEST)).toBe(true);
  });

  it.each([
    ['2.2', IPV4, '192.0.2.1'],
    ['2.3', IPV6, '2001:db8:1234:5678:11:2233:4455:6677'],
  ])('%s: a response with the address', (_section, bytes, address) => {
    const message = decode(bytes);
    expect(message).toMatchObject({ method: METHODS.binding, class: 'success' });
    expect(xorAddress(attribute(message, 'xorMappedAddress')!, message.transaction)).toEqual({
      address,
      port: 32_853,
    });
    expect(integrityOk(bytes, PASSWORD)).toBe(true);
    expect(fingerprintOk(bytes)).toBe(true);
  });

  it('2.4: long-term credentials, and the same bytes when it is written again', () => {
    const message = decode(LONG_TERM);
    expect(textAttribute(message, 'realm')).toBe('example.org');
    expect(textAttribute(message, 'nonce')).toBe('f//499k954d6OL34oL9FSTvy64sA');
    expect(integrityOk(LONG_TERM, KEY)).toBe(true);
    expect(integrityOk(LONG_TERM, longTermKey('マトリックス', 'example.org', 'other'))).toBe(false);
    const attributes = message.attributes.filter(({ type }) => type !== ATTRIBUTES.messageIntegrity);
    // The vector has no fingerprint, which changes nothing of what comes before but the length.
    const again = encode({ ...message, attributes }, KEY);
    expect(again.subarray(20, LONG_TERM.length)).toEqual(LONG_TERM.subarray(20));
    expect(fingerprintOk(again)).toBe(true);
  });
});

describe('a message', () => {
  const message: Message = {
    method: METHODS.allocate,
    class: 'error',
    transaction: hex(TRANSACTION),
    attributes: [
      { type: ATTRIBUTES.errorCode, value: Buffer.concat([hex('00000401'), Buffer.from('Unauthorized')]) },
      { type: ATTRIBUTES.realm, value: Buffer.from('é') },
    ],
  };

  it('comes back as it was written, in every class and method', () => {
    for (const method of Object.values(METHODS)) {
      for (const kind of ['request', 'indication', 'success', 'error'] as const) {
        const back = decode(encode({ ...message, method, class: kind }, KEY));
        expect(back).toMatchObject({ method, class: kind });
        expect(textAttribute(back, 'realm')).toBe('é');
      }
    }
  });

  it('has an error code and its reason', () => {
    expect(errorOf(message)).toEqual({ code: 401, reason: 'Unauthorized' });
    expect(errorOf({ ...message, attributes: [] }).code).toBe(0);
  });

  it('has the type of an Allocate request as coturn expects it', () => {
    const bytes = encode({ ...message, class: 'request', attributes: [] }, null);
    expect(bytes.subarray(0, 2).toString('hex')).toBe('0003');
    expect(encode({ ...message, class: 'success', attributes: [] }, null).readUInt16BE(0)).toBe(0x0103);
    expect(encode({ ...message, class: 'error', attributes: [] }, null).readUInt16BE(0)).toBe(0x0113);
  });

  it('that was changed on its way has another integrity and fingerprint', () => {
    const bytes = Buffer.from(REQUEST);
    bytes[44] = bytes[44]! ^ 1;
    expect(integrityOk(bytes, PASSWORD)).toBe(false);
    expect(fingerprintOk(bytes)).toBe(false);
  });

  it('without integrity or fingerprint says so', () => {
    const bytes = encode({ ...message, attributes: [] }, null);
    expect(integrityOk(bytes, KEY)).toBeNull();
    expect(fingerprintOk(LONG_TERM)).toBeNull();
  });
});

describe('what is no message', () => {
  it.each([
    ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a TLS record', hex('160303007a020000760303')],
    ['zeros', Buffer.alloc(40)],
    ['a length beyond the end', Buffer.concat([hex('0001ff00'), REQUEST.subarray(4)])],
    [
      'an attribute beyond the end',
      Buffer.concat([REQUEST.subarray(0, 22), hex('ffff'), REQUEST.subarray(24)]),
    ],
    ['a header alone, cut short', REQUEST.subarray(0, 12)],
    ['nothing', Buffer.alloc(0)],
  ])('%s is refused', (_name, bytes) => {
    expect(() => decode(bytes)).toThrow(NotStun);
  });

  it('is refused in a stream as soon as it can be told', () => {
    expect(lengthOf(REQUEST.subarray(0, 10))).toBeNull();
    expect(lengthOf(Buffer.concat([REQUEST, IPV4]))).toBe(REQUEST.length);
    expect(() => lengthOf(Buffer.from('H'))).toThrow(NotStun);
    expect(() => lengthOf(Buffer.from('HTTP/1.1 400 Bad Request'))).toThrow(NotStun);
  });

  it('random bytes never do more than that', () => {
    for (let seed = 1; seed <= 2000; seed += 1) {
      const bytes = Buffer.from(REQUEST);
      for (let n = 0; n < 4; n += 1)
        bytes[(seed * 31 + n * 7919) % bytes.length] = (seed * 131 + n * 17) & 0xff;
      try {
        decode(bytes);
      } catch (cause) {
        expect(cause).toBeInstanceOf(NotStun);
      }
      integrityOk(bytes, KEY);
      fingerprintOk(bytes);
    }
  });

  it('addresses of another length or family are none', () => {
    expect(plainAddress(hex('0001a147e112a6'))).toBeNull();
    expect(plainAddress(hex('0003a147e112a643'))).toBeNull();
    expect(xorAddress(Buffer.alloc(0), hex(TRANSACTION))).toBeNull();
  });
});
