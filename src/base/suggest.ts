/** "Did you mean": the known word that is nearest to a misspelt one. */
import { distance } from 'fastest-levenshtein';

/** The known word that was probably meant; null where none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let least = Math.ceil(plain(word).length / 3) + 1;
  for (const candidate of known) {
    const far = distance(plain(word), plain(candidate));
    if (far < least) {
      least = far;
      best = candidate;
    }
  }
  return best;
}

/** Another way of writing the same words, as in other programs: max_latency, max-latency, MaxLatency. */
function plain(text: string): string {
  return text.toLowerCase().replace(/[-_ ]/g, '');
}

/** `did you mean "x"?`; null where no known word is near. */
export function suggestion(word: string, known: readonly string[]): string | null {
  const near = nearest(word, known);
  return near === null ? null : `did you mean "${near}"?`;
}

/** `; did you mean "x"?`, to end a message with; nothing where no known word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const text = suggestion(word, known);
  return text === null ? '' : `; ${text}`;
}
