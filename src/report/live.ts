/** A run that goes on, on a terminal: the matrix is drawn over itself until the report takes its place. */
import { stripVTControlCharacters } from 'node:util';
import type { Progress } from '../checks/check.ts';
import { matrixLines } from './matrix.ts';
import { painter } from './paint.ts';

export interface Live {
  show(progress: Progress): void;
  /** Takes what was drawn away. */
  clear(): void;
}

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
    show({ text, partial }) {
      const step = partial?.call?.steps.at(-1)?.name;
      const elapsed = ((performance.now() - start) / 1000).toFixed(0);
      const lines = [
        `${paint('bold', name)}  ${text} … ${paint('dim', `${elapsed} s`)}`,
        ...(partial?.call && step ? matrixLines(partial.call, step, 'pending', paint) : []),
      ].map((line) => cut(line, to.columns));
      clear();
      to.write(`${lines.join('\n')}\n`);
      height = lines.length;
    },
  };
}

/** A line that wraps would be counted wrong when it is drawn over; escape sequences take no room. */
function cut(line: string, columns = 80): string {
  const plain = stripVTControlCharacters(line);
  return plain.length <= columns ? line : `${plain.slice(0, Math.max(0, columns - 1))}…`;
}

function lineByLine(name: string, to: NodeJS.WritableStream): Live {
  let last = '';
  return {
    clear: () => {},
    show({ text }) {
      if (text === last) return;
      last = text;
      to.write(`${name}: ${text}\n`);
    },
  };
}
