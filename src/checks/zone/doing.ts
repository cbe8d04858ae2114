/** What a zone check is doing, as data; whoever looks on reads it in words. */
export interface ZoneDoing {
  readonly id: 'records';
  readonly done: number;
  readonly domains: number;
}
