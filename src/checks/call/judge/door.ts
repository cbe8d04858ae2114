/** What is wrong with the door of a room: a lobby that cannot be closed, or that lets people in unasked. */
import type { Found } from '../../check.ts';
import { eventsOf, type StepFacts } from '../observe/facts.ts';

export function doorFindings({ plan, participants, door }: StepFacts): Found<'call'>[] {
  const found: Found<'call'>[] = [];
  if (plan.acts.some(({ act }) => act === 'lobby')) {
    const refused = participants.flatMap((each) => {
      const [first] = eventsOf(each, 'lobby-refused');
      return first ? [{ name: each.name, said: String(first.detail.message).slice(0, 300) }] : [];
    });
    const [first] = refused;
    if (first) {
      const cause = {
        id: 'lobby-unavailable',
        participants: refused.map(({ name }) => name),
        said: first.said,
      } as const;
      found.push({ cause, outcome: 'fail', where: 'signaling' });
    }
  }
  // Whoever knocked and is in the room was not asked to wait.
  const inside = door.filter((each) => eventsOf(each, 'joined').length > 0).map(({ name }) => name);
  if (inside.length > 0)
    found.push({ cause: { id: 'door-open', participants: inside }, outcome: 'fail', where: 'signaling' });
  return found;
}
