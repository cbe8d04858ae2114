/** What a `mail` check has to say in each language. */
import type { KindWords } from '../../wording.ts';
import type { MailCause } from '../causes.ts';
import type { MailDoing } from '../doing.ts';
import type { DkimReason, DmarcReason, SpfReason } from '../reasons.ts';
import type { ProbeResult } from '../result.ts';
import type { Shape } from '../shape-names.ts';

/** Why a mechanism did not pass, as part of a sentence. */
export interface ReasonWords {
  readonly dkim: (reason: DkimReason) => string;
  readonly spf: (reason: SpfReason) => string;
  readonly dmarc: (reason: DmarcReason) => string;
}

export interface MailWords extends KindWords<MailCause> {
  readonly reasons: ReasonWords;
  /** What it is doing, in a few words. */
  readonly progress: (doing: MailDoing) => string;
  /** The attempts that a relay must refuse. */
  readonly probes: Readonly<Record<ProbeResult['name'], string>>;
  /** Messages of real shape, each as the subject of a sentence. */
  readonly shapes: Readonly<Record<Shape, string>>;
}
