/** Tag lists, `v=DKIM1; k=rsa; p=…` (RFC 6376 3.2): the syntax of DKIM keys, DKIM signatures and DMARC policies. */

/** A tag with its value as written, outer spaces removed. */
export interface Tag {
  readonly name: string;
  readonly value: string;
}

export interface TagList {
  /** In the order of the text; of a repeated tag the first. */
  readonly tags: readonly Tag[];
  /** Parts without a name and `=`. */
  readonly stray: readonly string[];
  /** Names that are written more than once, one entry for each repetition. */
  readonly repeated: readonly string[];
}

/**
 * Reads a tag list.
 * @param names `as written`: DKIM's tag names are case-sensitive (RFC 6376 3.2); receivers read DMARC's in any case
 */
export function readTags(text: string, names: 'lower case' | 'as written' = 'lower case'): TagList {
  const tags: Tag[] = [];
  const stray: string[] = [];
  const repeated: string[] = [];
  for (const part of text.split(';').map((piece) => piece.trim())) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    if (equals <= 0) {
      stray.push(part);
      continue;
    }
    const written = part.slice(0, equals).trim();
    const name = names === 'as written' ? written : written.toLowerCase();
    if (tags.some((tag) => tag.name === name)) repeated.push(name);
    else tags.push({ name, value: part.slice(equals + 1).trim() });
  }
  return { tags, stray, repeated };
}

/** The value of a tag as written; null without it. */
export function tagValue(tags: readonly Tag[], name: string): string | null {
  return tags.find((tag) => tag.name === name)?.value ?? null;
}
