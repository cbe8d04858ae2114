/** What the server is handed by whoever starts it. */
import type { Logger } from '../checks/check.ts';
import type { Histories } from '../compare/histories.ts';
import type { EvidenceStore } from '../history/evidence-store.ts';
import type { RunStore } from '../history/store.ts';
import type { Networks } from '../net/networks.ts';
import type { Scheduler } from '../schedule/scheduler.ts';
import type { OtherPlace } from '../view/places.ts';
import type { StatusOptions } from '../view/status.ts';
import type { Access } from './access.ts';
import type { Guests } from './guests.ts';
import type { ReloadState } from './metrics/index.ts';
import type { Notifications } from './metrics/notifications.ts';
import type { TokenTries } from './tries.ts';

/** What went wrong inside Vigie since its start, apart from any target. */
export interface InternalErrors {
  readonly count: number;
  /** When the last one came about; null where there was none. */
  readonly last: Date | null;
}

/** What the server shows and whom it asks; it knows nothing else of the service. */
export interface ServerSource {
  readonly version: string;
  /** The watched deployment is our own sandbox, and is named as such. */
  readonly sandbox: boolean;
  readonly store: RunStore;
  /** The pasts of its checks. */
  readonly histories: Histories;
  readonly schedule: Pick<Scheduler, 'checks' | 'nextRun' | 'activity' | 'request' | 'maintain'>;
  readonly access: () => Access;
  /** Names by which it may be called, beside addresses and those that nobody can register; `*`: any. */
  readonly hosts?: () => readonly string[];
  /** Under which address people reach the pages; null where that is not configured. */
  readonly publicUrl?: () => string | null;
  /** Addresses and networks of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies?: () => Networks;
  /** Where this Vigie runs (`server.place`); null where that is not configured. */
  readonly place?: () => string | null;
  /** What the operator says on the status page. */
  readonly status?: () => StatusOptions;
  /** What is seen from other places (`status.others`). */
  readonly others?: () => readonly OtherPlace[];
  readonly lastReload: () => ReloadState;
  /** Reads the configuration again; gives what is wrong with it. Absent where there is none. */
  readonly reload?: () => Promise<readonly string[]>;
  /** What runs left; null where none is kept. */
  readonly evidence: () => Pick<EvidenceStore, 'list' | 'open' | 'writable'> | null;
  readonly internalErrors: () => InternalErrors;
  /** Leads people through calls; absent where nobody can. */
  readonly guests?: Guests;
  readonly notifications?: () => Notifications;
  /** Counts wrong tokens, for whoever else asks for their number. */
  readonly tries?: TokenTries;
  readonly log: Logger;
}
