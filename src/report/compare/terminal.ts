/** A comparison for a person at a terminal: the verdict, the lines that tell most, then all. */
import { printableData } from '../../base/escape.ts';
import { type Line, VERDICTS, type Verdict } from '../../compare/compare.ts';
import { telling } from '../../compare/telling.ts';
import {
  type Compared,
  headline,
  isQuiet,
  moreWords,
  pWords,
  remarks,
  side,
  sideWords,
  sureness,
  VERDICT_WORDS,
  versionWords,
} from '../../compare/words.ts';
import { type Paint, painter, type Style } from '../paint.ts';

const STYLES: Record<Verdict, Style> = {
  regression: 'red',
  'too few runs': 'magenta',
  improvement: 'green',
  'no change shown': 'dim',
};

export function reportComparison(read: Compared, color: boolean): string {
  // Recordings may be anybody's.
  const compared = printableData(read);
  const paint = painter(color);
  const { comparison } = compared;
  const { verdict, complete, lines } = comparison;
  const versions = versionWords(compared);
  const shown = telling(comparison);
  const first = `${paint(STYLES[verdict], paint('bold', VERDICT_WORDS[verdict]))}  ${headline(compared)}`;
  const parts = [
    [
      first,
      '',
      ...(versions ? [versions] : []),
      paint('dim', `before  ${sideWords('before', compared)}`),
      paint('dim', `after   ${sideWords('after', compared)}`),
      ...remarks(compared).map((text) => paint('yellow', text)),
    ],
    complete ? table([complete], paint) : [],
    shown.length > 0 ? [paint('bold', 'Clearest differences'), ...table(shown, paint)] : [],
    all(lines, paint),
    [
      paint(
        'dim',
        'p is corrected for all lines; below 0.05 counts as sure. What is meant by each line: docs/baseline.md.',
      ),
    ],
    // Whoever looks at a terminal looks at its end.
    [first],
  ];
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`;
}

function all(lines: readonly Line[], paint: Paint): string[] {
  const quiet = lines.filter(isQuiet).length;
  return (['deployment', 'where'] as const)
    .flatMap((level, index) => {
      const own = lines.filter((line) => line.level === level && !isQuiet(line));
      if (own.length === 0) return [];
      const title = level === 'deployment' ? 'The deployment as a whole' : 'Where';
      return [...(index > 0 ? [''] : []), paint('bold', title), ...table(own, paint)];
    })
    .concat(
      quiet > 0
        ? ['', paint('dim', `${quiet} more things that never went wrong, neither before nor after`)]
        : [],
    );
}

/** Columns of equal width: verdict, what, before, after, how sure. */
function table(lines: readonly Line[], paint: Paint): string[] {
  const wide = (texts: readonly string[]) => Math.max(...texts.map(({ length }) => length));
  const verdictWide = wide(VERDICTS);
  const textWide = wide(lines.map(({ text }) => text));
  const beforeWide = wide(lines.map((line) => side(line, 'before')));
  const afterWide = wide(lines.map((line) => side(line, 'after')));
  return lines.map((line) => {
    const { verdict, text, p } = line;
    const more = line.more ? paint('magenta', `; ${moreWords(line)} would do`) : '';
    const figures = `${side(line, 'before').padStart(beforeWide)} → ${side(line, 'after').padStart(afterWide)}`;
    const sure = paint('dim', [pWords(p).padEnd(9), sureness(line)].join('  ').trimEnd());
    return `  ${paint(STYLES[verdict], verdict.padEnd(verdictWide))}  ${text.padEnd(textWide)}  ${figures}  ${sure}${more}`;
  });
}
