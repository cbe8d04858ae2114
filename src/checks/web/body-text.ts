/** What encoding the body of an answer is in. */
import { TextDecoder } from 'node:util';

const MARKS: readonly (readonly [encoding: string, bytes: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16be', [0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
];
const MARK_BYTES = 3;

/** The bytes of a body as text, in the encoding that browsers take: that of a byte order mark, else the header's, else UTF-8 (Encoding, 6). */
export class BodyText {
  readonly #said: string | null;
  #first = Buffer.alloc(0);
  #decoder: TextDecoder | null = null;

  constructor(contentType: string | undefined) {
    this.#said = /;\s*charset\s*=\s*"?([\w.:+-]{1,40})/i.exec(contentType ?? '')?.[1] ?? null;
  }

  read(bytes: Buffer): string {
    if (this.#decoder) return this.#decoder.decode(bytes, { stream: true });
    this.#first = Buffer.concat([this.#first, bytes]);
    return this.#first.length < MARK_BYTES ? '' : this.#begin().decode(this.#first, { stream: true });
  }

  end(): string {
    return this.#decoder ? this.#decoder.decode() : this.#begin().decode(this.#first);
  }

  #begin(): TextDecoder {
    const marked = MARKS.find(([, mark]) => mark.every((byte, index) => this.#first[index] === byte));
    this.#decoder = decoderFor(marked?.[0] ?? this.#said) ?? new TextDecoder();
    return this.#decoder;
  }
}

function decoderFor(label: string | null): TextDecoder | null {
  try {
    return label === null ? null : new TextDecoder(label);
  } catch {
    // No encoding that browsers know: as if nothing had been said.
    return null;
  }
}
