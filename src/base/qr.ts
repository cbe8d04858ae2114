/** The modules of a QR code. */
import qrcode from 'qrcode-generator';

/** Modules of quiet around it; ISO/IEC 18004 asks for four, telephones read two. */
const QUIET = 2;

/** Rows of modules, true where it is dark, with the quiet around it (level L: it is read from a screen). */
export function qrModules(text: string): readonly (readonly boolean[])[] {
  const code = qrcode(0, 'L');
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  const within = (at: number) => at >= 0 && at < size;
  const range = Array.from({ length: size + 2 * QUIET }, (_, index) => index - QUIET);
  return range.map((row) => range.map((column) => within(row) && within(column) && code.isDark(row, column)));
}
