/** What a call is doing, as data; whoever looks on reads it in words. */
export type CallDoing =
  | { readonly id: 'launch'; readonly browsers: readonly string[] }
  | { readonly id: 'join' }
  | { readonly id: 'step'; readonly step: string }
  /** The matrix is complete. `step` is absent in a call of one step. */
  | { readonly id: 'watch'; readonly step?: string };
