/** STUN messages (RFC 8489, RFC 5389) with what TURN adds to them (RFC 8656), as bytes. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { ProtocolError, type StunFault } from '../reasons.ts';

/** The other side sent something that is not STUN. */
export class NotStun extends ProtocolError {
  constructor(fault: StunFault) {
    super({ kind: 'not-stun', fault });
  }
}

export const METHODS = { binding: 0x001, allocate: 0x003, refresh: 0x004 } as const;
export type Method = keyof typeof METHODS;

export const CLASSES = { request: 0b00, indication: 0b01, success: 0b10, error: 0b11 } as const;
export type MessageClass = keyof typeof CLASSES;

/** Attributes by their registered names (RFC 8489 18.3, RFC 8656 18, RFC 8445 16.1). */
export const ATTRIBUTES = {
  mappedAddress: 0x0001,
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  lifetime: 0x000d,
  realm: 0x0014,
  nonce: 0x0015,
  xorRelayedAddress: 0x0016,
  requestedTransport: 0x0019,
  xorMappedAddress: 0x0020,
  priority: 0x0024,
  software: 0x8022,
  alternateServer: 0x8023,
  fingerprint: 0x8028,
  iceControlled: 0x8029,
} as const;
export type AttributeName = keyof typeof ATTRIBUTES;

const COOKIE = 0x2112a442;
export const HEADER = 20;
const INTEGRITY_BYTES = 20;
const FINGERPRINT_XOR = 0x5354554e;

export interface Attribute {
  readonly type: number;
  readonly value: Buffer;
}

export interface Message {
  readonly method: number;
  readonly class: MessageClass;
  /** 12 bytes. */
  readonly transaction: Buffer;
  readonly attributes: readonly Attribute[];
}

export interface Address {
  readonly address: string;
  readonly port: number;
}

export function newTransaction(): Buffer {
  return randomBytes(12);
}

/** The value of the first attribute of that name. */
export function attribute(message: Message, name: AttributeName): Buffer | undefined {
  return message.attributes.find(({ type }) => type === ATTRIBUTES[name])?.value;
}

/** The same as text. */
export function textAttribute(message: Message, name: AttributeName): string | undefined {
  return attribute(message, name)?.toString('utf8');
}

/** The key of long-term credentials, RFC 8489 9.2.2 (with MD5, as coturn and browsers use it). */
export function longTermKey(username: string, realm: string, password: string): Buffer {
  return createHash('md5').update(`${username}:${realm}:${password}`).digest();
}

/** A message with FINGERPRINT, and with MESSAGE-INTEGRITY where a key is given. */
export function encode(message: Message, key: Buffer | null): Buffer {
  const parts = message.attributes.map(({ type, value }) => encodeAttribute(type, value));
  const body = () => Buffer.concat(parts);
  const header = (length: number): Buffer => {
    const bytes = Buffer.alloc(HEADER);
    bytes.writeUInt16BE(typeOf(message.method, message.class), 0);
    bytes.writeUInt16BE(length, 2);
    bytes.writeUInt32BE(COOKIE, 4);
    message.transaction.copy(bytes, 8);
    return bytes;
  };
  if (key) {
    // The length in the header counts the attribute that is being computed (RFC 8489 14.5).
    const so = body();
    const hmac = createHmac('sha1', key)
      .update(header(so.length + 4 + INTEGRITY_BYTES))
      .update(so)
      .digest();
    parts.push(encodeAttribute(ATTRIBUTES.messageIntegrity, hmac));
  }
  const so = body();
  const whole = Buffer.concat([header(so.length + 8), so]);
  const fingerprint = Buffer.alloc(4);
  fingerprint.writeUInt32BE((crc32(whole) ^ FINGERPRINT_XOR) >>> 0);
  return Buffer.concat([whole, encodeAttribute(ATTRIBUTES.fingerprint, fingerprint)]);
}

/** Reads a whole message. @throws {NotStun} */
export function decode(bytes: Buffer): Message {
  const length = lengthOf(bytes);
  if (length === null || length !== bytes.length) throw new NotStun('short-message');
  const type = bytes.readUInt16BE(0);
  const attributes: Attribute[] = [];
  for (let at = HEADER; at < bytes.length; ) {
    if (at + 4 > bytes.length) throw new NotStun('short-attribute');
    const size = bytes.readUInt16BE(at + 2);
    if (at + 4 + size > bytes.length) throw new NotStun('short-attribute');
    attributes.push({ type: bytes.readUInt16BE(at), value: bytes.subarray(at + 4, at + 4 + size) });
    at += 4 + size + padding(size);
  }
  return {
    // The two bits of the class stand within those of the method (RFC 8489 5).
    method: (type & 0x000f) | ((type & 0x00e0) >> 1) | ((type & 0x3e00) >> 2),
    class: classOf(((type & 0x0010) >> 4) | ((type & 0x0100) >> 7)),
    transaction: bytes.subarray(8, HEADER),
    attributes,
  };
}

