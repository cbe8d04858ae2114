/** Has participants do what a step says: join, leave, reload, crash, lose or change their network, sleep, mute, share, wait at the door and admit. */
import type { Act } from '../scene/acts.ts';
import { now } from './clock.ts';
import type { Participant } from './participant.ts';
import type { Session } from './session.ts';
import type { Step } from './step.ts';

/**
 * Plays the acts of a step one after the other. Whoever joins is waited for until they are in the room, at most
 * until `deadline` (milliseconds since the epoch).
 * @throws {NotLoaded | BrowserFault | Error} when a page does not load or does not obey.
 */
export async function perform(
  session: Session,
  step: Step,
  deadline: number,
  signal: AbortSignal,
): Promise<void> {
  for (const act of step.plan.acts) {
    if (session.blocked() || signal.aborted || now() > deadline) return;
    await one(act, { session, step, deadline, signal });
  }
}

interface Stage {
  readonly session: Session;
  readonly step: Step;
  readonly deadline: number;
  readonly signal: AbortSignal;
}

async function one(act: Act, stage: Stage): Promise<void> {
  const { session, step, deadline, signal } = stage;
  if (act.act === 'wait') {
    await session.until(() => false, Math.min(deadline, now() + act.ms), signal);
    return;
  }
  const people = session.participants.filter(({ name }) => act.who.includes(name));
  switch (act.act) {
    case 'join':
      await Promise.all(people.filter(({ ready }) => !ready).map((each) => each.load()));
      await enter(stage, people);
      return;
    case 'leave':
      await Promise.all(people.map((each) => each.hangUp()));
      return;
    case 'crash':
      step.disturbed(act.who);
      await Promise.all(people.map((each) => each.crash()));
      return;
    case 'network':
      await Promise.all(people.map((each) => each.conditions.cut(act.on)));
      step.networkChanged(act.who, act.on);
      return;
    case 'move':
      await Promise.all(people.map((each) => each.move(act.to)));
      step.renewed(act.who);
      return;
    case 'sleep':
      await Promise.all(people.map((each) => each.sleep()));
      step.networkChanged(act.who, false);
      return;
    case 'wake':
      // Whether the cut held is looked at before anything passes again.
      step.networkChanged(act.who, true);
      await Promise.all(people.map((each) => each.conditions.wake()));
      step.renewed(act.who);
      return;
    case 'reload':
      await Promise.all(people.map((each) => each.load()));
      await enter(stage, people);
      return;
    case 'lobby':
      await Promise.all(people.map((each) => each.closeLobby()));
      return;
    case 'knock':
      await Promise.all(people.filter(({ ready }) => !ready).map((each) => each.load()));
      await session.join(act.who);
      await session.until(
        () => people.every((each) => each.waits || each.endpointId !== null),
        deadline,
        signal,
      );
      return;
    case 'admit': {
      step.restart(act.who);
      const [host] = session.participants.filter(({ endpointId, waits }) => endpointId !== null && !waits);
      await host?.admit(act.who);
      await session.until(() => people.every(({ endpointId }) => endpointId !== null), deadline, signal);
      return;
    }
    case 'share':
    case 'unshare': {
      const on = act.act === 'share';
      const answers = (each: Participant) => each.events('share').length + each.events('share-failed').length;
      const before = new Map(people.map((each) => [each, answers(each)]));
      if (on) step.shareBegins(act.who);
      await Promise.all(people.map((each) => each.share(on)));
      await session.until(() => people.every((each) => answers(each) > before.get(each)!), deadline, signal);
      if (!on) step.shareEnded(act.who);
      return;
    }
    case 'mute':
      await Promise.all(people.map((each) => each.mute(act.kinds, true)));
      step.muteChanged(act.who, act.kinds, true);
      return;
    case 'unmute':
      step.muteChanged(act.who, act.kinds, false);
      await Promise.all(people.map((each) => each.mute(act.kinds, false)));
  }
}

/** These join, and are in the room when it returns, unless something keeps them out. */
async function enter(
  { session, step, deadline, signal }: Stage,
  people: readonly Participant[],
): Promise<void> {
  const names = people.map(({ name }) => name);
  step.restart(names);
  await session.join(names);
  const done = () => people.every(({ endpointId, barred }) => endpointId !== null || barred);
  await session.until(done, deadline, signal);
}
