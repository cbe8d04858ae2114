import { describe, expect, it } from 'vitest';
import {
  escapeXml,
  jsonLength,
  oneLine,
  printable,
  printableData,
  terminalJson,
  terminalJsonPieces,
} from '../../src/base/escape.ts';

describe('text from outside', () => {
  it('keeps tabs and line ends, and loses what a terminal would obey', () => {
    expect(printable('a\tb\r\nc\u001b[31md\u0007\u009be\u0000')).toBe('a\tb\r\nc[31mde');
    expect(printable('naïve 😀 \ud800x\uffff')).toBe('naïve 😀 \ufffdx');
  });

  it('is made printable wherever it is in plain data', () => {
    expect(printableData({ a: ['\u001b]0;title\u0007', 1, null], b: { c: true } })).toEqual({
      a: [']0;title', 1, null],
      b: { c: true },
    });
  });

  it('cannot turn the direction in which it is read', () => {
    expect(printable('a\u202Eb\u2066c\u200Fd\u061Ce')).toBe('abcde');
  });

  it('is on one line where a line of ours means something', () => {
    expect(oneLine('broken\r\n\n  PASS  all\u2028is well')).toBe('broken PASS  all is well');
  });

  it('is the same in JSON, of which a terminal obeys nothing', () => {
    const value = { text: 'a\u009b31m\u202eb\u001b]0;title\u0007\u007f' };
    const json = terminalJson(value);
    expect(printable(json)).toBe(json);
    expect(JSON.parse(json)).toEqual(value);
  });

  it('is the same JSON in pieces, of which none is long', () => {
    const item = {
      a: [1, [2, { b: 'x\u009b"\\n' }], []],
      c: null,
      d: undefined,
      e: {},
      f: [undefined, true],
    };
    const values = [
      [],
      {},
      'text',
      null,
      [item, [item, [[item, { more: item }]]]],
      [{ zone: { domains: Array.from({ length: 2_000 }, () => item), none: undefined } }],
    ];
    for (const value of values) {
      const pieces = [...terminalJsonPieces(value)];
      expect(pieces.join('')).toBe(terminalJson(value, 2));
      expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(70_000);
      const line = terminalJson(value);
      expect([...terminalJsonPieces(value, 0)].join('')).toBe(line);
      expect(jsonLength(value)).toBe(line.length);
    }
  });

  it('is escaped for XML', () => {
    expect(escapeXml(`<a b='c' d="e">&`)).toBe('&lt;a b=&apos;c&apos; d=&quot;e&quot;&gt;&amp;');
  });
});
