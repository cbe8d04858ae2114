/** Where a stream breaks, in words. */
import type { Language } from '../base/language.ts';
import type { Where } from './check.ts';

type KnownWhere = Exclude<Where, 'unknown'>;

export const whereWords: Readonly<Record<Language, Readonly<Record<KnownWhere, string>>>> = {
  en: {
    sender: 'at the sender',
    uplink: 'on the way from the sender to the bridge',
    bridge: 'at the bridge',
    downlink: 'on the way from the bridge to the receiver',
    receiver: 'at the receiver',
    signaling: 'in the signaling',
  },
  fr: {
    sender: 'chez l’émetteur',
    uplink: 'entre l’émetteur et le pont',
    bridge: 'sur le pont',
    downlink: 'entre le pont et le récepteur',
    receiver: 'chez le récepteur',
    signaling: 'dans la signalisation',
  },
};
