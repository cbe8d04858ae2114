import { expect, it } from 'vitest';
import type { Outcome } from '../../src/checks/check.ts';
import { Histories } from '../../src/compare/histories.ts';
import { intermittentText } from '../../src/compare/intermittent-words/index.ts';
import { createMemoryStore } from '../../src/history/memory.ts';
import { aCall, aRun, streams } from '../support/history/runs.ts';

const EVERY_MS = 300_000;
const START = Date.UTC(2026, 10, 20);
const OUTCOMES: Record<string, Outcome> = { P: 'pass', F: 'fail', E: 'error' };
const STEPS = ['join', 'reload', 'third-leaves', 'third-joins', 'mute'];

interface Series {
  readonly pattern: string;
  /** The receiver of A's picture that is lost, by the number of the failure. */
  readonly receiver?: (failure: number) => string;
  readonly step?: (failure: number) => string;
  readonly version?: (index: number) => string;
  readonly relayed?: (failed: boolean, index: number) => boolean;
}

function call(lost: { step: string; receiver: string } | null, version: string, relayed: boolean) {
  const steps = STEPS.map((name, index) => ({
    name,
    atMs: index * 3000,
    ms: 2000,
    present: ['A', 'B', 'C'],
  }));
  const all = STEPS.flatMap((step) =>
    streams((stream) => ({
      step,
      ...(lost?.step === step &&
        stream.receiver === lost.receiver &&
        stream.sender === 'A' &&
        stream.kind === 'video' && { verdict: 'lost' as const }),
    })),
  );
  const its = aCall({ streams: all, steps, version });
  const participants = its.participants.map((each) =>
    each.name === 'A' && relayed
      ? { ...each, transport: { ...each.transport!, candidateType: 'relay' as const } }
      : each,
  );
  return { ...its, participants };
}

/** What is said in both languages after these calls. */
function said({
  pattern,
  receiver = (n) => (n % 2 ? 'C' : 'B'),
  step = () => 'third-joins',
  version = () => '2.1.0',
  relayed = () => false,
}: Series) {
  const store = createMemoryStore({ keep: 2000, keepBytes: 1e9 });
  const histories = new Histories(store);
  // Followed from the first run on: what is read later is read as of today.
  histories.of('meet', 'call');
  let failures = 0;
  for (const [index, letter] of pattern.split('').entries()) {
    const failed = letter === 'F';
    const lost = failed ? { step: step(failures), receiver: receiver(failures) } : null;
    if (failed) failures += 1;
    const startedAt = new Date(START + index * EVERY_MS).toISOString();
    store.append(
      aRun({
        startedAt,
        outcome: OUTCOMES[letter],
        call: call(lost, version(index), relayed(failed, index)),
      }),
    );
  }
  const found = histories.intermittent('meet', 'call', START + pattern.length * EVERY_MS);
  histories.close();
  const text = (language: 'en' | 'fr') => intermittentText(found, 'call', language);
  return { en: text('en'), fr: text('fr'), found };
}

const RARELY = 'PPPPPPPPPPPPPPF'.repeat(12);

it('states how often, what the losses share, and how the week before was', () => {
  const { en, fr } = said({ pattern: `${'P'.repeat(108)}${RARELY}` });
  expect(en).toContain('12 of 288 calls of the last 24 hours failed.');
  expect(en).toContain('What was lost: always at step third-joins, always sent by A, always the picture.');
  expect(fr).toContain('12 appels sur 288 des dernières 24 heures ont échoué.');
  expect(fr).toContain(
    'Ce qui a été perdu : toujours à l’étape third-joins, toujours émis par A, toujours l’image.',
  );
  const later = said({ pattern: `${'P'.repeat(500)}${RARELY}` });
  expect(later.en).toContain('12 of 288 calls of the last 24 hours failed; 0 of 392 in the week before.');
  expect(later.fr).toContain(
    '12 appels sur 288 des dernières 24 heures ont échoué ; 0 sur 392 la semaine d’avant.',
  );
});

it('names the version that changed when it began, once', () => {
  const { en, fr, found } = said({
    pattern: `${'P'.repeat(500)}${RARELY}`,
    version: (index) => (index < 500 ? '2.0.9' : '2.1.0'),
  });
  expect(found[0]!.changed).toMatchObject([
    { subject: 'lib-jitsi-meet', from: '2.0.9', to: '2.1.0', before: { runs: 500, failures: 0 } },
  ]);
  expect(en).toContain(
    'lib-jitsi-meet changed from 2.0.9 to 2.1.0 on 21 November at 17:40 UTC: 0 of 500 failed in the week before that, 12 of 180 since.',
  );
  expect(en!.split('2.1.0')).toHaveLength(2);
  expect(fr).toContain(
    'lib-jitsi-meet est passé de 2.0.9 à 2.1.0 le 21 novembre à 17:40 UTC : 0 échec sur 500 la semaine d’avant, 12 sur 180 depuis.',
  );
});

it('does not accuse a version that changed while the share of failures stayed', () => {
  const { en, found } = said({
    pattern: 'PPPPPPPPPPPPPPF'.repeat(40),
    version: (index) => (index < 300 ? '2.0.9' : '2.1.0'),
  });
  expect(found[0]!.changed).toEqual([]);
  expect(en).not.toContain('changed');
});

it('names a circumstance that working runs lack', () => {
  const { en, fr } = said({
    pattern: RARELY,
    step: (n) => STEPS[n % 5]!,
    relayed: (failed, index) => failed || index % 20 === 0,
  });
  expect(en).toContain('In 12 of 12 failing runs A was relayed, in 9 of 168 working ones.');
  expect(fr).toContain(
    'Dans 12 échecs sur 12, A passait par un relais ; dans 9 exécutions réussies sur 168.',
  );
});

it('says nothing of a clean check, and nothing of what failures do not share', () => {
  expect(said({ pattern: 'P'.repeat(300) })).toEqual({ en: null, fr: null, found: [] });
});

it('speaks of runs where a check is no call', () => {
  const kind = 'zone';
  const store = createMemoryStore({ keep: 2000 });
  const histories = new Histories(store);
  histories.of('post', kind);
  for (const [index, letter] of RARELY.split('').entries()) {
    const startedAt = new Date(START + index * EVERY_MS).toISOString();
    store.append(aRun({ kind, check: 'post', startedAt, outcome: OUTCOMES[letter] }));
  }
  const found = histories.intermittent('post', kind, START + RARELY.length * EVERY_MS);
  expect(intermittentText(found, kind, 'en')).toBe('12 of 180 runs of the last 24 hours failed.');
  expect(intermittentText(found, kind, 'fr')).toBe(
    '12 exécutions sur 180 des dernières 24 heures ont échoué.',
  );
  histories.close();
});
