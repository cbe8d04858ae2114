/** What a signaling check is doing, as data; whoever looks on reads it in words. */
export type SignalingDoing = { readonly id: 'front' } | { readonly id: 'signaling' };
