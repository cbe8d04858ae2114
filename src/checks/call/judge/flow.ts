/** What flows on one RTP stream of a participant, from its last statistics. */
export interface Flow {
  readonly exists: boolean;
  readonly active: boolean | null;
  readonly packets: number | null;
  readonly packetsPerSecond: number | null;
  readonly framesPerSecond: number | null;
  /** Whether there was any sound in what was captured or received; null where it is not reported. */
  readonly sounds: boolean | null;
  readonly codec: string | null;
}
