/** The `signaling` check: everything that a call needs before there is media, asked without a browser. */
import { randomBytes } from 'node:crypto';
import { within } from '../../base/deadline.ts';
import type { CheckContext, CheckKind, CheckResult, Phase } from '../check.ts';
import { baseOf } from '../deployment-url.ts';
import { outcomeOf } from '../outcome.ts';
import { Web } from '../web/client.ts';
import { type Front, lookAtFront } from './front.ts';
import { type SignalingOptions, signalingOptions } from './options.ts';
import { tryNamedStun, tryRelays } from './relays.ts';
import { Report } from './report.ts';
import type { DeploymentConfig, PartName } from './result.ts';
import {
  askServerVersion,
  connect,
  requestConference,
  type Scene,
  SIGNALING_PARTS,
  Streams,
} from './signaling.ts';

/** The parts that wait for each other: web front, stream, login, what is asked then, TURN. */
const IN_A_ROW = 5;
/** What a run may need beside answers: evaluating config.js, closing, a busy machine. */
const OVERHEAD_MS = 20_000;
/** A version that has not been told when all else is known is waited for so long. */
const VERSION_MS = 200;
const AFTER_FRONT: readonly PartName[] = [...SIGNALING_PARTS, 'turn-credentials'];

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
  const report = new Report();
  const web = new Web({ insecure: options.insecure });
  const front: Front = { base: baseOf(options.url), web, options, context, report };
  const phases: Phase[] = [];
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    try {
      return await work();
    } finally {
      phases.push({ name, ms: Math.round(performance.now() - start) });
    }
  };
  let config: DeploymentConfig | null = null;
  try {
    context.progress({ phase: 'front', text: 'asking the web front' });
    const found = await timed('front', () => lookAtFront(front));
    config = found.config;
    const { deployment } = found;
    if (deployment) {
      context.progress({ phase: 'signaling', text: 'connecting to XMPP and TURN' });
      const room = `vigie-${randomBytes(6).toString('hex')}`;
      await timed('signaling', () => signal({ ...front, deployment, room }));
    } else {
      for (const name of AFTER_FRONT) report.skip(name, 'config.js could not be used');
    }
  } catch (cause) {
    // Cut short, it tells what it knows; that it was cut short, the runner says.
    if (!context.signal.aborted) throw cause;
  } finally {
    web.close();
  }
  const { findings, certificates, parts, software } = report;
  return {
    summary: outcomeOf(findings) === 'pass' ? praise(parts.filter(({ ok }) => ok).length) : '',
    findings,
    phases,
    signaling: { url: options.url, config, certificates, parts },
    software,
  };
}

const praise = (working: number): string => `${working} of ${working} parts answer as they should`;

/** Everything behind the front, at once as far as one thing does not need another. */
async function signal(scene: Scene): Promise<void> {
  const streams = new Streams();
  try {
    const loggedIn = connect(scene, streams);
    const conference = requestConference(scene, loggedIn);
    const needed = [loggedIn, conference, tryRelays(scene, loggedIn), tryNamedStun(scene)];
    const version = askServerVersion(scene, loggedIn, conference);
    await settled(needed);
    await within(VERSION_MS, scene.context.signal, () => version).catch(() => {});
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
