/** The `signaling` check: everything that a call needs before there is media, asked without a browser. */

import { GIVE_UP_MS, orGiveUp, within } from '../../base/deadline.ts';
import { resolving } from '../../net/resolving.ts';
import { credentialsOf } from '../accounts/credentials.ts';
import type { CheckContext, CheckKind, CheckResult, Phase } from '../check.ts';
import { baseOf } from '../deployment-url.ts';
import { outcomeOf } from '../outcome.ts';
import { timing } from '../phase.ts';
import { roomOf } from '../room-option.ts';
import { Web } from '../web/client.ts';
import { tryBridge } from './bridge.ts';
import { requestConference } from './conference.ts';
import type { SignalingDoing } from './doing.ts';
import { type Front, lookAtFront } from './front.ts';
import { Inspection } from './inspection.ts';
import { askServerVersion, connect, type Joining, SIGNALING_PARTS, Streams } from './joining.ts';
import { type SignalingOptions, signalingOptions } from './options.ts';
import { tryNamedStun, tryRelays } from './relays.ts';
import type { DeploymentConfig, PartName } from './result.ts';
import { measureRoundTrip } from './round-trip.ts';
import { signalingWords } from './words/index.ts';

/** The parts that wait for each other: web front, stream, login, a second login and the offer (four), the bridge, TURN. */
const IN_A_ROW = 9;
/** What a run may need beside answers: evaluating config.js, closing, a busy machine. */
const OVERHEAD_MS = 20_000;
/** How long a version is waited for when all else is known. */
const VERSION_MS = 200;
const AFTER_FRONT: readonly PartName[] = [...SIGNALING_PARTS, 'turn-credentials', 'round-trip', 'bridge'];

export const signalingKind: CheckKind<'signaling', SignalingOptions> = {
  kind: 'signaling',
  defaultEvery: '1m',
  schema: signalingOptions,
  heavy: false,
  deadlineMs: ({ timeout }) => IN_A_ROW * timeout + OVERHEAD_MS,
  run,
};

async function run(
  options: SignalingOptions,
  context: CheckContext<'signaling'>,
): Promise<CheckResult<'signaling'>> {
  const inspection = new Inspection();
  const { insecure, allowPrivate, url } = options;
  const web = new Web({
    ...{ insecure, allowPrivate, home: new URL(url).hostname },
    lookup: resolving(options),
  });
  const drawn = roomOf(options.room);
  const account = options.account ? await credentialsOf(options.account, drawn, Date.now()) : null;
  if (account && 'id' in account) {
    web.close();
    return { summary: '', findings: [{ cause: account, outcome: 'error' }], phases: [] };
  }
  // A token may be for one room: then that one is asked for.
  const room = (account?.kind === 'token' ? account.claims.room : null) ?? drawn;
  const front: Front = { base: baseOf(options.url), room, web, options, context, inspection };
  const phases: Phase[] = [];
  const timed = timing(phases);
  const show = (id: SignalingDoing['id']) =>
    context.progress({ phase: id, doing: { id }, text: signalingWords.en.progress({ id }) });
  let config: DeploymentConfig | null = null;
  try {
    show('front');
    const found = await timed('front', () => orGiveUp(lookAtFront(front), context.signal, GIVE_UP_MS));
    config = found.config;
    const { deployment } = found;
    if (deployment) {
      show('signaling');
      await timed('signaling', () => signal({ ...front, deployment, credentials: account }));
    } else {
      for (const name of AFTER_FRONT) inspection.skip(name, 'config-unusable');
    }
  } catch (cause) {
    // Cut short, it reports what it knows; that it was cut short, the runner says.
    if (!context.signal.aborted) throw cause;
  } finally {
    web.close();
  }
  const { findings, certificates, parts, software } = inspection;
  return {
    summary: outcomeOf(findings) === 'pass' ? praise(parts.filter(({ ok }) => ok).length) : '',
    findings,
    phases,
    signaling: { url: options.url, config, certificates, parts },
    software,
  };
}

const praise = (working: number): string => `${working} of ${working} parts work`;

/** Everything behind the front, at once as far as one thing does not need another. */
async function signal(joining: Joining): Promise<void> {
  const streams = new Streams();
  try {
    const loggedIn = connect(joining, streams);
    const conference = requestConference(joining, loggedIn);
    const relays = tryRelays(joining, loggedIn);
    const offered = Promise.withResolvers<void>();
    const beside = { loggedIn, conference, relays, streams, offered: offered.resolve };
    const bridge = tryBridge(joining, beside).finally(offered.resolve);
    const roundTrip = measureRoundTrip(joining, loggedIn);
    const needed = [loggedIn, conference, relays, bridge, roundTrip, tryNamedStun(joining)];
    // After all that is asked over this stream: a server that throws out whoever asks for its version does so to nobody else.
    const others = Promise.allSettled([conference, offered.promise, roundTrip]);
    const version = others.then(() => askServerVersion(joining, loggedIn));
    await orGiveUp(settled(needed), joining.context.signal, GIVE_UP_MS);
    await within(VERSION_MS, joining.context.signal, () => version).catch(() => {});
  } finally {
    await streams.close();
  }
}

/** Waits for all, also when one fails, so that nothing goes on behind the back of a run that has ended. */
async function settled(work: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
