/** The command that does what a run did. */
import type { Played } from '../../checks/call/keep/played.ts';

/** `vigie call` for it; null where its steps or participants are a configuration's own. Thresholds are the configuration's business, too. */
export function callCommand(played: Played): string | null {
  const { url, participants, scene, watch, completeWithin, p2p, insecure, rooms = 1 } = played;
  if (scene === null || participants === null) return null;
  const words = ['vigie', 'call', url];
  if (participants.join() !== 'chromium,chromium,chromium')
    words.push('--participants', participants.join(','));
  if (scene !== 'join') words.push('--steps', scene);
  if (watch !== null) words.push('--watch', String(watch / 1000));
  if (completeWithin !== null) words.push('--within', String(completeWithin / 1000));
  if (rooms > 1) words.push('--rooms', String(rooms));
  if (!p2p) words.push('--no-p2p');
  if (insecure) words.push('--insecure');
  return [...words, '--evidence', 'evidence'].map(quoted).join(' ');
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
