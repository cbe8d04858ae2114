/**
 * The door for what a page says. It runs beside a stranger's scripts, so that anything may come over its binding: what is
 * not a message of the protocol, within bounds that no real page reaches, is dropped and counted.
 */

import { z } from 'zod';
import { HOUR_MS } from '../../../base/durations.ts';
import { printable } from '../../software.ts';
import { figure, list, mediaKind, statsSample, trackState, word, xmppPing } from '../keep/sample-schema.ts';
import type { OwnEvent, PageMessage, RawPage } from '../page/protocol.ts';
import { now } from './clock.ts';

/** A report of a large call has about 4 kB, a sample of statistics 20 kB. */
const MAX_CHARS = 512_000;
/** Times of a page are on Vigie's clock; one that is further off is of no page that reports several times a second. */
const NEAR_MS = 60_000;
/** A picture's watermark gives its time within about four minutes. */
const MADE_NEAR_MS = 300_000;
/** Messages of errors, and addresses. */
const TEXT = 4000;
/** How deep and wide the detail of an event may be. */
const DETAIL = { depth: 3, entries: 40 } as const;
/** A page that says more than this much that is no message says it on purpose. */
export const REFUSED_LIMIT = 20;
/** After so many that are none, nothing more that its own world says is read. */
const FLOOD = 2000;
/** An event of one page: the longest are messages of errors. */
const EVENT_CHARS = 20_000;
/** Events of one participant, and their text in all: a call of hours has some hundreds. */
export const MAX_EVENTS = 5000;
const MAX_EVENTS_CHARS = 4_000_000;
/** How many messages of a type a page may send at once, and then in each second; real ones are a tenth of it. */
const RATES = { event: [500, 20], report: [200, 60], stats: [40, 4] } as const;

const near = (ms: number) => z.number().refine((at) => Math.abs(at - now()) <= ms);
const at = near(NEAR_MS);

const detail = z.record(word, z.unknown()).refine((value) => isSmall(value, DETAIL.depth));

/** Whether a value is plain data of a size that an event has. */
function isSmall(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return value.length <= TEXT;
  if (typeof value !== 'object' || value === null) return true;
  const parts = Object.values(value);
  return depth > 0 && parts.length <= DETAIL.entries && parts.every((part) => isSmall(part, depth - 1));
}

const watermarksRead = z.strictObject({
  endpointId: word,
  kind: mediaKind,
  shows: mediaKind.exactOptional(),
  index: z.int().min(0).max(255),
  watermarks: list(z.tuple([near(MADE_NEAR_MS), at])),
  scores: list(z.number().min(-1).max(100)).exactOptional(),
});

/** Events that are measurements, and what their detail is. */
const MEASURED: Readonly<Partial<Record<string, z.ZodType>>> = {
  'xmpp-ping': xmppPing,
} satisfies Partial<Record<OwnEvent, z.ZodType>>;

const pageMessage = z.discriminatedUnion('type', [
  z
    .strictObject({ type: z.literal('event'), at, name: word, detail })
    .refine((event) => MEASURED[event.name]?.safeParse(event.detail).success ?? true),
  z.strictObject({
    type: z.literal('report'),
    at,
    stalledMs: z.number().min(0).max(HOUR_MS),
    drawn: figure,
    played: figure,
    read: list(watermarksRead),
    tracks: list(trackState),
  }),
  z.strictObject({ type: z.literal('stats'), sample: statsSample.extend({ at }) }),
]);

/** Why what a page said was dropped. */
export const REFUSALS = ['too-large', 'not-json', 'ill-formed', 'not-believed', 'too-many'] as const;
export type Refusal = (typeof REFUSALS)[number];

/** Where in a page something was said: in its own world, beside a stranger's scripts, or in the isolated one. */
export type World = 'own' | 'isolated';

/** Reads what a participant's pages say, and counts what it refuses. */
export class PageMessages {
  readonly #refused = new Map<Refusal, number>();
  readonly #since = performance.now();
  readonly #taken = { event: 0, report: 0, stats: 0 };
  #eventChars = 0;
  #refusals = 0;

