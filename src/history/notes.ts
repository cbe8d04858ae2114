/** Notes that outlast the process: what could not be written yet waits in memory, the latest of each key. */
import type { DatabaseSync } from 'node:sqlite';
import * as sql from './statements.ts';

export class Notes {
  readonly #values = new Map<string, string>();
  /** Keys whose value is not in the file yet. */
  readonly #waiting = new Set<string>();

  /** Takes over what the file has, apart from what is newer here. */
  read(db: DatabaseSync): void {
    for (const [key, value] of sql.notes(db)) if (!this.#waiting.has(key)) this.#values.set(key, value);
  }

  get(key: string): string | null {
    return this.#values.get(key) ?? null;
  }

  set(key: string, value: string | null): void {
    if (value === null) this.#values.delete(key);
    else this.#values.set(key, value);
    this.#waiting.add(key);
  }

  /** A new file is begun: everything has to be written to it. */
  startOver(): void {
    for (const key of this.#values.keys()) this.#waiting.add(key);
  }

  get areWritten(): boolean {
    return this.#waiting.size === 0;
  }

  /** Writes what waits, within the transaction of whoever calls; `written` once that has ended. */
  write(db: DatabaseSync): void {
    for (const key of this.#waiting) sql.writeNote(db, key, this.get(key));
  }

  written(): void {
    this.#waiting.clear();
  }
}
