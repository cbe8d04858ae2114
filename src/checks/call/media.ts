/** What media there is, and what it travels over. `screen`: a second picture, of those who share one. */
export const MEDIA_KINDS = ['audio', 'video', 'screen'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];

/** Of a microphone and a camera: everybody sends them, and can mute them. */
export const DEVICE_KINDS = ['audio', 'video'] as const satisfies readonly MediaKind[];
export type DeviceKind = (typeof DEVICE_KINDS)[number];

/** Directly between two participants, or over the bridge. */
export const PATHS_TAKEN = ['p2p', 'bridge'] as const;
export type PathTaken = (typeof PATHS_TAKEN)[number];
