/** Participants' letters, by which faults name them. */

/**
 * Gives each participant a letter. Whoever's display name is one capital letter (the bots' are) has that
 * letter, the first to join where two claim it; the others get the letters left, by order of display name.
 * After Z somebody has none (the empty string) and cannot be named in a fault.
 */
export function nameParticipants(
  participants: readonly { readonly id: string; readonly displayName: string }[],
): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const { id, displayName } of participants) {
    if (!/^[A-Z]$/.test(displayName) || taken.has(displayName)) continue;
    names.set(id, displayName);
    taken.add(displayName);
  }
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('').filter((letter) => !taken.has(letter));
  const others = participants.filter(({ id }) => !names.has(id));
  for (const { id } of others.toSorted((a, b) => a.displayName.localeCompare(b.displayName, 'en'))) {
    names.set(id, letters.shift() ?? '');
  }
  return names;
}
