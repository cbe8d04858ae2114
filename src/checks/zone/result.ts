/** What a zone run found (the `zone` key of a run). */
export type ZoneResult = Record<string, never>;
