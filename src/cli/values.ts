/** What the value of an option may be: how it is read, and what is expected where it cannot be. */

import { isIP } from 'node:net';
import { parseDuration } from '../base/durations.ts';
import { didYouMean } from '../base/suggest.ts';
import { oneOf } from '../base/words.ts';
import { type HostPort, withoutBrackets } from '../net/host-port.ts';
import { parseListen } from '../net/listen.ts';

export interface ValueType<Value> {
  /** Ends the message `--option: expected …, found "…"`. */
  readonly expected: string;
  /** Null where the text is no such value. */
  read(text: string): Value | null;
  /** All that it may be, where these are few words. */
  readonly words?: readonly string[];
  /** What was probably meant, to end the message with; nothing where nothing is near. */
  hint?(text: string): string;
}

/** Whatever is written: a file, a directory, a name. */
export const text: ValueType<string> = {
  expected: 'a text that is not empty',
  read: (value) => value || null,
};

/** `chromium,firefox`; spaces around the commas count for nothing. */
export const commaList: ValueType<readonly string[]> = {
  expected: 'a list separated by commas',
  read: (value) => value.split(',').map((word) => word.trim()),
};

/** One of these words. */
export function choice<const Word extends string>(words: readonly Word[]): ValueType<Word> {
  return {
    expected: oneOf(words.map((word) => `"${word}"`)),
    words,
    read: (value) => words.find((word) => word === value) ?? null,
    hint: (value) => didYouMean(value, words),
  };
}

/** Some of these words, separated by commas. */
export function choices<const Word extends string>(words: readonly Word[]): ValueType<readonly Word[]> {
  return {
    expected: `a list of ${oneOf(words.map((word) => `"${word}"`))}`,
    read(value) {
      const found = commaList.read(value)!.map((written) => words.find((word) => word === written));
      return found.every((word) => word !== undefined) ? found : null;
    },
    hint(value) {
      const wrong = commaList.read(value)!.find((written) => !words.some((word) => word === written));
      return wrong === undefined ? '' : didYouMean(wrong, words);
    },
  };
}

/** A whole number within limits. */
export function wholeNumber(
  what: string,
  { min, max = Number.MAX_SAFE_INTEGER }: { min: number; max?: number },
): ValueType<number> {
  return {
    expected: what,
    read(value) {
      const number = Number(value);
      return /^\d+$/.test(value) && number >= min && number <= max ? number : null;
    },
  };
}

/** A number of seconds, or a duration with its unit; the value is a duration as the configuration writes it. */
export const seconds: ValueType<string> = {
  expected: 'a number of seconds',
  read(value) {
    if (/^\d+(\.\d+)?$/.test(value)) return `${value}s`;
    return parseDuration(value) === null ? null : value;
  },
};

/** A duration with its unit. */
export const duration: ValueType<string> = {
  expected: 'a duration with its unit, such as 5s',
  read: (value) => (parseDuration(value) === null ? null : value),
};

/** A point in time; the value is in ISO 8601, in UTC. */
export const time: ValueType<string> = {
  expected: 'a time such as 2026-11-22T14:00:00Z',
  read(value) {
    const at = new Date(value);
    return Number.isNaN(at.getTime()) ? null : at.toISOString();
  },
};

/** The address of a page. */
export const pageAddress: ValueType<string> = {
  expected: 'an address such as https://vigie.example.org',
  read: (value) => (/^https?:\/\//.test(value) && URL.canParse(value) ? value : null),
};

/** An address and a port to listen on. */
export const listenAddress: ValueType<HostPort> = {
  expected: 'an address and a port, such as ":9797" or "127.0.0.1:9797"',
  read: parseListen,
};

/** `HOST:ADDRESS`; an IPv6 address with or without brackets. */
export const hostAddress: ValueType<readonly [host: string, address: string]> = {
  expected: 'a host and its address, such as "meet.example.org:203.0.113.5"',
  read(value) {
    const [, host, written] = /^([^:\s]+):(\S+)$/.exec(value) ?? [];
    const address = withoutBrackets(written ?? '');
    return host !== undefined && isIP(address) !== 0 ? [host, address] : null;
  },
};
