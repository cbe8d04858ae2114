/** A QR code on the terminal: two rows of modules in each line, light on dark as most terminals are. */
import { qrModules } from '../base/qr.ts';

/** The lines of a QR code of this text. */
export function qrLines(text: string): string[] {
  const modules = qrModules(text);
  const lines: string[] = [];
  for (let row = 0; row < modules.length; row += 2) {
    let line = '';
    for (const [column, dark] of modules[row]!.entries()) {
      const [upper, lower] = [!dark, row + 1 < modules.length && !modules[row + 1]![column]!];
      line += upper ? (lower ? '█' : '▀') : lower ? '▄' : ' ';
    }
    lines.push(line);
  }
  return lines;
}
