/** The matrix of a call in a terminal: receivers as rows, senders as columns, sound and picture in each cell. */
import { stripVTControlCharacters } from 'node:util';
import {
  type CallResult,
  type CallStream,
  clientWord,
  type DeviceKind,
  kindsOf,
  type MediaKind,
  presentIn,
  roomsOf,
  type StreamVerdict,
} from '../checks/call/result.ts';
import type { Paint, Style } from './paint.ts';

const STYLES: Readonly<Record<StreamVerdict, Style>> = {
  ok: 'green',
  missing: 'red',
  lost: 'red',
  frozen: 'red',
  silent: 'red',
  wrong: 'red',
  late: 'yellow',
};
const GAP = '  ';

/** What a stream that is not in the data shows: not yet known while the run goes on, unknown afterwards. */
export type Absent = 'pending' | 'unknown';

/** As wide as a matrix may be where nobody says: what a terminal and a log viewer show without wrapping. */
const WIDTH = 100;

interface Word {
  readonly text: string;
  readonly style: Style;
}

/** What one receiver gets of one sender; null where they are the same. */
type Words = Readonly<Record<DeviceKind, Word>> | null;

/**
 * The lines of one step's matrix, one for each room; without participants, none. Screens that are shared have rows of their own below it. Where sound and picture side by side are wider than
 * `width` columns, each has a matrix of its own.
 */
export function matrixLines(
  call: CallResult,
  step: string,
  absent: Absent,
  paint: Paint,
  width: number = WIDTH,
): string[] {
  return roomsOf(call).flatMap(({ room, call: one }) => [
    ...(room === null ? [] : [paint('dim', `room ${room}`)]),
    ...roomLines(one, step, absent, paint, width),
  ]);
}

function roomLines(call: CallResult, step: string, absent: Absent, paint: Paint, width: number): string[] {
  const participants = presentIn(call, step);
  if (participants.length === 0) return [];
  const streams = call.streams.filter((stream) => stream.step === step);
  const names = participants.map(({ name }) => name);
  const heads = participants.map(({ name, browser, client }) => `${name} (${browser}${clientWord(client)})`);
  const word = (receiver: string, sender: string, kind: MediaKind) =>
    wordOf(
      streams.find((stream) => is(stream, receiver, sender, kind)),
      absent,
    );
  const cells = names.map((receiver) =>
    names.map((sender): Words => {
      if (sender === receiver) return null;
      const of = (kind: MediaKind) => word(receiver, sender, kind);
      return { audio: of('audio'), video: of('video') };
    }),
  );
  const sharing = names.filter((sender) => kindsOf(call, step, sender).includes('screen'));
  const screens = names.map((receiver) =>
    sharing.map((sender) => (sender === receiver ? null : word(receiver, sender, 'screen'))),
  );
  const below = sharing.length === 0 ? [] : alone('screen', sharing, heads, screens, paint);
  const apart = (kind: DeviceKind) => {
    const of = cells.map((row) => row.map((cell) => cell?.[kind] ?? null));
    return alone(kind, names, heads, of, paint);
  };
  const together = sideBySide(heads, cells, paint);
  return Math.max(...together.map((line) => stripVTControlCharacters(line).length)) <= width
    ? [...together, ...below]
    : [...apart('audio'), ...apart('video'), ...below];
}

const longest = (texts: readonly string[]): number => Math.max(...texts.map(({ length }) => length));

function sideBySide(heads: readonly string[], cells: readonly (readonly Words[])[], paint: Paint): string[] {
  const wide = (kind: DeviceKind) => longest([kind, ...cells.flat().map((cell) => cell?.[kind].text ?? '')]);
  const [soundWide, pictureWide] = [wide('audio'), wide('video')];
  const rowWide = longest(heads);
  const columnWide = Math.max(soundWide + 1 + pictureWide, rowWide);
  const pad = ' '.repeat(rowWide);
  const kinds = `${'audio'.padEnd(soundWide)} video`.padEnd(columnWide);
  const lines = [
    `${pad}${GAP}${heads.map((head) => head.padEnd(columnWide)).join(GAP)}`.trimEnd(),
    paint('dim', `${pad}${GAP}${heads.map(() => kinds).join(GAP)}`.trimEnd()),
  ];
  for (const [row, head] of heads.entries()) {
    const shown = cells[row]!.map((cell) => {
      if (!cell) return paint('dim', '-'.padEnd(columnWide));
      const sound = paint(cell.audio.style, cell.audio.text.padEnd(soundWide));
      const picture = paint(cell.video.style, cell.video.text.padEnd(pictureWide));
      return `${sound} ${picture}${' '.repeat(columnWide - soundWide - 1 - pictureWide)}`;
    });
    lines.push(`${head.padEnd(rowWide)}${GAP}${shown.join(GAP)}`.trimEnd());
  }
  return lines;
}

/** One kind of media: who receives it of those who send it. */
function alone(
  kind: MediaKind,
  names: readonly string[],
  heads: readonly string[],
  cells: readonly (readonly (Word | null)[])[],
  paint: Paint,
): string[] {
  const rowWide = longest([...heads, kind]);
  const wide = names.map((name, column) => longest([name, ...cells.map((row) => row[column]?.text ?? '-')]));
  const columns = names.map((name, column) => name.padEnd(wide[column]!));
  const lines = [`${paint('dim', kind.padEnd(rowWide))}${GAP}${columns.join(GAP)}`.trimEnd()];
  for (const [row, head] of heads.entries()) {
    const shown = cells[row]!.map((cell, column) => {
      const { text, style }: Word = cell ?? { text: '-', style: 'dim' };
      return paint(style, text.padEnd(wide[column]!));
    });
    lines.push(`${head.padEnd(rowWide)}${GAP}${shown.join(GAP)}`.trimEnd());
  }
  return lines;
}

/** The words above a matrix. */
export const MATRIX_LEGEND = 'rows: who receives, columns: who sends';

const is = (stream: CallStream, receiver: string, sender: string, kind: MediaKind): boolean =>
  stream.receiver === receiver && stream.sender === sender && stream.kind === kind;

function wordOf(stream: CallStream | undefined, absent: Absent): Word {
  if (!stream) return { text: absent === 'pending' ? '..' : '?', style: 'dim' };
  const { verdict, muted } = stream;
  if (muted && verdict === 'ok') return { text: 'muted', style: 'dim' };
  return { text: verdict === 'ok' ? 'ok' : verdict.toUpperCase(), style: STYLES[verdict] };
}
