/** What is read of RDAP: the list of servers (RFC 9224), and of an answer the date at which a registration ends (RFC 9083 4.5). */
import { z } from 'zod';

const MAX_SERVICES = 3_000;
const MAX_EVENTS = 100;
const MAX_STATES = 50;

const list = z.object({
  services: z
    .array(z.tuple([z.array(z.string().max(253)).max(3_000), z.array(z.string().max(500)).max(20)]))
    .max(MAX_SERVICES),
});

/** The addresses of RDAP servers by the zone whose domains they know. */
export type Services = ReadonlyMap<string, string>;

/** The servers of a list, those that are asked over HTTPS; null where it is no such list. */
export function readServices(json: unknown): Services | null {
  const parsed = list.safeParse(json);
  if (!parsed.success) return null;
  const services = new Map<string, string>();
  for (const [zones, addresses] of parsed.data.services) {
    const address = addresses.find((one) => URL.canParse(one) && new URL(one).protocol === 'https:');
    if (address === undefined) continue;
    for (const zone of zones) services.set(zone.toLowerCase(), address);
  }
  return services;
}

/** The server for a domain: that of the longest zone which it is in (RFC 9224 4). */
export function serviceFor(domain: string, services: Services): { zone: string; address: string } | null {
  for (let zone = above(domain); zone !== ''; zone = above(zone)) {
    const address = services.get(zone);
    if (address !== undefined) return { zone, address };
  }
  return null;
}

/** The names that may be registered, from the domain itself up to one label below the registry's zone. */
export function candidates(domain: string, zone: string): string[] {
  const names: string[] = [];
  for (let name = domain; name.length > zone.length; name = above(name)) names.push(name);
  return names;
}

function above(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1);
}

export function questionUrl(address: string, domain: string): URL {
  return new URL(`domain/${encodeURIComponent(domain)}`, address.endsWith('/') ? address : `${address}/`);
}

const answer = z.object({
  objectClassName: z.literal('domain'),
  ldhName: z.string().max(255),
  events: z
    .array(z.object({ eventAction: z.string().max(100), eventDate: z.string().max(60).optional() }))
    .max(MAX_EVENTS)
    .optional(),
  status: z.array(z.string().max(100)).max(MAX_STATES).optional(),
});

/** States of a domain that its registry is about to take away (RFC 8056 2). */
const ENDING = ['redemption period', 'pending delete', 'pending restore'];
/** Dates that no registry means. */
const [EARLIEST, LATEST] = [Date.UTC(1985, 0), Date.UTC(2200, 0)];

export interface Answered {
  /** Null where the registry states none. */
  readonly expires: string | null;
  readonly ending: readonly string[];
}

/** What an answer states about a domain; null where it is none about that domain. */
export function readAnswer(json: unknown, domain: string): Answered | null {
  const parsed = answer.safeParse(json);
  if (!parsed.success) return null;
  const { ldhName, events = [], status = [] } = parsed.data;
  if (ldhName.toLowerCase().replace(/\.$/, '') !== domain) return null;
  const stated = events.find(({ eventAction }) => eventAction.toLowerCase() === 'expiration')?.eventDate;
  const date = stated === undefined ? null : Date.parse(stated);
  if (date !== null && !(date >= EARLIEST && date < LATEST)) return null;
  return {
    expires: date === null ? null : new Date(date).toISOString(),
    ending: ENDING.filter((one) => status.some((state) => state.toLowerCase() === one)),
  };
}
