/** The `call` check: people in a room, and whether each hears and sees each other. */
import { orGiveUp } from '../../base/deadline.ts';
import type { RunningBrowser } from '../../browsers/launch.ts';
import { resolving } from '../../net/resolving.ts';
import type { CheckContext, CheckKind, CheckResult, Found, Phase, Progress } from '../check.ts';
import { baseOf } from '../deployment-url.ts';
import { outcomeOf } from '../outcome.ts';
import { roomOf } from '../room-option.ts';
import { assemble, partial, softwareOfCall } from './assemble.ts';
import type { CallDoing } from './doing.ts';
import { now } from './drive/clock.ts';
import { perform } from './drive/director.ts';
import { logins } from './drive/logins.ts';
import { firstOwnFault, notStarted } from './drive/own-faults.ts';
import { Pool } from './drive/pool.ts';
import { Session } from './drive/session.ts';
import type { Step } from './drive/step.ts';
import { LONGEST_TURN_MS } from './drive/turns.ts';
import { mediaReached } from './judge/media.ts';
import { bridgesElsewhere } from './judge/regions.ts';
import { judgeStep, type StepVerdict } from './judge/step-verdict.ts';
import { keepEvidence } from './keep/evidence.ts';
import { measureCpuPressure } from './observe/cpu-pressure.ts';
import { tooSmall } from './observe/machine.ts';
import { preflight } from './observe/preflight.ts';
import { serverFindings, watchServers } from './observe/server-view.ts';
import { type CallOptions, callOptions } from './options.ts';
import type { CallResult } from './result.ts';
import { inRooms, type RoomRun } from './rooms.ts';
import { everOffline, everSharing } from './scene/acts.ts';
import { choreograph, type StepPlan } from './scene/choreography.ts';
import { browserKey, isApp, type ParticipantPlan } from './scene/participants.ts';
import { callWords } from './words/index.ts';

/** What a run may need beside joining and watching: start, load, leave, clean up. */
const OVERHEAD_MS = 45_000;
/** What pages of the web app may need to load, and a call of two that the library alone is tried in. */
const APP_OVERHEAD_MS = 45_000;
/** What a step may need for statistics at its end, and for a page that loads slowly. */
const STEP_OVERHEAD_MS = 5000;
/** A verdict waits this long at most for streams that are in doubt, or have just stopped, at the end of the watch. */
const SETTLE_MS = 7500;
/**
 * After everybody is complete, encoders and bandwidth estimates need about this long to find their pace; pictures are
 * up to a second old meanwhile. How late streams are is judged after that.
 */
const RAMP_UP_MS = 2000;
/** How long all speak again before the last statistics, after they took turns. */
const ALL_SPEAK_MS = 2500;
/** Once a run is aborted its verdict and evidence may take so long; then browsers are closed, whatever hangs. */
const GIVE_UP_MS = 6000;
/** How often the progress of the call is reported. */
const SHOW_MS = 250;

export const callKind: CheckKind<'call', CallOptions> = {
  kind: 'call',
  defaultEvery: '5m',
  schema: callOptions,
  heavy: true,
  deadlineMs: ({ steps, participants, expect }) =>
    OVERHEAD_MS +
    steps.length * (expect?.within ?? 0) +
    (participants.some(({ client }) => isApp(client)) ? APP_OVERHEAD_MS : 0) +
    steps.reduce((sum, step) => sum + longest(step), 0),
  run: place,
};

/** Places the calls of all rooms at once, in the same browsers. */
async function place(options: CallOptions, context: CheckContext<'call'>): Promise<CheckResult<'call'>> {
  const small = options.rooms > 1 ? await tooSmall(options) : null;
  if (small) return { summary: '', findings: [small], phases: [] };
  const pool = new Pool(options, context.signal);
  try {
    const result = await inRooms(options, context, (room) => new CallRun(room, pool).run());
    const { call, findings } = result;
    return call ? { ...result, findings: [...findings, ...bridgesElsewhere(call.participants)] } : result;
  } finally {
    await pool.close();
  }
}