  /** How often something was dropped, by the reason. */
  get refused(): ReadonlyMap<Refusal, number> {
    return this.#refused;
  }

  /** The message; null for what is none, and for a report that is not from the isolated world. Never throws. */
  read(text: unknown, from: World): PageMessage | null {
    if (typeof text !== 'string') return this.#refuse('not-json');
    // Reading costs time, which whoever floods us would have of every other check.
    if (from === 'own' && this.#refusals > FLOOD) return this.#refuse('too-many');
    if (text.length > MAX_CHARS) return this.#refuse('too-large');
    const parsed = pageMessage.safeParse(parseJson(text));
    if (!parsed.success) return this.#refuse('ill-formed');
    const { type } = parsed.data;
    if (type === 'report' && from !== 'isolated') return this.#refuse('not-believed');
    if (type === 'event' && text.length > EVENT_CHARS) return this.#refuse('too-large');
    return this.#hasRoom(type, text.length) ? parsed.data : this.#refuse('too-many');
  }

  #hasRoom(type: PageMessage['type'], chars: number): boolean {
    const [atOnce, perSecond] = RATES[type];
    const allowed = atOnce + (perSecond * (performance.now() - this.#since)) / 1000;
    if (this.#taken[type] >= (type === 'event' ? Math.min(allowed, MAX_EVENTS) : allowed)) return false;
    if (type === 'event') {
      if (this.#eventChars + chars > MAX_EVENTS_CHARS) return false;
      this.#eventChars += chars;
    }
    this.#taken[type] += 1;
    return true;
  }

  #refuse(why: Refusal): null {
    this.#refusals += 1;
    this.#refused.set(why, (this.#refused.get(why) ?? 0) + 1);
    return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** So much of what a page says of the deployment's scripts is kept. */
const loaded = z.object({
  failed: z.array(z.string().transform((url) => url.slice(0, TEXT))).transform((urls) => urls.slice(0, 10)),
  config: z.boolean(),
  version: z
    .string()
    .transform((version) => printable(version) ?? 'unknown')
    .nullable(),
  bot: z.boolean(),
});
export type Loaded = z.output<typeof loaded>;

/** What of the deployment and of ours is in the page; evaluated there, after all scripts. */
export const LOADED = `({
  failed: globalThis.notLoaded ?? [],
  config: typeof config === 'object',
  version: typeof JitsiMeetJS === 'undefined' ? null : String(JitsiMeetJS.version),
  bot: typeof vigie === 'object',
})`;

/** What a page says of what was loaded into it; null where scripts in it kept it from saying so. */
export function readLoaded(value: unknown): Loaded | null {
  const parsed = loaded.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** A page keeps 12 connections with 120 samples each; the largest that was seen had 30 MB. */
const RAW_CHARS = 64_000_000;
/** A time that `Date` has. */
const time = z.number().min(0).max(8e15);
const rawPage = z.strictObject({
  url: z.string().max(TEXT),
  userAgent: z.string().max(TEXT),
  brands: z.array(z.object({ brand: word, version: word })).max(20),
  peers: z
    .array(
      z.strictObject({
        p2p: z.boolean(),
        madeAt: time,
        configuration: z.unknown(),
        log: z.array(z.strictObject({ at: time, type: word, value: z.string() })).max(1000),
        leftOut: z.int().min(0),
        samples: z
          .array(z.strictObject({ at: time, entries: z.array(z.record(z.string(), z.unknown())).max(5000) }))
          .max(500),
      }),
    )
    .max(50),
});

/** What a page kept of its peer connections, from its JSON; null for what is none. */
export function readRaw(text: unknown): RawPage | null {
  if (typeof text !== 'string' || text.length > RAW_CHARS) return null;
  const parsed = rawPage.safeParse(parseJson(text));
  return parsed.success ? parsed.data : null;
}
