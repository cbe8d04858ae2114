/** What ends a call before it is complete. */
import type { BrowserFault } from '../../../browsers/faults.ts';

/** Why a call cannot go on. `target`: what the deployment reported to a participant; it is for the findings to name. */
export type Obstacle =
  | { readonly whose: 'ours'; readonly fault: BrowserFault; readonly at: number }
  | {
      readonly whose: 'target';
      readonly participant: string;
      readonly detail: Record<string, unknown>;
      readonly at: number;
    };