/** The length of the message that begins here; null where more bytes are needed to tell. @throws {NotStun} */
export function lengthOf(bytes: Buffer): number | null {
  if (bytes.length > 0 && (bytes[0]! & 0b1100_0000) !== 0) throw new NotStun('foreign');
  if (bytes.length < HEADER) return null;
  const length = bytes.readUInt16BE(2);
  if (bytes.readUInt32BE(4) !== COOKIE || length % 4 !== 0) throw new NotStun('foreign');
  return HEADER + length;
}

/** Whether the MESSAGE-INTEGRITY of these bytes was made with this key; null where there is none. */
export function integrityOk(bytes: Buffer, key: Buffer): boolean | null {
  const at = positionOf(bytes, ATTRIBUTES.messageIntegrity);
  if (at === null || bytes.length < at + 4 + INTEGRITY_BYTES) return null;
  const signed = Buffer.from(bytes.subarray(0, at));
  signed.writeUInt16BE(at - HEADER + 4 + INTEGRITY_BYTES, 2);
  const hmac = createHmac('sha1', key).update(signed).digest();
  return timingSafeEqual(hmac, bytes.subarray(at + 4, at + 4 + INTEGRITY_BYTES));
}

/** Whether the FINGERPRINT of these bytes is right; null where there is none. */
export function fingerprintOk(bytes: Buffer): boolean | null {
  const at = positionOf(bytes, ATTRIBUTES.fingerprint);
  if (at === null || bytes.length < at + 8) return null;
  return bytes.readUInt32BE(at + 4) === (crc32(bytes.subarray(0, at)) ^ FINGERPRINT_XOR) >>> 0;
}

function positionOf(bytes: Buffer, type: number): number | null {
  for (let at = HEADER; at + 4 <= bytes.length; ) {
    if (bytes.readUInt16BE(at) === type) return at;
    const size = bytes.readUInt16BE(at + 2);
    at += 4 + size + padding(size);
  }
  return null;
}

/** Reads XOR-MAPPED-ADDRESS and its like (RFC 8489 14.2); null where it is none. */
export function xorAddress(value: Buffer, transaction: Buffer): Address | null {
  const mask = Buffer.alloc(16);
  mask.writeUInt32BE(COOKIE, 0);
  transaction.copy(mask, 4);
  const bytes = Buffer.from(value);
  for (let at = 4; at < bytes.length; at += 1) bytes[at]! ^= mask[at - 4] ?? 0;
  if (bytes.length >= 4) bytes.writeUInt16BE(bytes.readUInt16BE(2) ^ (COOKIE >>> 16), 2);
  return plainAddress(bytes);
}

/** Reads MAPPED-ADDRESS and its like (RFC 8489 14.1); null where it is none. */
export function plainAddress(value: Buffer): Address | null {
  const family = value[1];
  if (family === 1 && value.length === 8) {
    return { address: [...value.subarray(4)].join('.'), port: value.readUInt16BE(2) };
  }
  if (family === 2 && value.length === 20) {
    const groups = Array.from({ length: 8 }, (_, i) => value.readUInt16BE(4 + 2 * i).toString(16));
    return { address: groups.join(':'), port: value.readUInt16BE(2) };
  }
  return null;
}

/** The code and reason of an error response (RFC 8489 14.8). */
export function errorOf(message: Message): { readonly code: number; readonly reason: string } {
  const value = attribute(message, 'errorCode');
  if (!value || value.length < 4) return { code: 0, reason: 'an error without a code' };
  // coturn ends its reasons as C does.
  const reason = value
    .subarray(4)
    .toString('utf8')
    .replace(/\p{Cc}/gu, '')
    .slice(0, 100);
  return { code: (value[2]! & 0b111) * 100 + value[3]!, reason };
}

function typeOf(method: number, kind: MessageClass): number {
  const bits = CLASSES[kind];
  return (
    (method & 0x000f) |
    ((method & 0x0070) << 1) |
    ((method & 0x0f80) << 2) |
    ((bits & 0b01) << 4) |
    ((bits & 0b10) << 7)
  );
}

function classOf(bits: number): MessageClass {
  return (['request', 'indication', 'success', 'error'] as const)[bits & 0b11]!;
}

function encodeAttribute(type: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + value.length + padding(value.length));
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}

function padding(size: number): number {
  return (4 - (size % 4)) % 4;
}
