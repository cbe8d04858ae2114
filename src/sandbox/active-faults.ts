/** The faults that are active in a sandbox. */
import { type Fault, FaultError, type HeldWord, type MeetSwitch, parseFault } from './faults.ts';
import { type MailWord, takesAway, type ZoneRecordName } from './mail/faults.ts';
import type { MediaKind } from './meet/messages.ts';

/** The parts of the sandbox ask it; a part that must act on a change listens. */
export class ActiveFaults {
  readonly #broken = new Map<string, Fault>();
  readonly #listeners = new Set<() => void>();

  /** Activates all of these or, where one is not understood, none. Throws `FaultError`. */
  break(texts: readonly string[]): void {
    this.change({ break: texts, mend: [] });
  }

  /** Fixes all of these or, where one is not active, none. `slow`, `slow-signaling` and `loss` need no figure. Throws `FaultError`. */
  fix(texts: readonly string[] | 'all'): void {
    this.change({ break: [], mend: texts });
  }

  /** Fixes, then breaks; changes nothing where one fault is not understood. Throws `FaultError`. */
  change(wanted: { readonly break: readonly string[]; readonly mend: readonly string[] | 'all' }): void {
    const faults = wanted.break.map(parseFault);
    const keys =
      wanted.mend === 'all' ? [...this.#broken.keys()] : wanted.mend.map((text) => this.#keyOf(text));
    for (const key of keys) this.#broken.delete(key);
    for (const parsed of faults) this.#broken.set(parsed.key, parsed);
    if (faults.length + keys.length > 0) for (const listener of this.#listeners) listener();
  }

  #keyOf(text: string): string {
    const bare = text.trim().toLowerCase();
    const key = ['slow', 'slow-signaling', 'loss'].includes(bare) ? bare : parseFault(text).key;
    if (this.#broken.has(key)) return key;
    const list = this.list();
    throw new FaultError(
      `the fault "${text}" is not active. ${list.length > 0 ? `Active: ${list.map((entry) => `"${entry}"`).join(', ')}.` : 'None is.'}`,
    );
  }

  /** The active faults in their canonical spelling, in the order in which they were activated. */
  list(): string[] {
    return [...this.#broken.values()].map(({ text }) => text);
  }

  /** Calls back after every change, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #some(test: (entry: Fault) => boolean): boolean {
    for (const entry of this.#broken.values()) if (test(entry)) return true;
    return false;
  }

  /** Whether what `from` sends of this kind is lost before the bridge. */
  uplinkCut(kind: MediaKind, from: string): boolean {
    return this.#some(
      (entry) => entry.what === 'uplink' && entry.from === from && entry.kinds.includes(kind),
    );
  }

  /** Whether the stream announced to `to` as that of `from` is not forwarded. */
  streamCut(kind: MediaKind, from: string, to: string): boolean {
    return this.#some(
      (entry) =>
        (entry.what === 'stream' && entry.from === from && entry.to === to && entry.kinds.includes(kind)) ||
        (entry.what === 'downlink' && entry.to === to),
    );
  }

  /** Whose media is sent where `announced` is announced: themselves, or the one they are swapped with. */
  swappedWith(kind: MediaKind, announced: string): string {
    for (const entry of this.#broken.values()) {
      if (entry.what !== 'swapped' || !entry.kinds.includes(kind)) continue;
      const [one, other] = entry.pair;
      if (announced === one) return other;
      if (announced === other) return one;
    }
    return announced;
  }

  bridgeChannelCut(to: string): boolean {
    return this.#some((entry) => entry.what === 'bridge-channel' && (entry.to === null || entry.to === to));
  }

  /** Whether this participant's page is to send a still picture (`frozen`), near silence (`silent`), a `small` picture, or a screen after sharing it (`kept`), or the bridge has its pictures `mixed`. */
  held(what: HeldWord, from: string): boolean {
    return this.#some((entry) => entry.what === what && entry.from === from);
  }

  is(what: MeetSwitch | MailWord): boolean {
    return this.#broken.has(what);
  }

  /** Whether this record of a domain is not to be published. */
  recordGone(record: ZoneRecordName, domain: string): boolean {
    return this.#some((entry) => entry.what === 'record-gone' && takesAway(entry, record, domain));
  }

  /** Milliseconds that every forwarded packet is held back. */
  get delayMs(): number {
    return this.#msOf('slow');
  }

  /** Milliseconds that the answer to each ping is held back. */
  get signalingDelayMs(): number {
    return this.#msOf('slow-signaling');
  }

  #msOf(what: 'slow' | 'slow-signaling'): number {
    const entry = this.#broken.get(what);
    return entry?.what === what ? entry.ms : 0;
  }

  /** The share of forwarded packets to lose, 0 to 1. */
  get lossShare(): number {
    const entry = this.#broken.get('loss');
    return entry?.what === 'loss' ? entry.share : 0;
  }
}
