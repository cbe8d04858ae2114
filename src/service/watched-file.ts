/**
 * Watches a file by looking at it: a ConfigMap changes by another link in its path, which no file watcher is notified of, and
 * an editor by another file of the same name.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** How often it is looked at. */
const EVERY_MS = 2000;
/** A configuration has some kilobytes; what is larger is not looked at whole. */
const LARGEST = 4_000_000;

async function digestOf(file: string): Promise<string | null> {
  try {
    const content = await readFile(file);
    return createHash('sha256').update(content.subarray(0, LARGEST)).digest('hex');
  } catch {
    // It is being replaced, or was removed: the configuration in use stays.
    return null;
  }
}

/**
 * Calls `changed` once the content is another one and has stayed so for two looks; returns the function that ends it.
 * @param everyMs between two looks
 */
export async function watchFile(file: string, changed: () => void, everyMs = EVERY_MS): Promise<() => void> {
  let known = await digestOf(file);
  let before = known;
  let looking = false;
  const look = async () => {
    if (looking) return;
    looking = true;
    const now = await digestOf(file);
    looking = false;
    if (now !== null && now !== known && now === before) {
      known = now;
      changed();
    }
    before = now;
  };
  const timer = setInterval(() => void look(), everyMs);
  return () => clearInterval(timer);
}
