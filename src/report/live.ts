/** A run that goes on, on a terminal: the matrix is drawn over itself until the report takes its place. */
import { stripVTControlCharacters } from 'node:util';
import { oneLine, printableData } from '../base/escape.ts';
import { KINDS, type Kind, type Named, type Progress } from '../checks/check.ts';
import { resultOf } from '../checks/results.ts';
import { terminalFaces } from './faces.ts';
import { type Paint, painter } from './paint.ts';

export interface Live {
  show(progress: Progress): void;
  /** Takes what was drawn away. */
  clear(): void;
}

/** Some terminals do not tell their size, or say 0. */
const UNKNOWN_WIDTH = 80;
const UNKNOWN_HEIGHT = 24;

/** On a terminal the matrix, redrawn; elsewhere one line for each phase. */
export function liveView(name: string, to: NodeJS.WriteStream | NodeJS.WritableStream): Live {
  return 'isTTY' in to && to.isTTY ? drawn(name, to) : lineByLine(name, to);
}

function drawn(name: string, to: NodeJS.WriteStream): Live {
  const paint = painter(!process.env.NO_COLOR);
  let height = 0;
  const start = performance.now();
  const clear = () => {
    if (height > 0) to.write(`\u001B[${height}A\u001B[0J`);
    height = 0;
  };
  return {
    clear,
    show(progress) {
      const { text, partial } = printableData(progress);
      const width = to.columns || UNKNOWN_WIDTH;
      const elapsed = ((performance.now() - start) / 1000).toFixed(0);
      const lines = [
        `${paint('bold', name)}  ${text} … ${paint('dim', `${elapsed} s`)}`,
        ...KINDS.flatMap((kind) => soFar(kind, partial, paint, width)),
      ]
        // What scrolled out at the top could not be drawn over.
        .slice(0, Math.max(1, (to.rows || UNKNOWN_HEIGHT) - 1))
        .map((line) => cut(line, width));
      clear();
      to.write(`${lines.join('\n')}\n`);
      height = lines.length;
    },
  };
}

/** What is known of a run in progress; nothing of a kind that it is not of. */
function soFar<K extends Kind>(
  kind: K,
  partial: Named<K> | undefined,
  paint: Paint,
  width: number,
): string[] {
  const result = resultOf(kind, partial);
  return result === undefined ? [] : (terminalFaces[kind].live?.(result, paint, width) ?? []);
}

/** A line that wraps would be counted wrong when it is drawn over; escape sequences take no room. */
function cut(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length <= columns ? line : `${plain.slice(0, Math.max(0, columns - 1))}…`;
}

function lineByLine(name: string, to: NodeJS.WritableStream): Live {
  let last = '';
  return {
    clear: () => {},
    show(progress) {
      const text = oneLine(progress.text);
      if (text === last) return;
      last = text;
      to.write(`${name}: ${text}\n`);
    },
  };
}
