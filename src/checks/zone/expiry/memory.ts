/** What registries answered, kept over runs and restarts in the history's notes: they are asked seldom. */
import { z } from 'zod';
import type { Past } from '../../check.ts';
import { at, text } from '../../schema.ts';
import type { Services } from './read.ts';

const schema = z.object({
  /** Of the list of RDAP servers: its address, when it was last asked for, and what it had. */
  list: z.object({ url: text, at: z.number(), services: z.array(z.tuple([text, text])) }).nullable(),
  /** By the domain of the list. `expires` null: none is stated. `failed`: no answer could be used. */
  domains: z.array(
    z.tuple([
      text,
      z.object({
        registered: text,
        expires: at.nullable(),
        ending: z.array(text),
        askedAt: z.number(),
        failed: z.boolean(),
      }),
    ]),
  ),
});

export type Known = z.output<typeof schema>['domains'][number][1];

export interface Memory {
  list: { url: string; at: number; services: Services } | null;
  readonly domains: Map<string, Known>;
}

const NOTE = 'registrations';
/** The memories of this process, by check: without a history, they last as long as it. */
const memories = new Map<string, Memory>();

/** Forgets everything. For tests. */
export function forgetRegistrations(): void {
  memories.clear();
}

export function recall(check: string, past: Past | undefined): Memory {
  const known = memories.get(check) ?? read(past?.recall(NOTE) ?? null);
  memories.set(check, known);
  return known;
}

function read(kept: string | null): Memory {
  const nothing: Memory = { list: null, domains: new Map() };
  if (kept === null) return nothing;
  try {
    const { data } = schema.safeParse(JSON.parse(kept));
    if (!data) return nothing;
    const list = data.list && { ...data.list, services: new Map(data.list.services) };
    return { list, domains: new Map(data.domains) };
  } catch {
    return nothing;
  }
}

/** Keeps what is known of these domains, and nothing of others. */
export function remember(past: Past | undefined, memory: Memory, domains: readonly string[]): void {
  const wanted = new Set(domains);
  for (const domain of [...memory.domains.keys()]) if (!wanted.has(domain)) memory.domains.delete(domain);
  const { list } = memory;
  past?.note(
    NOTE,
    JSON.stringify({ list: list && { ...list, services: [...list.services] }, domains: [...memory.domains] }),
  );
}
