/** The particulars of a signaling run: each part of the path into a call, in its order. */
import { PART_TITLES, type SignalingResult } from '../checks/signaling/result.ts';
import { softwareWords } from '../checks/software.ts';
import type { RunFrame, TerminalFace } from './face.ts';
import type { Paint, Style } from './paint.ts';

const STATES: Readonly<Record<'true' | 'false' | 'null', readonly [word: string, style: Style]>> = {
  true: ['ok', 'green'],
  false: ['BROKEN', 'red'],
  null: ['-', 'dim'],
};

export const signalingFace: TerminalFace<'signaling'> = { particulars };

function particulars(
  { parts, certificates }: SignalingResult,
  { phases, software }: RunFrame,
  paint: Paint,
): string[] {
  if (parts.length === 0) return [];
  const widest = (texts: readonly string[]) => Math.max(...texts.map((text) => text.length));
  const titles = widest(parts.map(({ name }) => PART_TITLES[name]));
  const targets = widest(parts.map(({ target }) => target ?? ''));
  const lines = parts.map(({ name, target, ok, ms, detail }) => {
    const [word, style] = STATES[`${ok}`];
    const time = ms === null ? '' : `${ms} ms`;
    const cells = [
      PART_TITLES[name].padEnd(titles),
      paint(style, word.padEnd('BROKEN'.length)),
      time.padStart('10000 ms'.length),
      (target ?? '').padEnd(targets),
      paint('dim', detail),
    ];
    return cells.join('  ').trimEnd();
  });
  const notes = [
    ...certificates.map(
      ({ host, chain, daysLeft }) =>
        `certificate of ${host}: ${chain.join(' ← ')}, ${daysLeft === null ? 'no readable date' : `${daysLeft} days left`}`,
    ),
    ...(software ? [softwareWords(software)] : []),
    phases.map(({ name, ms }) => `${name} ${ms} ms`).join(', '),
  ];
  return [...lines, '', ...notes.map((note) => paint('dim', note))];
}
