/** Events of a participant in words, in both languages. */
import { expect, it } from 'vitest';
import type { CallRecording, RecordedEvent } from '../../../src/checks/call/keep/recording.ts';
import { sayEvent } from '../../../src/view/report/events.ts';
import { LANGUAGES } from '../../../src/view/words/index.ts';

const recording = { startedAt: 0, participants: [] } as unknown as CallRecording;
const said = (name: string, detail: RecordedEvent['detail'], language: 'en' | 'fr') =>
  sayEvent({ at: 0, name, detail }, recording, LANGUAGES[language]);

it.each([
  ['p2p', { active: true }, 'the call becomes direct', 'l’appel devient direct', 'quiet'],
  ['joined', { endpointId: 'ab' }, 'is in the room, as ab', 'est dans la salle, sous le nom ab', 'good'],
  ['mute', { local: true, kind: 'audio', muted: true }, 'mutes its audio', 'coupe le son', 'quiet'],
  ['conference.connectionInterrupted', {}, 'media is interrupted', 'le média est interrompu', 'bad'],
  [
    'bridge-socket',
    { url: 'wss://meet.example.org/colibri-ws/jvb1', status: 503, error: null },
    'the bridge channel at wss://meet.example.org/colibri-ws/jvb1 fails: HTTP 503',
    'le canal vers le pont à wss://meet.example.org/colibri-ws/jvb1 échoue : HTTP 503',
    'bad',
  ],
  [
    'server-refused',
    { of: 'conference-request', status: 429 },
    'the conference request is answered with 429',
    'la demande de conférence reçoit la réponse 429',
    'bad',
  ],
  [
    'waiting',
    { for: 'lobby' },
    'waits for admission from the lobby',
    'attend d’être admis depuis la salle d’attente',
    'quiet',
  ],
  [
    'media-asked',
    { kinds: ['audio', 'video'] },
    'the web app asks for the microphone and the camera',
    'l’application web demande le micro et la caméra',
    'quiet',
  ],
  [
    'app-tiles',
    { missing: ['ab'] },
    'the web app has no tile for ab',
    'l’application web n’a pas de tuile pour ab',
    'warn',
  ],
  [
    'app-tiles',
    { missing: [] },
    'the web app has a tile for everybody',
    'l’application web a une tuile pour tout le monde',
    'quiet',
  ],
] as const)('the event %s', (name, detail, en, fr, tone) => {
  expect(said(name, detail, 'en')).toEqual({ text: en, tone });
  expect(said(name, detail, 'fr')).toEqual({ text: fr, tone });
});

it('the event disconnected is bad where nobody asked for it', () => {
  expect(said('disconnected', { message: 'disconnected' }, 'fr').tone).toBe('quiet');
  expect(said('disconnected', { message: 'timeout' }, 'fr').tone).toBe('bad');
});

it('an event without words is shown as it is', () => {
  expect(said('toString', { a: 1 }, 'fr')).toEqual({ text: 'toString {"a":1}', tone: 'quiet' });
});
