/** What is asked once and remembered, failures too; whoever asks meanwhile waits for the same answer. */
export function askedOnce<Key, Found>(
  known: Map<Key, Promise<Found>>,
  key: Key,
  ask: () => Promise<Found>,
): Promise<Found> {
  const found = known.get(key) ?? ask();
  known.set(key, found);
  return found;
}
