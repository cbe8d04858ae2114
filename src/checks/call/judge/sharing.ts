/** Sharing a screen: whether it began, and whether it ended for everybody. What arrives of it is judged as any stream. */
import type { Found } from '../../check.ts';
import { eventsOf, type StepFacts } from '../observe/facts.ts';

/** A message of the library's own is quoted up to here. */
const CHARS = 200;

interface Failure {
  readonly participant: string;
  readonly stopping: boolean;
  readonly message: string;
}

function failures({ participants, startedAt }: StepFacts): Failure[] {
  return participants.flatMap((each) =>
    eventsOf(each, 'share-failed')
      .filter(({ at }) => at >= startedAt)
      .map(({ detail }) => ({
        participant: each.name,
        stopping: detail.on === false,
        message: String(detail.message).slice(0, CHARS),
      })),
  );
}

/** Those who could not share a screen: that nobody sees it needs no other reason. */
export const unableToShare = (step: StepFacts): ReadonlySet<string> =>
  new Set(failures(step).flatMap(({ participant, stopping }) => (stopping ? [] : participant)));

export function sharingFindings(step: StepFacts): Found<'call'>[] {
  const failed = failures(step);
  const { leftovers = [] } = step;
  return [
    ...(failed.length > 0
      ? [{ cause: { id: 'share-failed', failures: failed }, outcome: 'fail', where: 'sender' } as const]
      : []),
    ...(leftovers.length > 0
      ? [
          {
            cause: { id: 'share-not-stopped', streams: leftovers },
            outcome: 'fail',
            where: 'sender',
          } as const,
        ]
      : []),
  ];
}
