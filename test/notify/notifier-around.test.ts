/** What a notification takes into account beside the runs: other places, maintenance, Vigie itself; and the heartbeat. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { notify } from '../../src/config/notify.ts';
import type { OwnState } from '../../src/notify/own-faults.ts';
import type { OtherPlace, SeenState } from '../../src/view/places.ts';
import { httpReceiver } from '../support/notify/receivers.ts';
import { FINE, FIRING, NotifierSetting, RESOLVED, status } from '../support/notify/setting.ts';

const MINUTE = 60_000;

let setting: NotifierSetting;
beforeEach(async () => {
  setting = new NotifierSetting(await httpReceiver());
});
afterEach(() => setting.stop());

describe('places', () => {
  const seen = (name: string, state: SeenState): OtherPlace => ({
    place: name,
    reachable: state !== 'unknown',
    checks: [
      { name: 'meet', kind: 'call', title: null, group: null, state, since: null, checkedAt: null },
      // Of the same name, and something else.
      { name: 'meet', kind: 'mail', title: null, group: null, state: 'ok', since: null, checkedAt: null },
    ],
  });
  const sent = () => {
    const { title, severity, text, items } = setting.receiver.got.at(-1)!.body as unknown as {
      title: string;
      severity: string;
      text: string;
      items: [{ place: string; elsewhere: object; links: { runbook: string } }];
    };
    const [{ place: from, elsewhere, links }] = items;
    return { title, severity, text, from, elsewhere, runbook: links.runbook };
  };

  it('a fault that is seen from one place alone is a warning, and says from where it works', async () => {
    setting.place = 'lyon';
    setting.others = [seen('paris', 'ok'), seen('brest', 'unknown'), seen('lille', 'failing')];
    setting.start();
    setting.runs('FFF');
    await expect.poll(() => setting.receiver.got.length, { timeout: 10_000 }).toBe(1);
    expect(sent()).toMatchObject({
      title: '[FIRING] warning: meet (lyon): C does not see B',
      severity: 'warning',
      text: expect.stringContaining(
        '3 of the latest runs failed. From paris it works. From lille it does not work either. Whether it works from brest is not known.',
      ) as string,
      from: 'lyon',
      elsewhere: { working: ['paris'], failing: ['lille'], unknown: ['brest'] },
      runbook: 'https://vigie.example.org/runbooks/VigieFailingInOnePlace.md',
    });
    // Then it fails everywhere: that is worse, and is sent.
    setting.others = [seen('paris', 'failing'), seen('lille', 'failing')];
    setting.runs('F');
    await expect.poll(() => setting.receiver.got.length, { timeout: 10_000 }).toBe(2);
    expect(sent()).toMatchObject({
      title: '[FIRING] critical: meet (lyon): C does not see B',
      text: expect.stringContaining('From paris and lille it does not work either.') as string,
    });
    setting.runs('P');
    await setting.settled([
      't0: [FIRING] warning: meet (lyon): C does not see B',
      't0: [FIRING] critical: meet (lyon): C does not see B',
      't0: [RESOLVED] meet (lyon): It works again.',
    ]);
  });

  it.each<[string, () => OtherPlace[]]>([
    ['nobody else watches it', () => [{ place: 'paris', reachable: true, checks: [] }]],
    ['the others do not answer', () => [seen('paris', 'unknown')]],
    ['it has not run there', () => [seen('paris', 'none')]],
  ])('it is as bad as it is configured where %s', async (_what, its) => {
    setting.others = its();
    setting.start();
    setting.runs('FFF');
    await setting.settled([FIRING]);
    expect(sent().severity).toBe('critical');
  });
});

describe('maintenance', () => {
  const on = { from: '2026-01-01T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z', by: 'hand' } as const;

  it('nothing is sent while it lasts, and the state afterwards', async () => {
    setting.checks = [status('meet', { maintenance: on })];
    const notifier = setting.start();
    setting.runs('FFF');
    await setting.quiet();
    expect(setting.titles()).toEqual([]);
    setting.checks = [status('meet')];
    notifier.look();
    await setting.settled([FIRING]);
    setting.checks = [status('meet', { maintenance: on })];
    setting.runs('PPP');
    await setting.quiet();
    expect(setting.titles()).toEqual([FIRING]);
    setting.checks = [status('meet')];
    notifier.look();
    await setting.settled([FIRING, RESOLVED]);
  });

  it('a check that is removed or disabled is not called well', async () => {
    const notifier = setting.start();
    setting.runs('FFF');
    await setting.settled([FIRING]);
    setting.checks = [status('meet', { enabled: false })];
    notifier.look();
    setting.checks = [];
    notifier.look();
    await setting.quiet();
    expect(setting.titles()).toEqual([FIRING]);
  });
});

describe('of Vigie itself', () => {
  it.each([
    ['historyWritable', false, 6, 'The history cannot be written'],
    ['evidenceWritable', false, 6, 'Evidence cannot be written'],
    ['configurationAccepted', false, 6, 'The changed configuration was rejected'],
    ['runsLost', 3, 0, 'Runs were lost'],
    ['runsSkipped', 30, 0, 'More than a quarter of the scheduled runs'],
    ['internalErrors', 1, 0, 'There were internal errors'],
    ['tokensRefused', 21, 0, 'More than 20 requests with a wrong token'],
  ])('%s is notified, and that it is over', async (key, value, minutes, words) => {
    setting.checks = [];
    const notifier = setting.start();
    const now = Date.now();
    notifier.look(now - minutes * MINUTE - 1000);
    setting.own = { ...FINE, [key]: value };
    notifier.look(now - minutes * MINUTE);
    notifier.look(now);
    await expect
      .poll(setting.titles)
      .toEqual([expect.stringContaining(`t0: [FIRING] warning: Vigie: ${words}`)]);
    if (typeof FINE[key as keyof OwnState] === 'boolean') setting.own = FINE;
    notifier.look(now + 7 * 3_600_000);
    await expect.poll(setting.titles).toHaveLength(2);
    expect(setting.titles()[1]).toContain('[RESOLVED] Vigie: ');
  });

  it('the fourth start within half an hour is a crash loop', async () => {
    setting.checks = [];
    for (let i = 0; i < 3; i++) await setting.start().stop(0);
    await setting.quiet();
    expect(setting.titles()).toEqual([]);
    setting.start();
    await setting.settled([
      't0: [FIRING] critical: Vigie: Vigie restarts again and again: runs in progress are lost each time.',
    ]);
  });
});

describe('the heartbeat', () => {
  it('is sent while checks run, and not when none does any more', async () => {
    setting.checks = [status('meet')];
    const notifier = setting.start({
      targets: [],
      heartbeat: { url: `${setting.receiver.url}/beat`, every: '10s' },
    });
    await expect
      .poll(() => setting.receiver.got.map(({ method, path }) => `${method} ${path}`))
      .toEqual(['GET /beat']);
    await expect.poll(() => notifier.counts.heartbeats).toEqual({ ok: 1, failed: 0 });
    // Its first runs are overdue then.
    setting.checks = [status('meet', { intervalMs: 0 })];
    notifier.configure(
      notify.parse({ heartbeat: { url: `${setting.receiver.url}/beat`, every: '10s' } }),
      null,
    );
    await setting.quiet();
    expect(setting.receiver.got).toHaveLength(1);
    setting.runs('F', { startedAt: new Date(Date.now() + 1000).toISOString() });
    notifier.configure(
      notify.parse({ heartbeat: { url: `${setting.receiver.url}/beat`, every: '10s' } }),
      null,
    );
    await expect.poll(() => setting.receiver.got.length, { timeout: 10_000 }).toBe(2);
  });
});
