/** What a run is doing, in the reader's language. */
import { expect, it } from 'vitest';
import { callWords } from '../../src/checks/call/words/index.ts';
import type { Kind } from '../../src/checks/check.ts';
import { becameOf } from '../../src/checks/mail/doing.ts';
import type { MessageResult } from '../../src/checks/mail/result.ts';
import { mailWords } from '../../src/checks/mail/words/index.ts';
import { progressIn } from '../../src/checks/sentence.ts';

it.each<[Kind, { id: string }, string]>([
  ['call', { id: 'join' }, 'entrée dans la salle'],
  ['signaling', { id: 'front' }, 'interrogation du serveur web'],
  ['mail', { id: 'receive' }, 'préparation de la réception'],
  ['zone', { id: 'records', done: 50, domains: 90 } as { id: string }, '50 domaines sur 90'],
])('progress of %s is rendered in French', (kind, doing, text) => {
  expect(progressIn(kind, { phase: 'x', text: 'english', doing }, 'fr')).toEqual({ text, language: 'fr' });
});

it('progress without data stays in English', () => {
  expect(progressIn('call', { phase: 'x', text: 'english' }, 'fr')).toEqual({
    text: 'english',
    language: 'en',
  });
});

it('a step of several is named when its matrix is complete', () => {
  const doing = { id: 'watch', step: 'reload' } as const;
  expect(callWords.en.progress(doing)).toBe('reload: everybody hears and sees everybody; watching');
  expect(callWords.fr.progress(doing)).toMatch(/^reload : tout le monde entend et voit tout le monde/);
});

it('a message that was not received carries how far its submission got', () => {
  const message = { from: 'a@b.example', delivery: null, bounce: null, submission: { state: 'refused' } };
  const doing = becameOf(message as MessageResult);
  expect(doing).toEqual({ id: 'not-received', from: 'a@b.example', submission: 'refused' });
  expect(mailWords.en.progress(doing)).toBe('the message from a@b.example: refused, not received');
  expect(mailWords.fr.progress(doing)).toBe('le message de a@b.example : refusé, non reçu');
});
