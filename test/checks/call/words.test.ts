/** What a call's findings and reasons say: every one, in every language, whatever their data. */
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../../src/base/language.ts';
import { callCauses } from '../../../src/checks/call/causes.ts';
import { type StreamReason, streamReasons } from '../../../src/checks/call/reasons.ts';
import { callWords } from '../../../src/checks/call/words/index.ts';
import { reasonWords } from '../../../src/checks/call/words/reasons.ts';
import { sentence } from '../../../src/checks/sentence.ts';
import { webCauses } from '../../../src/checks/web/causes.ts';
import { samplesOf } from '../../support/samples.ts';

/** What a value that is missing, or was never meant to be read, looks like in a sentence. */
const HOLES = /undefined|null|NaN|\[object|Infinity| {2}|\.\.$|: \.$|\$\{/;
const own = Object.keys(callCauses).filter((id) => !(id in webCauses)) as (keyof typeof callCauses)[];

describe.each(LANGUAGES)('in %s', (language) => {
  it.each(own)('%s is one sentence without holes', (id) => {
    for (const data of samplesOf(callCauses[id])) {
      const text = sentence('call', { id, ...(data as object) }, language);
      expect(text, JSON.stringify(data)).not.toMatch(HOLES);
      expect(text).toMatch(/^\P{Ll}|^lib-|^jicofo/u);
    }
  });

  it.each(Object.keys(streamReasons) as StreamReason['id'][])('the reason %s has no holes', (id) => {
    for (const data of samplesOf(streamReasons[id])) {
      const text = reasonWords[language]({ id, ...(data as object) } as StreamReason);
      expect(text, JSON.stringify(data)).not.toMatch(HOLES);
      expect(text).not.toMatch(/\.$/);
    }
  });
});

it('says the same of a stream in English and in French', () => {
  const why: StreamReason = {
    ...{ id: 'not-received', sender: 'A', receiver: 'B', packetsPerSecond: 50, other: 'C' },
    ...{ began: true, transport: null },
  };
  const stream = {
    receiver: 'B',
    sender: 'A',
    kind: 'audio' as const,
    reason: null,
    cause: why,
    where: null,
  };
  const cause = {
    ...({ id: 'stream-lost', scope: 'some', receivers: ['B'], senders: ['A'], kinds: ['audio'] } as const),
    ...{ why, otherReasons: 0, streams: [{ ...stream, lostAt: '2026-11-22T15:00:07.123Z' }] },
    ...{ step: 'reload-C', moment: { what: 'reloaded', who: ['C'] } as const, againIn: ['reload-D'] },
  };
  expect(callWords.en.findings['stream-lost'](cause)).toBe(
    'After C reloaded: B no longer hears A since 15:00:07 UTC: A sends it (50 packets/s); C receives it, but packets no longer reach B; still so in reload-D.',
  );
  expect(callWords.fr.findings['stream-lost'](cause)).toBe(
    'Après le rechargement de la page de C : B n’entend plus A depuis 15:00:07 UTC : A l’envoie (50 paquets/s) ; C le reçoit, mais les paquets n’atteignent plus B ; toujours le cas à reload-D.',
  );
});
