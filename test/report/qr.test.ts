import { describe, expect, it } from 'vitest';
import { qrLines } from '../../src/report/qr.ts';

/** The modules that the lines draw, dark as true, without the quiet zone. */
function modules(lines: readonly string[]): boolean[][] {
  const rows = lines.flatMap((line) => {
    const cells = Array.from(line);
    return [
      cells.map((cell) => cell === ' ' || cell === '▄'),
      cells.map((cell) => cell === ' ' || cell === '▀'),
    ];
  });
  return rows.slice(2).map((row) => row.slice(2, -2));
}

describe('a QR code on the terminal', () => {
  it('has the three finders in its corners, and a quiet zone around it', () => {
    const lines = qrLines('https://meet.example.org/vigie-0123abcd');
    const size = lines[0]!.length - 4;
    expect((size - 17) % 4).toBe(0);
    expect(lines[0]).toBe('█'.repeat(size + 4));
    const grid = modules(lines);
    const finder = ['1111111', '1000001', '1011101', '1011101', '1011101', '1000001', '1111111'];
    for (const [row, column] of [
      [0, 0],
      [0, size - 7],
      [size - 7, 0],
    ] as const) {
      const seen = grid.slice(row, row + 7).map((line) =>
        line
          .slice(column, column + 7)
          .map(Number)
          .join(''),
      );
      expect(seen).toEqual(finder);
    }
  });

  it('fits a terminal of 80 columns with a long link', () => {
    const lines = qrLines(`https://${'meet.'.repeat(12)}example.org/vigie-0123abcd`);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(60);
  });
});