/** The longest that a step may take, in milliseconds. */
function longest(step: StepPlan): number {
  const turns = step.present.length > 2 ? step.present.length * LONGEST_TURN_MS + ALL_SPEAK_MS : 0;
  return pauses(step) + step.completeWithin + step.watch + SETTLE_MS + STEP_OVERHEAD_MS + turns;
}

/** How long its participants wait on purpose, in milliseconds. */
function pauses({ acts }: StepPlan): number {
  return acts.reduce((sum, act) => sum + (act.act === 'wait' ? act.ms : 0), 0);
}

/** Times the parts of a run. */
class Phases {
  readonly done: Phase[] = [];
  /** @param step absent for a phase of the whole run. */
  async time<T>(name: string, work: () => Promise<T>, step?: string): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      const ms = Math.round(performance.now() - start);
      this.done.push({ ...(step !== undefined && { step }), name, ms });
    }
  }
}

/** A call of two that shows whether the library works in a browser that the app refuses has this long. */
const LIBRARY_MS = 10_000;

/** How long the web app needed, of the participants that are one: the slowest. */
function appPhases({ participants }: Session): Phase[] {
  const times = participants
    .filter(({ plan }) => isApp(plan.client))
    .map(({ history }) => {
      const at = (name: string, phase?: string) =>
        history.find((event) => event.name === name && (phase === undefined || event.detail.phase === phase))
          ?.at;
      return [
        at('app-phase', 'page'),
        at('app-phase', 'bundle'),
        at('app-phase', 'conference'),
        at('joined'),
      ];
    });
  return (['app-bundle', 'app-conference', 'app-joined'] as const).flatMap((name, index) => {
    const taken = times.flatMap((each) => {
      const [from, to] = [each[index], each[index + 1]];
      return from === undefined || to === undefined ? [] : [to - from];
    });
    return taken.length === 0 ? [] : [{ name, ms: Math.round(Math.max(...taken)) }];
  });
}

class CallRun {
  readonly #options: CallOptions;
  readonly #context: CheckContext<'call'>;
  readonly #phases = new Phases();
  readonly #pool: Pool;
  /** The number of its first participant among those of all rooms. */
  readonly #first: number;
  readonly #startedAt = now();
  readonly #verdicts = new Map<Step, StepVerdict>();
  #now: Pick<Progress, 'phase' | 'doing' | 'text'> = { phase: '', text: '' };
  #shown: CallResult | null = null;

  constructor({ options, context, first }: RoomRun, pool: Pool) {
    this.#options = options;
    this.#context = context;
    this.#first = first;
    this.#pool = pool;
  }

