/** Lists of words in sentences. */

/** "A", "A and B", "A, B and C". */
export function list(words: readonly string[]): string {
  return joined(words, 'and');
}

/** "A", "A et B", "A, B et C": French. */
export function frenchList(words: readonly string[]): string {
  return joined(words, 'et');
}

/** "A", "A or B", "A, B or C". */
export function oneOf(words: readonly string[]): string {
  return joined(words, 'or');
}

function joined(words: readonly string[], last: string): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** "0 appel", "1 appel", "2 appels": French. */
export function frenchCounted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count < 2 ? one : many}`;
}

/** "1 run", "2 runs". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
