/** `everyMs`: a plain interval. `cron`: a node-cron expression (5 or 6 fields), read in UTC. */
export type Schedule = { readonly everyMs: number } | { readonly cron: string };
