/** Words that several kinds of check need. */

/** "A", "A and B", "A, B and C". */
export function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
