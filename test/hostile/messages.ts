/** Messages that cost whoever reads them carelessly minutes or gigabytes. */

const LINE = 'From: <a@one.example>\r\n';
const SIGNATURE =
  'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=one.example; s=s; h=from:to; bh=AAAA; b=BBBB\r\n';
const ends = '\r\nbody\r\n';

/** What stands before the header fields of an honest message, by what it does, of about a given number of bytes. */
export const HOSTILE_HEADERS: Readonly<Record<string, (bytes: number) => string>> = {
  'one field with thousands of folded lines': (bytes) => `X-A: x\r\n${' y\r\n'.repeat(bytes / 4)}`,
  'a signature with thousands of folded lines': (bytes) =>
    `DKIM-Signature: v=1; a=rsa-sha256; d=one.example; s=s;\r\n${' t=1;\r\n'.repeat(bytes / 7)} h=from; bh=AA; b=BB\r\n`,
  'thousands of signatures': (bytes) => SIGNATURE.repeat(bytes / SIGNATURE.length),
  'a signature with thousands of signed fields': (bytes) =>
    `DKIM-Signature: v=1; a=rsa-sha256; d=one.example; s=s; h=from${':x'.repeat(bytes / 2)}; bh=AA; b=BB\r\n`,
  'a signature of semicolons': (bytes) => `DKIM-Signature: v=1${';'.repeat(bytes)}\r\n`,
  'thousands of fields': (bytes) => 'X: y\r\n'.repeat(bytes / 6),
  'a line of blanks': (bytes) => `X-A: ${' '.repeat(bytes)}x\r\n`,
  'From with thousands of authors': (bytes) => `From: ${'<a@b.c>,'.repeat(bytes / 8)}\r\n`,
  'From with thousands of folded lines': (bytes) => `From: a\r\n${' a\r\n'.repeat(bytes / 4)}`,
  'From of brackets': (bytes) => `From: ${'('.repeat(bytes)}\r\n`,
  'From of encoded words': (bytes) => `From: ${'=?utf-8?q?a?= '.repeat(bytes / 14)}\r\n`,
  'Received of open brackets': (bytes) => `Received: from x ${'['.repeat(bytes)} by mx.example\r\n`,
  'Return-Path of brackets': (bytes) => `Return-Path: ${'<'.repeat(bytes)}\r\n`,
  'no colon anywhere': (bytes) => `${'x'.repeat(bytes)}\r\n`,
  'NUL and 8-bit characters': (bytes) => `X-A: ${'\0\xff'.repeat(bytes / 2)}\r\n`,
};

/** Whole messages whose body is what costs. */
export const HOSTILE_BODIES: Readonly<Record<string, (bytes: number) => string>> = {
  blanks: (bytes) => `${LINE}${SIGNATURE}\r\n${' '.repeat(bytes)}x\r\n`,
  'empty lines': (bytes) => `${LINE}${SIGNATURE}\r\n${'\r\n'.repeat(bytes / 2)}x\r\n`,
  'lines of a blank': (bytes) => `${LINE}${SIGNATURE}\r\n${' \r\n'.repeat(bytes / 3)}x\r\n`,
  'parts in parts': (bytes) => {
    const levels = Math.min(2_000, Math.floor(bytes / 60));
    const open = (n: number) => `Content-Type: multipart/report; boundary=b${n}\r\n\r\n--b${n}\r\n`;
    return `${LINE}${Array.from({ length: levels }, (_, n) => open(n)).join('')}${ends}`;
  },
  'thousands of parts': (bytes) =>
    `${LINE}Content-Type: multipart/report; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(bytes / 10)}`,
  'a part with a folded header': (bytes) =>
    `${LINE}Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nX-A: x\r\n${' y\r\n'.repeat(bytes / 4)}${ends}--b--\r\n`,
  'a boundary of blanks': (bytes) =>
    `${LINE}Content-Type: multipart/report;${' '.repeat(Math.min(bytes, 60_000))}boundary=b\r\n\r\n--b${ends}`,
  'a delivery report of thousands of groups': (bytes) =>
    `${LINE}Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n${'Action: failed\r\n\r\n'.repeat(bytes / 18)}--b--\r\n`,
};
