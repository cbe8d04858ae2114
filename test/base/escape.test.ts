import { describe, expect, it } from 'vitest';
import { escapeXml, printable, printableData } from '../../src/base/escape.ts';

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

  it('is escaped for XML', () => {
    expect(escapeXml(`<a b='c' d="e">&`)).toBe('&lt;a b=&apos;c&apos; d=&quot;e&quot;&gt;&amp;');
  });
});
