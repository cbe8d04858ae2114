/** How far the deployment's own web app came with a participant who is not in the call, and what people would see of it. */
import type { Found } from '../../check.ts';
import type { CallCauseOf } from '../causes.ts';
import { eventsOf, type ParticipantFacts, type StepFacts } from '../observe/facts.ts';
import { arrives, type CallStream } from '../result.ts';

type Witness = Pick<ParticipantFacts, 'timeline'>;

/** What keeps a room out of another site's page, without whom it is about. */
export type EmbedTrouble =
  | Pick<CallCauseOf<'embed-script'>, 'id' | 'how' | 'message'>
  | Pick<CallCauseOf<'embed-refused'>, 'id' | 'header' | 'value'>
  | Pick<CallCauseOf<'embed-empty'>, 'id'>;

/** What keeps an app from its conference, without whom it is about. */
export type AppTrouble =
  | Pick<CallCauseOf<'app-refuses-browser'>, 'id' | 'setting' | 'libraryWorks'>
  | Pick<CallCauseOf<'app-csp'>, 'id' | 'directive' | 'blocked'>
  | Pick<CallCauseOf<'app-script-failed'>, 'id' | 'script'>
  | Pick<CallCauseOf<'app-exception'>, 'id' | 'message' | 'script'>
  | Pick<CallCauseOf<'app-before-meeting'>, 'id'>
  | Pick<CallCauseOf<'app-not-started'>, 'id' | 'reached'>;

/** Null for a participant that is in no other site's page, or whose room is there. */
export function embedTrouble(participant: Witness): EmbedTrouble | null {
  const last = (name: string) => eventsOf(participant, name).at(-1)?.detail;
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
  const script = last('embed-script');
  if (script)
    return {
      id: 'embed-script',
      how: script.how === 'missing' ? 'missing' : 'broken',
      message: text(script.message),
    };
  const refused = last('embed-refused');
  if (refused) {
    const header = (['x-frame-options', 'content-security-policy'] as const).find(
      (one) => one === refused.header,
    );
    return { id: 'embed-refused', header: header ?? null, value: text(refused.value) };
  }
  return last('embed-empty') ? { id: 'embed-empty' } : null;
}

/** What people would miss where the room is in another site's page. */
function embedFindings({ participants, completeAt }: StepFacts): Found<'call'>[] {
  const withEvent = (name: string) => participants.filter((each) => eventsOf(each, name).length > 0);
  const namesOf = (those: readonly ParticipantFacts[]) => those.map(({ name }) => name);
  const found: Found<'call'>[] = [];
  const denied = withEvent('embed-denied');
  const detail = denied[0] && eventsOf(denied[0], 'embed-denied').at(-1)?.detail;
  if (detail) {
    const features = Array.isArray(detail.features) ? detail.features.map(String) : [];
    const allow = typeof detail.allow === 'string' ? detail.allow : null;
    const cause = { id: 'embed-denied', participants: namesOf(denied), features, allow } as const;
    found.push({ cause, outcome: 'fail', where: 'sender' });
  }
  const without = withEvent('embed-storage');
  if (without.length > 0)
    found.push({
      cause: { id: 'embed-storage', participants: namesOf(without) },
      outcome: 'degraded',
      where: 'receiver',
    });
  const silent = withEvent('joined').filter(
    (each) => each.plan.client === 'iframe' && eventsOf(each, 'embed-joined').length === 0,
  );
  if (completeAt !== null && silent.length > 0)
    found.push({
      cause: { id: 'embed-silent', participants: namesOf(silent) },
      outcome: 'degraded',
      where: 'receiver',
    });
  return found;
}

/** Null for a participant that is no app, or whose app has its conference. */
export function appTrouble(participant: Witness): AppTrouble | null {
  const phases = eventsOf(participant, 'app-phase').map(({ detail }) => String(detail.phase));
  const state = eventsOf(participant, 'app-state').at(-1)?.detail;
  if (phases.length === 0 || phases.includes('conference')) return null;
  if (state?.state === 'unsupported') {
    const setting = typeof state.setting === 'string' ? state.setting : null;
    return { id: 'app-refuses-browser', setting, libraryWorks: null };
  }
  const [csp] = eventsOf(participant, 'app-csp');
  if (csp)
    return { id: 'app-csp', directive: String(csp.detail.directive), blocked: pathOf(csp.detail.blocked) };
  const [script] = eventsOf(participant, 'app-script-failed');
  if (script) return { id: 'app-script-failed', script: pathOf(script.detail.url) };
  const [exception] = eventsOf(participant, 'app-exception');
  if (exception)
    return {
      id: 'app-exception',
      message: String(exception.detail.message),
      script: pathOf(exception.detail.script) || null,
    };
  if (state?.state === 'before-meeting') return { id: 'app-before-meeting' };
  return { id: 'app-not-started', reached: phases.includes('bundle') ? 'bundle' : 'page' };
}

/** An address without what is no help: scheme and host of the deployment, queries. */
function pathOf(url: unknown): string {
  const text = String(url);
  return (URL.parse(text)?.pathname ?? text).slice(0, 200);
}

/** What people would miss in the app though the call works. */
export function appFindings(
  step: StepFacts,
  streams: readonly CallStream[],
  idOf: ReadonlyMap<string, string>,
): Found<'call'>[] {
  const found = embedFindings(step);
  const { participants, completeAt } = step;
  const unasked = participants.filter((each) => eventsOf(each, 'app-media-not-asked').length > 0);
  if (unasked.length > 0) {
    const cause = { id: 'app-media-not-asked', participants: unasked.map(({ name }) => name) } as const;
    found.push({ cause, outcome: 'fail', where: 'sender' });
  }
  if (completeAt === null) return found;
  const missing = participants.flatMap((receiver) => {
    const last = eventsOf(receiver, 'app-tiles').at(-1)?.detail.missing;
    const ids: readonly unknown[] = Array.isArray(last) ? last : [];
    return participants.flatMap(({ name: sender }) => {
      const id = idOf.get(sender);
      const comes = streams.some(
        (stream) => stream.receiver === receiver.name && stream.sender === sender && arrives(stream),
      );
      return id !== undefined && ids.includes(id) && comes ? [{ receiver: receiver.name, sender }] : [];
    });
  });
  if (missing.length > 0)
    found.push({
      cause: { id: 'app-tiles-missing', tiles: missing },
      outcome: 'degraded',
      where: 'receiver',
    });
  return found;
}
