import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Progress } from '../../src/checks/check.ts';
import { liveView } from '../../src/report/live.ts';
import { aCall, streams } from '../support/history/runs.ts';

const ESC = '\u001B';
const TOKENS = new RegExp(`${ESC}\\[\\d*[A-Za-z]|\n|[^${ESC}\n]+`, 'g');
const UP = new RegExp(`^${ESC}\\[(\\d+)A$`);

/** A terminal as far as a live view needs one: lines, a cursor, up and erase. */
class Terminal extends PassThrough {
  readonly isTTY = true;
  readonly columns: number | undefined;
  readonly rows: number;
  readonly lines: string[] = [''];
  /** Lines that scrolled out at the top. */
  gone = 0;
  #row = 0;

  constructor(columns?: number, rows = 24) {
    super();
    this.columns = columns;
    this.rows = rows;
    this.on('data', (chunk: Buffer) => this.#draw(chunk.toString()));
  }

  #draw(text: string): void {
    for (const [token] of text.matchAll(TOKENS)) {
      const up = UP.exec(token)?.[1];
      if (up) this.#row = Math.max(this.gone, this.#row - Number(up));
      else if (token === `${ESC}[0J`) this.lines.splice(this.#row, Infinity, '');
      else if (token === '\n') this.#feed();
      else if (!token.startsWith(ESC)) this.#print(token);
    }
  }

  /** A line that is too long wraps, as on a real terminal. */
  #print(text: string): void {
    const wide = this.columns || 80;
    const whole = this.lines[this.#row] + text;
    this.lines[this.#row] = whole.slice(0, wide);
    if (whole.length <= wide) return;
    this.#feed();
    this.#print(whole.slice(wide));
  }

  #feed(): void {
    this.#row += 1;
    this.lines[this.#row] ??= '';
    this.gone = Math.max(this.gone, this.#row - this.rows + 1);
  }
}

const joining: Progress = {
  phase: 'join',
  text: 'joining the room',
  partial: { call: aCall({ streams: streams().slice(0, 4) }) },
};
const watching: Progress = { phase: 'watch', text: 'watching', partial: { call: aCall() } };
const starting: Progress = { phase: 'launch', text: 'starting chromium' };

describe('on a terminal', () => {
  beforeEach(() => {
    vi.stubEnv('NO_COLOR', '');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('the matrix is drawn over itself, and gone at the end', () => {
    const terminal = new Terminal(80);
    terminal.write('$ vigie call meet.example.org\n');
    const live = liveView('meet', terminal);
    live.show(starting);
    expect(terminal.lines.slice(1)).toEqual(['meet  starting chromium … 0 s', '']);
    live.show(joining);
    expect(terminal.lines).toHaveLength(8);
    // Cells are padded within their colours.
    expect(terminal.lines[4]!.trimEnd()).toBe('A (chromium)  -             ok    ok      ok    ok');
    expect(terminal.lines[5]!.trimEnd()).toBe('B (chromium)  ..    ..      -             ..    ..');
    live.show(watching);
    expect(terminal.lines[1]).toMatch(/^meet {2}watching … \d+ s$/);
    expect(terminal.lines).toHaveLength(8);
    expect(terminal.lines.join()).not.toContain('..');
    live.show(starting);
    expect(terminal.lines).toHaveLength(3);
    live.clear();
    live.clear();
    expect(terminal.lines).toEqual(['$ vigie call meet.example.org', '']);
  });

  it.each([12, 30, 45, 54])(
    'of %i columns no line wraps, so that exactly what was drawn is cleared',
    (columns) => {
      const terminal = new Terminal(columns);
      terminal.write('before\n');
      const live = liveView('meet', terminal);
      for (const progress of [joining, watching, joining]) live.show(progress);
      expect(terminal.lines.filter((line) => line.startsWith('meet'))).toHaveLength(1);
      live.clear();
      expect(terminal.lines).toEqual(['before', '']);
    },
  );

  it.each([undefined, 0])('that says its width is %s, 80 columns are taken for granted', (columns) => {
    const terminal = new Terminal(columns);
    const live = liveView('meet', terminal);
    live.show(watching);
    expect(terminal.lines[1]).toContain('C (firefox)');
    live.clear();
    expect(terminal.lines).toEqual(['']);
  });

  it('that is lower than the matrix nothing scrolls away', () => {
    const terminal = new Terminal(80, 4);
    const live = liveView('meet', terminal);
    for (const progress of [joining, watching, joining]) live.show(progress);
    expect(terminal.gone).toBe(0);
    live.clear();
    expect(terminal.lines).toEqual(['']);
  });
});

it('on a pipe each phase is one line, without escape sequences', () => {
  const pipe = new PassThrough();
  const live = liveView('meet', pipe);
  for (const progress of [starting, joining, joining, watching, watching]) live.show(progress);
  live.clear();
  expect(String(pipe.read())).toBe('meet: starting chromium\nmeet: joining the room\nmeet: watching\n');
});
