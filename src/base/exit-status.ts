/** What a process of ours ends with: for scripts, supervisors and CI. */
export const EXIT = {
  /** All pass. */
  pass: 0,
  /** Something failed. */
  fail: 1,
  /** Wrong usage or configuration. */
  usage: 2,
  /** Vigie could not tell, for a reason of its own. */
  error: 3,
} as const;
