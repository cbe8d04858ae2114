/** Which few of many lines a person should read first. */
import { type Comparison, type Line, VERDICTS } from './compare.ts';

/** Number of lines that are shown first. */
const TELLING = 5;
/** A single stream is worth a line of its own beside the whole, where it changed so much more than that. */
const STANDS_OUT = 1.3;

/**
 * The lines that tell most: those with the worst verdict before others, losses, latencies and other times in turn, and
 * none that says what another has said. Where no more was claimed, the figures of the deployment as a whole.
 */
export function telling({ lines }: Comparison): readonly Line[] {
  const chosen: Line[] = [];
  for (const verdict of VERDICTS) {
    const whole = verdict === 'no change shown';
    const candidates = lines.filter(
      (line) => line.verdict === verdict && (!whole || (line.level === 'deployment' && line.sort !== 'rate')),
    );
    inTurn(candidates, chosen);
  }
  return chosen;
}

/** Adds to what is chosen from each topic in turn. */
function inTurn(candidates: readonly Line[], chosen: Line[]): void {
  const topics = (['rate', 'latency', 'distortion', 'time'] as const).map((sort) =>
    candidates.filter((line) => line.sort === sort).sort(bySpecificity),
  );
  while (chosen.length < TELLING && topics.some(({ length }) => length > 0)) {
    for (const topic of topics) {
      const at = topic.findIndex((line) => !chosen.some((other) => saysTheSame(line, other)));
      const [line] = at < 0 ? [] : topic.splice(0, at + 1).slice(-1);
      if (at < 0) topic.length = 0;
      if (line && chosen.length < TELLING) chosen.push(line);
    }
  }
}

/** Of rates that are equal in figures, the one that says most exactly where; of times, the whole before its parts. */
function bySpecificity(a: Line, b: Line): number {
  if (a.sort !== 'rate') return Number(a.level === 'where') - Number(b.level === 'where');
  return a.p - b.p || RANK.findIndex((is) => is.test(a.key)) - RANK.findIndex((is) => is.test(b.key));
}

const RANK = [/^stream /, /^browsers /, /^step /, /^kind /, /./];

function saysTheSame(line: Line, other: Line): boolean {
  if (line.sort === 'rate' || other.sort === 'rate') {
    return (
      line.sort === 'rate' &&
      other.sort === 'rate' &&
      line.before.hits === other.before.hits &&
      line.after.hits === other.after.hits
    );
  }
  if (line.sort !== other.sort || line.level === 'deployment') return false;
  const beyond = Math.abs(Math.log(line.ratio ?? 1)) - Math.abs(Math.log(other.ratio ?? 1));
  return beyond < Math.log(STANDS_OUT);
}
