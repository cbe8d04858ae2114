/** What media there is, and what it travels over. */
export const MEDIA_KINDS = ['audio', 'video'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];

/** Directly between two participants, or over the bridge. */
export const PATHS_TAKEN = ['p2p', 'bridge'] as const;
export type PathTaken = (typeof PATHS_TAKEN)[number];
