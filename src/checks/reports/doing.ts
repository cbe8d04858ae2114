/** What a reports run is doing, as data. */
export type ReportsDoing =
  | { readonly id: 'opening' }
  | { readonly id: 'reading'; readonly done: number; readonly of: number; readonly reports: number };
