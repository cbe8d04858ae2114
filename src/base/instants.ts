/** Instants as sentences and tables show them. */

/** `2026-11-22 15:00 UTC`, of an instant in ISO 8601 that is in UTC. */
export function instantInUtc(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