  async run(): Promise<CheckResult<'call'>> {
    const { p2p, url, serverMetrics, steps } = this.#options;
    const drawn = roomOf(this.#options.room);
    const first = this.#first;
    const login = await logins(this.#options, drawn, first);
    if (login.unusable.length > 0)
      return { summary: '', findings: login.unusable, phases: this.#phases.done };
    // A token may be for one room: then the call is there.
    const room = login.room ?? drawn;
    const { accounts, waits } = login;
    const [cuts, shares] = [everOffline(steps), everSharing(steps)];
    const session = new Session({ base: baseOf(url), room, p2p, first, accounts, waits, cuts, shares });
    const stop = new AbortController();
    const servers = watchServers(serverMetrics, this.#context.signal);
    try {
      return await orGiveUp(this.#hold(session, servers, stop), this.#context.signal, GIVE_UP_MS);
    } finally {
      stop.abort();
      servers.close();
      await this.#phases.time('leave', () =>
        Promise.all(session.participants.map((participant) => participant.leave())),
      );
    }
  }

  /** The call itself, with nothing cleaned up afterwards. */
  async #hold(
    session: Session,
    servers: ReturnType<typeof watchServers>,
    stop: AbortController,
  ): Promise<CheckResult<'call'>> {
    const { participants, insecure, allowPrivate, resolve } = this.#options;
    const signal = AbortSignal.any([this.#context.signal, stop.signal]);
    // Over each address family that somebody is limited to: what a page of theirs could only call "failed to load" has a cause here.
    const families = [...new Set(participants.map(({ family }) => family))];
    const asked = Promise.all(
      families.map((family) =>
        preflight(session.options, insecure, signal, {
          allowPrivate,
          lookup: resolving({ resolve, family }),
        }),
      ),
    );
    const front = asked.then((each) => {
      const found = each.find(({ findings }) => findings.length > 0) ?? each[0]!;
      // Without page, configuration and library there is no call: no need to wait for the browsers.
      if (found.findings.length > 0) {
        stop.abort();
        this.#pool.unwanted();
      }
      session.landed(found.base);
      session.frontAheadS = found.aheadS ?? null;
      return found.findings;
    });
    let failure: unknown = null;
    try {
      const browsers = await this.#phases.time('launch', () => this.#launch(session));
      // Pages of redirected rooms are where they were redirected to.
      if ((await front).length === 0) {
        await this.#phases.time('load', () =>
          session.load(participants.map((plan) => ({ plan, browser: browsers.get(browserKey(plan))! }))),
        );
      }
      const keeps = this.#context.evidence?.wanted('fail') === 'everything';
      for (const participant of session.participants) participant.wantsRaw = keeps;
    } catch (cause) {
      failure = cause;
    }
    const found = await front;
    if (found.length === 0 && failure === null) failure = await this.#converse(session, signal);
    const phases = [...this.#phases.done, ...appPhases(session)];
    const result = assemble({
      session,
      options: this.#options,
      startedAt: this.#startedAt,
      verdicts: this.#verdicts,
      phases,
      front: found,
      ownFault: firstOwnFault(session.obstacles),
      notStarted: failure === null ? null : notStarted(failure),
    });
    // Where all is well there is nothing to explain: the run does not wait for servers then.
    const views = outcomeOf(result.findings) === 'pass' ? [] : await servers.views();
    const judged = await this.#withLibrary(result.findings, session);
    const findings = [...judged, ...serverFindings(views, judged)];
    const { evidence } = this.#context;
    if (evidence) {
      // A page's statistics are what scripts of the deployment left of them: no verdict depends on writing them down.
      await keepEvidence(session, this.#options, outcomeOf(findings), evidence).catch((err: unknown) =>
        this.#context.log.warn({ err }, 'evidence of a call is incomplete'),
      );
    }
    return { ...result, findings, software: softwareOfCall(session, servers.software()) };
  }

  /** Where the web app refuses a browser: whether a call of two with the library alone works in it. */
  async #withLibrary(
    findings: readonly Found<'call'>[],
    session: Session,
  ): Promise<readonly Found<'call'>[]> {
    const refused = findings.find(({ cause }) => cause.id === 'app-refuses-browser');
    if (refused?.cause.id !== 'app-refuses-browser' || this.#context.signal.aborted) return findings;
    const name = refused.cause.participants[0];
    const plan =
      this.#options.participants[session.participants.find((each) => each.name === name)?.index ?? 0]!;
    const library: ParticipantPlan = { ...plan, client: 'library' };
    const steps = choreograph('join', 2, { watch: 1000, completeWithin: LIBRARY_MS });
    const options: CallOptions = { ...this.#options, rooms: 1, participants: [library, library], steps };
    const quiet = { ...this.#context, evidence: null, progress: () => {} };
    const run = await place(options, quiet);
    const outcome = outcomeOf(run.findings);
    const libraryWorks = outcome === 'error' ? null : outcome !== 'fail';
    const completed: Found<'call'> = { ...refused, cause: { ...refused.cause, libraryWorks } };
    return findings.map((finding) => (finding === refused ? completed : finding));
  }

  #launch(session: Session): Promise<ReadonlyMap<string, RunningBrowser>> {
    const { participants } = this.#options;
    this.#say('launch', { id: 'launch', browsers: [...new Set(participants.map(({ browser }) => browser))] });
    return this.#pool.open(participants, (browser) => session.guard(browser));
  }

  /** Plays all steps, as far as nothing ends the call; gives what stopped our own pages, null when nothing did. */
  async #converse(session: Session, signal: AbortSignal): Promise<unknown> {
    const shown = setInterval(() => this.#show(session), SHOW_MS);
    try {
      for (const plan of this.#options.steps) {
        const step = session.begin(plan);
        try {
          await this.#play(session, step, signal);
        } finally {
          step.endedAt = now();
        }
        this.#verdicts.set(step, judgeStep(step.facts(), this.#options));
        if (session.blocked() || signal.aborted) break;
      }
      return null;
    } catch (cause) {
      return cause;
    } finally {
      clearInterval(shown);
    }
  }

  /** One step: what participants do, until everything is as it must be, then watched. */
  async #play(session: Session, step: Step, signal: AbortSignal): Promise<void> {
    const { plan } = step;
    const alone = this.#options.steps.length === 1;
    this.#say(plan.name, alone ? { id: 'join' } : { id: 'step', step: plan.name });
    const pressure = await measureCpuPressure();
    step.begin();
    const deadline = step.startedAt + pauses(plan) + plan.completeWithin;
    const time = <T>(part: string, work: () => Promise<T>) =>
      this.#phases.time(part, work, alone ? undefined : plan.name);
    await time(alone ? 'join' : 'act', () => perform(session, step, deadline, signal));
    const complete = await time('media', async () => {
      const inTime = await this.#complete(session, step, deadline, signal);
      // Where streams have only just begun to arrive, the others are about to, or not: a verdict now would be a guess.
      return inTime || session.until(() => step.complete(), now() + step.beginsMs(), signal);
    });
    step.watchPressure = await pressure();
    if (complete) {
      step.completeAt = now();
      await time('watch', () => this.#watch(session, step, signal));
    }
    if (step.turns) {
      step.turns.end(now());
      // Statistics are of a call in which all speak.
      await session.until(() => false, now() + ALL_SPEAK_MS, signal);
      step.turns.confirm(now());
    }
    if (!signal.aborted) await session.sampleAll(step);
    step.cpuPressure = await pressure();
  }

  /** Whether everything arrived; where participants take turns, once everybody had one. */
  async #complete(session: Session, step: Step, deadline: number, signal: AbortSignal): Promise<boolean> {
    const done = () => step.complete();
    if ((await session.until(() => done() || step.exhausted(), deadline, signal)) && done()) return true;
    const { turns } = step;
    return turns !== null && !turns.round && session.until(done, now() + turns.longestMs, signal);
  }

  async #watch(session: Session, step: Step, signal: AbortSignal): Promise<void> {
    const { name, watch } = step.plan;
    this.#say('watch', { id: 'watch', ...(this.#options.steps.length > 1 && { step: name }) });
    const pressure = await measureCpuPressure();
    const end = now() + watch;
    await session.until(() => false, Math.min(end, now() + RAMP_UP_MS), signal);
    if (watch > RAMP_UP_MS) {
      step.rampedUp = true;
      for (const cell of step.cells.all) cell.foundPace();
    }
    await session.until(() => false, end, signal);
    const { turns } = step;
    if (turns) await session.until(() => turns.round, now() + turns.longestMs, signal);
    const { expect } = this.#options;
    if (expect) await session.until(() => mediaReached(step.facts(), expect), now() + expect.within, signal);
    await session.until(() => step.settled(), now() + SETTLE_MS, signal);
    step.watchPressure = await pressure();
  }

  #say(phase: string, doing: CallDoing): void {
    this.#now = { phase, doing, text: callWords.en.progress(doing) };
    this.#report();
  }

  /** What is known so far, for whoever looks on. */
  #show(session: Session): void {
    this.#shown = partial({
      session,
      options: this.#options,
      startedAt: this.#startedAt,
      verdicts: this.#verdicts,
    });
    this.#report();
  }

  /** What was known a moment ago still is: nobody who looks on loses the matrix at the change of phase. */
  #report(): void {
    const call = this.#shown;
    this.#context.progress({ ...this.#now, ...(call && { partial: { call } }) });
  }
}
