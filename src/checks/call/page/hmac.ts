/**
 * HMAC-SHA-256 of short messages, at once: `crypto.subtle` answers later, and pictures are marked and read many times a
 * second. Source: RFC 2104, FIPS 180-4. Runs in the page and in Node (tests), so it uses neither's interfaces.
 */

const primes: number[] = [];
for (let candidate = 2; primes.length < 64; candidate++) {
  if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
}
/** The first 32 bits of the fraction of a root; doubles hold them exactly. */
const fraction = (root: number): number => ((root - Math.floor(root)) * 2 ** 32) | 0;
const START = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const ROUNDS = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by));
const schedule = new Int32Array(64);

/** Takes one block of 16 words into a state of eight. */
function compress(state: Int32Array, block: ArrayLike<number>): Int32Array {
  const w = schedule;
  for (let i = 0; i < 16; i++) w[i] = block[i]!;
  for (let i = 16; i < 64; i++) {
    const early = w[i - 15]!;
    const late = w[i - 2]!;
    const s0 = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const s1 = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    w[i] = w[i - 16]! + s0 + w[i - 7]! + s1;
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let i = 0; i < 64; i++) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUNDS[i]! + w[i]!) | 0;
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  return Int32Array.from([a, b, c, d, e, f, g, h], (word, index) => word + state[index]!);
}

/** A block that ends a message of so many words, after one block of the key. */
function ending(words: readonly number[]): number[] {
  const block = new Array<number>(16).fill(0);
  for (const [index, word] of words.entries()) block[index] = word;
  block[words.length] = 0x80000000 | 0;
  block[15] = 512 + words.length * 32;
  return block;
}

/** The first 32 bits of an authentication code over words of 32 bits, at most 13. */
export type Mac = (words: readonly number[]) => number;

/** @param key 32 bytes as hexadecimal digits */
export function macWith(key: string): Mac {
  if (!/^[0-9a-f]{64}$/.test(key)) throw new Error('a key has 64 hexadecimal digits');
  const words = Array.from({ length: 16 }, (_, index) =>
    index < 8 ? Number.parseInt(key.slice(index * 8, index * 8 + 8), 16) | 0 : 0,
  );
  const inner = compress(
    START,
    words.map((word) => word ^ 0x36363636),
  );
  const outer = compress(
    START,
    words.map((word) => word ^ 0x5c5c5c5c),
  );
  return (message) => compress(outer, ending([...compress(inner, ending(message))]))[0]! >>> 0;
}
