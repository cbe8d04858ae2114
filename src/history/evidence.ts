/** A run's evidence: files in a directory of its own, with the run and its report beside them. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from '../base/errno.ts';
import { terminalJsonPieces } from '../base/escape.ts';
import type { CallRecording } from '../checks/call/keep/recording.ts';
import type { EvidenceSink, Logger, Outcome, Run } from '../checks/check.ts';
import { packRecording, RECORDING_FILE } from './recording.ts';

export interface FolderOptions {
  readonly log: Logger;
  /** What the files may take together, beside the run and its report; without it, what the disk has. */
  readonly maxBytes?: number;
  /** How much a run with this outcome leaves; without it, everything. */
  readonly wanted?: (outcome: Outcome) => ReturnType<EvidenceSink['wanted']>;
  readonly render: RenderReport;
}

/** What a run's report is drawn from. */
export interface ReportSource {
  readonly run: Run;
  /** What was recorded of a call; null where there was nothing to record, or the run is not one. */
  readonly recording: CallRecording | null;
  /** The other files of the folder. */
  readonly files: readonly EvidenceFile[];
  /** Files that were not kept because the run had too much of them. */
  readonly leftOut: readonly string[];
}

/** Draws a run's report, as one file; whoever keeps evidence is handed it and knows nothing of its form. */
export type RenderReport = (source: ReportSource) => string | Promise<string>;

/** A file of a run's evidence. */
export interface EvidenceFile {
  readonly name: string;
  readonly bytes: number;
}

export interface EvidenceFolder extends EvidenceSink {
  /** Adds the run (`run.json`), what its graphs are drawn from, and its report (`run.html`), unless nothing is to be left of it. Never throws. */
  finish(run: Run): Promise<void>;
  /** Something could not be written. */
  readonly failed: boolean;
}

/** Consoles and messages are not for every account of the machine. */
export const PRIVATE_DIRECTORY = 0o700;
export const PRIVATE_FILE = 0o600;

export const RUN_FILE = 'run.json';
export const REPORT_FILE = 'run.html';

/** Writes into this directory, which is made with the first file. What cannot be written is logged, once. */
export function evidenceFolder(directory: string, options: FolderOptions): EvidenceFolder {
  return new Folder(directory, options);
}

type Content = Parameters<EvidenceSink['write']>[1];

function sizeOf(content: Content): number {
  if (typeof content !== 'function') return Buffer.byteLength(content);
  let bytes = 0;
  for (const piece of content()) bytes += Buffer.byteLength(piece);
  return bytes;
}

class Folder implements EvidenceFolder {
  readonly #directory: string;
  readonly #options: FolderOptions;
  readonly #files: EvidenceFile[] = [];
  readonly #leftOut: string[] = [];
  #recording: CallRecording | null = null;
  #bytes = 0;
  #complained = false;
  #failed = false;

  constructor(directory: string, options: FolderOptions) {
    this.#directory = directory;
    this.#options = options;
  }

  wanted(outcome: Outcome): ReturnType<EvidenceSink['wanted']> {
    return this.#options.wanted?.(outcome) ?? 'everything';
  }

  get failed(): boolean {
    return this.#failed;
  }

  record(recording: CallRecording): void {
    this.#recording = recording;
  }

  async write(name: string, content: Content): Promise<void> {
    const bytes = sizeOf(content);
    if (!this.#fits(name, bytes)) return;
    // Counted before it is written: several files may be on their way.
    this.#bytes += bytes;
    await this.#put(safeName(name), content, bytes);
  }

  async finish(run: Run): Promise<void> {
    if (this.wanted(run.outcome) === 'nothing') return;
    const text = () => terminalJsonPieces(run);
    await this.#put(RUN_FILE, text, sizeOf(text));
    if (this.#recording) {
      const packed = await packRecording(this.#recording);
      if (this.#fits(RECORDING_FILE, packed.byteLength))
        await this.#put(RECORDING_FILE, packed, packed.byteLength);
      // Nor is the report drawn from it, which would be larger still.
      else this.#recording = null;
    }
    try {
      const files = [...this.#files].sort((a, b) => a.name.localeCompare(b.name));
      const page = await this.#options.render({
        run,
        recording: this.#recording,
        files,
        leftOut: this.#leftOut,
      });
      await this.#put(REPORT_FILE, page, Buffer.byteLength(page));
    } catch (error) {
      const { log } = this.#options;
      log.error(
        { run: run.id, error: error instanceof Error ? error.stack : String(error) },
        'no report could be made of a run',
      );
    }
  }

  /** Whether there is room for a file; where there is none, it is named as left out. */
  #fits(name: string, bytes: number): boolean {
    const { maxBytes = Number.POSITIVE_INFINITY } = this.#options;
    if (this.#bytes + bytes <= maxBytes) return true;
    this.#leftOut.push(safeName(name));
    this.#complain({ file: name, bytes, maxBytes }, 'evidence was left out: the run has too much of it');
    return false;
  }

  async #put(name: string, content: Content, bytes: number): Promise<void> {
    const path = join(this.#directory, name);
    try {
      await makeDirectory(this.#directory);
      const data = typeof content === 'function' ? content() : content;
      await writeFile(path, data, { mode: PRIVATE_FILE });
      this.#files.push({ name, bytes });
    } catch (error) {
      this.#failed = true;
      this.#complain({ error: errorCode(error) }, 'evidence could not be written');
      // Half a file is worse than none: it looks like one.
      await rm(path, { force: true }).catch(() => {});
    }
  }

  #complain(fields: object, message: string): void {
    if (!this.#complained) this.#options.log.warn({ directory: this.#directory, ...fields }, message);
    this.#complained = true;
  }
}

/**
 * Makes a directory and those above it, where they are missing, for this account alone. Node's own `recursive` tries for ever
 * where a directory exists and yet nothing can be made in it for want of a place (`/proc`, Node 24.21).
 */
export async function makeDirectory(directory: string): Promise<void> {
  const attempt = () =>
    mkdir(directory, { mode: PRIVATE_DIRECTORY }).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
  try {
    await attempt();
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(directory) === directory) throw error;
    await makeDirectory(dirname(directory));
    await attempt();
  }
}

/** A file name without a way out of its directory, whatever a check made it from. */
export function safeName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_') || '_';
}
