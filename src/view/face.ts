/** What pages show of the runs of one kind, beside what all runs have. */
import type { CallRecording } from '../checks/call/keep/recording.ts';
import type { Kind, Results } from '../checks/check.ts';
import type { Tone } from './format.ts';
import type { Html } from './html.ts';
import type { Words } from './words/index.ts';

/** A piece of what a run looked at, that can be followed from run to run. */
export interface Cell {
  /** The same in every run, and in every language. */
  readonly key: string;
  readonly label: string;
  readonly tone: Tone;
  readonly word: string;
}

/** What the details of a run are drawn from, beside its result. */
export interface Particulars {
  /** Null where nothing was recorded, or nothing of it is kept: then there are no graphs. */
  readonly recording: CallRecording | null;
  /** The address of a screenshot that is kept of this participant; null where there is none. */
  readonly screenshot: (participant: string) => string | null;
  /** The run is in progress. */
  readonly pending: boolean;
  readonly t: Words;
}

export interface PageFace<K extends Kind> {
  /** Its details have graphs and lanes, which need a style sheet of their own. */
  readonly drawings?: true;
  /** Ids of advice by which a failing run need not be believed. */
  readonly doubts?: readonly string[];
  /** For the overview: what is wrong, at a glance. */
  summary(result: Results[K], t: Words): Html | null;
  /** Everything, for the page of a run and its report. */
  details(result: Results[K], particulars: Particulars): Html | null;
  /** The pieces that the page of a check follows from run to run. */
  cells(result: Results[K], t: Words): readonly Cell[];
  /** What is known of a run in progress, in a few lines. */
  readonly progress?: (partial: Results[K], t: Words) => Html | null;
  /** The address of what was looked at, where a person may open it. */
  readonly address?: (result: Results[K]) => string;
  /** Facts for the overview, such as a version: each with its term. */
  readonly facts?: (result: Results[K]) => readonly (readonly [term: string, value: string])[];
}
