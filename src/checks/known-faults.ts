/**
 * Known faults of Jitsi (`docs/known-faults.yaml`): what a run shows is held against their signatures, so that a finding can say
 * what it looks like, and where that is described.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Immutable } from '../base/immutable.ts';
import type { Found, Kind, Named } from './check.ts';

const FILE = new URL('../../docs/known-faults.yaml', import.meta.url);

const words = z.strictObject({ en: z.string().min(1), fr: z.string().min(1) });
const some = z.array(z.string().min(1)).min(1);
const browser = z.enum(['chromium', 'firefox']);

/** Every part that is given must hold. */
const signature = z.strictObject({
  kind: z.enum(['call', 'signaling']),
  findings: some.describe('the finding is one of these'),
  reasons: some.exactOptional().describe('each of its streams has one of these reasons'),
  media: z.enum(['audio', 'video', 'screen']).exactOptional().describe('its streams are of this kind alone'),
  scope: z.enum(['all', 'each-other', 'sender', 'some']).exactOptional(),
  path: z.enum(['bridge', 'p2p']).exactOptional().describe('the path of each of its streams'),
  receiver: browser.exactOptional().describe('the browser of each of its receivers'),
  otherReceiver: browser
    .exactOptional()
    .describe('a participant with this browser is no receiver of any stream in it'),
  moments: some.exactOptional().describe('the moment of the step in which it was found'),
  waitedMs: z.strictObject({ min: z.number(), max: z.number() }).exactOptional(),
  transportChanged: z.literal(true).exactOptional().describe('the transport of a receiver changed before'),
  how: some.exactOptional(),
  offers: some.exactOptional().describe('what is wrong with what the bridge offers'),
  status: z.int().exactOptional().describe('the HTTP status that a WebSocket was answered with'),
});

const entry = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/),
  title: words.describe('a clause: "This looks like a known fault: …"'),
  helps: words,
  sources: z.array(z.url({ protocol: /^https$/ })).min(1),
  signature,
});
export type KnownFault = Immutable<z.output<typeof entry>>;
type Signature = KnownFault['signature'];

let read: readonly KnownFault[] | null = null;

/** All of them, read once. @throws where the catalogue is not what it should be: a test holds it. */
export function knownFaults(): readonly KnownFault[] {
  read ??= z.array(entry).parse(parse(readFileSync(FILE, 'utf8')));
  return read;
}

/** One by its id; null for one that this version does not know any more. */
export function knownFault(id: string): KnownFault | null {
  return knownFaults().find((one) => one.id === id) ?? null;
}

/** The part of a finding's cause that signatures look at, in every kind of check. */
const aspects = z.looseObject({
  scope: z.string().optional(),
  how: z.string().optional(),
  moment: z.looseObject({ what: z.string() }).optional(),
  offered: z.looseObject({ problem: z.string() }).nullish(),
  why: z.looseObject({}).nullish(),
  streams: z
    .array(
      z.looseObject({
        receiver: z.string().optional(),
        sender: z.string().optional(),
        kind: z.string().optional(),
        path: z.string().optional(),
        waitedMs: z.number().optional(),
        cause: z
          .looseObject({ id: z.string(), transport: z.looseObject({ before: z.unknown() }).nullish() })
          .nullish(),
      }),
    )
    .optional(),
});
type Aspects = z.output<typeof aspects>;
type Stream = NonNullable<Aspects['streams']>[number];

/** What a run has beside its findings. */
type Scene = Pick<Named<Kind>, 'call'>;

/** The ids of the known faults that a finding looks like. */
export function looksLike(kind: Kind, { cause, outcome }: Found, scene: Scene): string[] {
  if (outcome === 'error') return [];
  const candidates = knownFaults().filter(
    ({ signature: wanted }) => wanted.kind === kind && wanted.findings.includes(cause.id),
  );
  if (candidates.length === 0) return [];
  const parsed = aspects.safeParse(cause);
  if (!parsed.success) return [];
  return candidates
    .filter(({ signature: wanted }) => matches(wanted, parsed.data, scene))
    .map(({ id }) => id);
}

function matches(wanted: Signature, cause: Aspects, { call }: Scene): boolean {
  const streams = cause.streams ?? [];
  const every = (holds: (stream: Stream) => boolean) => streams.length > 0 && streams.every(holds);
  const browserOf = (name: string | undefined) =>
    call?.participants.find((participant) => participant.name === name)?.browser;
  const pathOf = ({ path, receiver, sender, kind }: Stream) =>
    path ??
    call?.streams.findLast(
      (stream) => stream.receiver === receiver && stream.sender === sender && stream.kind === kind,
    )?.path;
  const is = (list: readonly string[] | undefined, value: string | undefined) =>
    list === undefined || (value !== undefined && list.includes(value));
  const receivers = new Set(streams.map(({ receiver }) => receiver));
  const unaffected = call?.participants.filter(({ name }) => !receivers.has(name)) ?? [];
  return (
    is(wanted.moments, cause.moment?.what) &&
    is(wanted.how, cause.how) &&
    is(wanted.offers, cause.offered?.problem) &&
    (wanted.scope === undefined || cause.scope === wanted.scope) &&
    (wanted.reasons === undefined || every((stream) => is(wanted.reasons, stream.cause?.id))) &&
    (wanted.media === undefined || every((stream) => stream.kind === wanted.media)) &&
    (wanted.path === undefined || every((stream) => pathOf(stream) === wanted.path)) &&
    (wanted.receiver === undefined || every((stream) => browserOf(stream.receiver) === wanted.receiver)) &&
    (wanted.otherReceiver === undefined ||
      unaffected.some(({ browser: other }) => other === wanted.otherReceiver)) &&
    (wanted.waitedMs === undefined || streams.some(({ waitedMs }) => within(wanted.waitedMs!, waitedMs))) &&
    (wanted.transportChanged === undefined || every((stream) => stream.cause?.transport?.before != null)) &&
    (wanted.status === undefined || statusOf(cause.why) === wanted.status)
  );
}

const within = ({ min, max }: { readonly min: number; readonly max: number }, value: number | undefined) =>
  value !== undefined && value >= min && value <= max;

/** The status that a WebSocket was answered with, in the reason of one transport or of both. */
function statusOf(why: Aspects['why']): number | null {
  const one = why?.websocket ?? why;
  const parsed = z.looseObject({ kind: z.literal('status'), status: z.number() }).safeParse(one);
  return parsed.success && parsed.data.expected !== 'bosh' ? parsed.data.status : null;
}
