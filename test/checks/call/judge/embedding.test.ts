/** What keeps a room out of another site's page, and what people would miss there. */
import { describe, expect, it } from 'vitest';
import type { CallCause } from '../../../../src/checks/call/causes.ts';
import { embedOrders } from '../../../../src/checks/call/drive/embedding.ts';
import { appFindings, embedTrouble } from '../../../../src/checks/call/judge/app.ts';
import { standstills } from '../../../../src/checks/call/judge/obstacles.ts';
import type { StepFacts } from '../../../../src/checks/call/observe/facts.ts';
import { sentence } from '../../../../src/checks/sentence.ts';

const timeline = (events: Readonly<Record<string, object>>) =>
  Object.entries(events).map(([name, detail]) => ({
    at: 1,
    name,
    detail: detail as Record<string, unknown>,
  }));
const participant = (events: Readonly<Record<string, object>>, client = 'iframe') =>
  ({
    name: 'A',
    plan: { client },
    timeline: timeline(events),
    samples: [],
  }) as unknown as StepFacts['participants'][number];
const step = (events: Readonly<Record<string, object>>, completeAt: number | null = 1, client = 'iframe') =>
  ({ completeAt, participants: [participant(events, client)] }) as unknown as StepFacts;
const causes = (facts: StepFacts) =>
  appFindings(facts, [], new Map()).map(({ cause, outcome }) => ({ outcome, ...cause }));
const said = (cause: object, language: 'en' | 'fr' = 'en') => sentence('call', cause as CallCause, language);

const JOINED = { joined: { endpointId: 'a' }, 'embed-joined': {} };

describe('a room that another site cannot embed', () => {
  it.each([
    [
      { 'embed-script': { how: 'missing', message: null } },
      { id: 'embed-script', how: 'missing', message: null },
    ],
    [{ 'embed-script': { how: 'broken', message: 'x is not defined' } }, { message: 'x is not defined' }],
    [
      {
        'embed-refused': { header: 'x-frame-options', value: 'DENY', error: 'net::ERR_BLOCKED_BY_RESPONSE' },
      },
      { id: 'embed-refused', header: 'x-frame-options', value: 'DENY' },
    ],
    [{ 'embed-refused': { header: 'server', value: 1 } }, { id: 'embed-refused', header: null, value: null }],
    [{ 'embed-empty': {} }, { id: 'embed-empty' }],
  ])('%j', (events, cause) => {
    expect(embedTrouble(participant(events))).toMatchObject(cause);
    const [found] = standstills({ participants: [participant(events)], refusals: [] } as never, []);
    expect(found!.finding).toMatchObject({ outcome: 'fail', cause: { ...cause, participants: ['A'] } });
  });

  it('is none for whoever is no frame, or is in one', () => {
    expect(embedTrouble(participant({}))).toBeNull();
    expect(embedTrouble(participant({ 'app-phase': { phase: 'page' } }))).toBeNull();
  });

  it('is said with what to change', () => {
    const refused = {
      id: 'embed-refused',
      participants: ['A'],
      everybody: false,
      header: 'x-frame-options',
      value: 'DENY',
    };
    expect(said(refused)).toContain('`x-frame-options: DENY`');
    expect(said(refused)).toContain('`frame-ancestors`');
    expect(said(refused, 'fr')).toContain('interdit à d’autres sites de l’intégrer');
  });
});

describe('an embedded room', () => {
  it('in which all is well is no finding', () => {
    expect(causes(step(JOINED))).toEqual([]);
    expect(causes(step({ joined: { endpointId: 'a' } }, 1, 'app'))).toEqual([]);
  });

  it('of which its site hears nothing is degraded, once the call is complete', () => {
    expect(causes(step({ joined: {} }))).toMatchObject([{ outcome: 'degraded', id: 'embed-silent' }]);
    expect(causes(step({ joined: {} }, null))).toEqual([]);
  });

  it('without camera and microphone is a failure, with whose doing it is', () => {
    const denied = (allow: string) =>
      causes(step({ ...JOINED, 'embed-denied': { features: ['camera', 'microphone'], allow } }))[0]!;
    expect(denied('')).toMatchObject({ outcome: 'fail', features: ['camera', 'microphone'], allow: '' });
    expect(said(denied('autoplay'))).toContain('external_api.js gives the frame `allow="autoplay"`');
    expect(said(denied('camera; microphone'))).toContain(
      'a Permissions-Policy header of the deployment forbids it',
    );
    expect(said(denied(''), 'fr')).toContain('la caméra et le micro');
  });

  it('without storage is degraded', () => {
    expect(causes(step({ ...JOINED, 'embed-storage': {} }))).toMatchObject([
      { outcome: 'degraded', id: 'embed-storage', participants: ['A'] },
    ]);
  });
});

describe('what external_api.js is given', () => {
  const given = { displayName: 'A', config: {}, token: null };

  it('is host, port and room, with the tenant before it; the script is at the top of the host', () => {
    expect(embedOrders('https://meet.example.org:8443/acme/', 'vigie-1', given)).toMatchObject({
      script: 'https://meet.example.org:8443/external_api.js',
      domain: 'meet.example.org:8443',
      roomName: 'acme/vigie-1',
      noSsl: false,
    });
    expect(embedOrders('http://127.0.0.1:8787/', 'vigie-1', given)).toMatchObject({
      roomName: 'vigie-1',
      noSsl: true,
    });
  });
});
