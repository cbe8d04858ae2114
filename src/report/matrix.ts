/** The matrix of a call in a terminal: receivers as rows, senders as columns, sound and picture in each cell. */
import type { CallResult, MediaKind, Stream, Verdict } from '../checks/call/result.ts';
import type { Paint, Style } from './paint.ts';

const STYLES: Readonly<Record<Verdict, Style>> = {
  ok: 'green',
  missing: 'red',
  lost: 'red',
  frozen: 'red',
  silent: 'red',
  wrong: 'red',
  late: 'yellow',
};
const GAP = '  ';

/** What a stream that is not in the data shows: not yet known while the run goes on, afterwards not to be told. */
export type Absent = 'pending' | 'unknown';

/** The lines of one step's matrix; without participants, none. */
export function matrixLines(call: CallResult, step: string, absent: Absent, paint: Paint): string[] {
  const { participants } = call;
  if (participants.length === 0) return [];
  const streams = call.streams.filter((stream) => stream.step === step);
  const heads = participants.map(({ name, browser }) => `${name} (${browser})`);
  const wordsOf = (receiver: string, sender: string) => {
    const of = (kind: MediaKind) =>
      wordOf(
        streams.find((stream) => is(stream, receiver, sender, kind)),
        absent,
      );
    return { audio: of('audio'), video: of('video') };
  };
  const names = participants.map(({ name }) => name);
  const cells = names.map((receiver) =>
    names.map((sender) => (sender === receiver ? null : wordsOf(receiver, sender))),
  );
  const wide = (kind: MediaKind) =>
    Math.max(...cells.flat().map((cell) => cell?.[kind].text.length ?? 0), kind.length);
  const [soundWide, pictureWide] = [wide('audio'), wide('video')];
  const columnWide = Math.max(soundWide + 1 + pictureWide, ...heads.map((head) => head.length));
  const rowWide = Math.max(...heads.map((head) => head.length));
  const pad = ' '.repeat(rowWide);
  const lines = [
    `${pad}${GAP}${heads.map((head) => head.padEnd(columnWide)).join(GAP)}`.trimEnd(),
    paint(
      'dim',
      `${pad}${GAP}${heads.map(() => `${'audio'.padEnd(soundWide)} video`.padEnd(columnWide)).join(GAP)}`.trimEnd(),
    ),
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

/** The words above a matrix. */
export const MATRIX_LEGEND = 'rows: who receives, columns: who sends';

const is = (stream: Stream, receiver: string, sender: string, kind: MediaKind): boolean =>
  stream.receiver === receiver && stream.sender === sender && stream.kind === kind;

function wordOf(stream: Stream | undefined, absent: Absent): { text: string; style: Style } {
  if (!stream) return { text: absent === 'pending' ? '..' : '?', style: 'dim' };
  const { verdict } = stream;
  return { text: verdict === 'ok' ? 'ok' : verdict.toUpperCase(), style: STYLES[verdict] };
}
