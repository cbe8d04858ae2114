/** What a call leaves for a person: statistics, events, console and a screenshot of each participant. */
import type { EvidenceSink } from '../check.ts';
import type { Participant } from './participant.ts';
import type { Session } from './session.ts';

/** Writes `A-stats.json`, `A-events.json`, `A-console.txt` and `A.png` for each participant; best effort. */
export async function keepEvidence(session: Session, sink: EvidenceSink): Promise<void> {
  await Promise.all(session.participants.map((participant) => keepParticipant(participant, sink)));
}

async function keepParticipant(participant: Participant, sink: EvidenceSink): Promise<void> {
  const { name, allSamples, history, console: lines } = participant;
  const screenshot = await participant.screenshot().catch(() => null);
  await Promise.all([
    sink.write(`${name}-stats.json`, `${JSON.stringify(allSamples, null, 1)}\n`),
    sink.write(`${name}-events.json`, `${JSON.stringify(history.map(readable), null, 1)}\n`),
    sink.write(`${name}-console.txt`, `${lines.join('\n')}\n`),
    ...(screenshot ? [sink.write(`${name}.png`, screenshot)] : []),
  ]);
}

const readable = ({ at, name, detail }: Participant['timeline'][number]) => ({
  at: new Date(at).toISOString(),
  name,
  ...detail,
});
