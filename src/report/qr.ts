/** A QR code on the terminal: two rows of modules in each line, light on dark as most terminals are. */
import qrcode from 'qrcode-generator';

/** Modules of quiet around it; ISO/IEC 18004 asks for four, telephones read two. */
const QUIET = 2;

/** The lines of a QR code of this text (level L: it is read from a screen). */
export function qrLines(text: string): string[] {
  const code = qrcode(0, 'L');
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  const light = (row: number, column: number): boolean =>
    row < 0 || column < 0 || row >= size || column >= size || !code.isDark(row, column);
  const lines: string[] = [];
  for (let row = -QUIET; row < size + QUIET; row += 2) {
    let line = '';
    for (let column = -QUIET; column < size + QUIET; column++) {
      const [upper, lower] = [light(row, column), row + 1 < size + QUIET && light(row + 1, column)];
      line += upper ? (lower ? '█' : '▀') : lower ? '▄' : ' ';
    }
    lines.push(line);
  }
  return lines;
}
