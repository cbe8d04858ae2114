/** What each language has to say of web fronts and connections. */
import type { ConnectionFailure } from '../../../net/failure.ts';
import type { Sentences } from '../../wording.ts';
import type { WebCause } from '../causes.ts';

export interface WebWords {
  readonly findings: Sentences<WebCause>;
  /** Why a connection failed, as a clause without a full stop. */
  readonly failure: (failure: ConnectionFailure) => string;
}

/** A sentence's first letter; a host's name keeps its own. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
