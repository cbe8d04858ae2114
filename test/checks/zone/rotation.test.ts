/** DKIM selectors over all domains: runs against a name server of the test, with mail runs as the history has them. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Past, Run } from '../../../src/checks/check.ts';
import { longTxt, txt, zone } from '../../support/dns/server.ts';
import { OTHER_KEY } from '../../support/zone/keys.ts';
import { openMemory } from '../../support/zone/past.ts';
import { closeServers, customer, OPERATOR, run, type Table } from '../../support/zone/run.ts';

afterEach(closeServers);

const DAY = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * DAY).toISOString();
const at = (selector: string, domain: string, record: string): Table => ({
  [`${selector}._domainkey.${domain} TXT`]: [record.length > 250 ? longTxt(record) : txt(record)],
});
const NEW = `v=DKIM1; k=rsa; p=${OTHER_KEY}`;
const DOMAINS = ['a.example', 'b.example'];
const BOTH = { ...OPERATOR, ...customer('a.example'), ...customer('b.example') };

/** A run of a mail check whose test message arrived. */
function mailRun(selector: string, startedAt: string, { domain = 'a.example', result = 'pass' } = {}): Run {
  const letters = [{ delivery: {}, dkim: { selector, domain, result } }];
  return { kind: 'mail', check: 'mail', startedAt, mail: { letters } } as unknown as Run;
}

async function look(table: Table, past?: Past, rotation: Record<string, unknown> = { selectors: ['new'] }) {
  const result = await run(DOMAINS, { resolver: zone(table), ...(past && { past }), options: { rotation } });
  const found = result.findings.filter(({ id }) => /^zone-(?:rotation|selector|key)/.test(id));
  return {
    found: found.map(({ id, outcome }) => [id, outcome]),
    findings: found,
    selectors: result.zone!.selectors!,
  };
}

describe('what is published', () => {
  it('is counted for the template’s selector, without a question more', async () => {
    const { found, selectors } = await look(BOTH, undefined, {});
    expect(found).toEqual([]);
    expect(selectors).toMatchObject([
      {
        selector: 'smtp',
        template: true,
        role: 'unknown',
        domains: { published: 2, missing: 0 },
        algorithm: 'rsa',
        bits: 2048,
        variants: 1,
        since: null,
        signedAt: null,
      },
    ]);
  });

  it('names the domains at which a rotation is half done', async () => {
    const { found, findings } = await look({ ...BOTH, ...at('new', 'a.example', NEW) });
    expect(found).toEqual([
      ['zone-rotation-running', 'pass'],
      ['zone-rotation-incomplete', 'degraded'],
    ]);
    expect(findings[1]!.cause).toMatchObject({
      selector: 'new',
      published: 1,
      missing: 1,
      domains: ['b.example'],
    });
    expect(findings[0]!.text).toContain('Which one signs is not known');
  });

  it('says nothing of a domain that could not be looked up', async () => {
    const table = zone({ ...BOTH, ...at('new', 'a.example', NEW) });
    const result = await run(DOMAINS, {
      resolver: (asked) => (asked.name === 'new._domainkey.b.example' ? [] : table(asked)),
      options: { rotation: { selectors: ['new'] } },
      timeout: '200ms',
    });
    expect(result.zone!.selectors![1]!.domains).toMatchObject({ published: 1, missing: 0, unknown: 1 });
    expect(result.findings.map(({ id }) => id)).not.toContain('zone-rotation-incomplete');
  });
});

describe('which one signs', () => {
  it('is what the latest test message of one of the domains shows', async () => {
    const table = { ...BOTH, ...at('new', 'a.example', NEW), ...at('new', 'b.example', NEW) };
    const runs = [
      mailRun('other', ago(0), { domain: 'elsewhere.example' }),
      mailRun('other', ago(0), { result: 'fail' }),
      mailRun('new', ago(0.1)),
      mailRun('smtp', ago(1)),
    ];
    const { found, selectors } = await look(table, openMemory(runs));
    expect(found).toEqual([['zone-rotation-running', 'pass']]);
    expect(selectors.map(({ selector, role, signedAt }) => [selector, role, signedAt])).toEqual([
      ['smtp', 'replaced', runs[3]!.startedAt],
      ['new', 'signs', runs[2]!.startedAt],
    ]);
  });

  it('makes a missing key a failure', async () => {
    const { found } = await look(
      { ...BOTH, ...at('new', 'a.example', NEW) },
      openMemory([mailRun('new', ago(0))]),
    );
    expect(found).toContainEqual(['zone-rotation-incomplete', 'fail']);
  });

  it('may have a name that every object has', async () => {
    const table = { ...BOTH, ...at('constructor', 'a.example', NEW), ...at('constructor', 'b.example', NEW) };
    const runs = openMemory([mailRun('constructor', ago(0))]);
    const { selectors } = await look(table, runs, { selectors: ['constructor'] });
    expect(selectors).toMatchObject([{ selector: 'smtp' }, { selector: 'constructor', role: 'signs' }]);
  });

  it('names a selector that is not looked at', async () => {
    const { found } = await look(BOTH, openMemory([mailRun('surprise', ago(0))]), {});
    expect(found).toEqual([['zone-selector-unlisted', 'degraded']]);
  });

  it('lets the old one go after a while, and not before', async () => {
    const table = { ...BOTH, ...at('new', 'a.example', NEW), ...at('new', 'b.example', NEW) };
    const runs = [mailRun('new', ago(0)), mailRun('smtp', ago(8))];
    const late = await look(table, openMemory(runs));
    expect(late.findings.find(({ id }) => id === 'zone-selector-unused')?.cause).toMatchObject({
      selector: 'smtp',
      template: true,
      signing: 'new',
      days: 8,
      published: 2,
    });
    const early = await look(table, openMemory(runs), { selectors: ['new'], unusedAfter: '9d' });
    expect(early.found).toEqual([['zone-rotation-running', 'pass']]);
  });

  it('is remembered when the runs are gone', async () => {
    const past = openMemory([mailRun('smtp', ago(0))]);
    await look(BOTH, past, {});
    const { selectors } = await look(BOTH, { ...past, latest: () => [] }, {});
    expect(selectors[0]).toMatchObject({ role: 'signs', signedAt: expect.any(String) });
  });
});

describe('over time', () => {
  it('a rotation is finished when the old key is revoked or gone', async () => {
    const past = openMemory([]);
    const table = { ...BOTH, ...at('new', 'a.example', NEW), ...at('new', 'b.example', NEW) };
    await look(table, past);
    const { found } = await look({ ...BOTH, ...at('new', 'a.example', 'v=DKIM1; p=') }, past);
    expect(found).toEqual([['zone-rotation-finished', 'pass']]);
  });

  it('a key has the age since it was first seen', async () => {
    const past = openMemory([]);
    await look(BOTH, past, {});
    const kept = past.recall('selectors')!;
    past.note('selectors', kept.replace(/("seen":\{"[0-9a-f]{32}":)"[^"]+"/, `$1"${ago(400)}"`));
    const old = await look(BOTH, past, {});
    expect(old.findings.map(({ cause }) => cause)).toMatchObject([
      { id: 'zone-key-age', days: 400, most: 365 },
    ]);
    expect((await look(BOTH, past, { maxAge: false })).found).toEqual([]);
    const changed: Table = { ...BOTH };
    for (const domain of DOMAINS)
      Object.assign(changed, at('smtp', domain, `v=DKIM1; h=sha256; k=rsa; p=${OTHER_KEY}`));
    const fresh = await look(changed, past, {});
    expect(fresh.found).toEqual([]);
    expect(fresh.selectors[0]!.since! > ago(1)).toBe(true);
  });

  it('a note that cannot be read counts as none', async () => {
    const past = openMemory([]);
    past.note('selectors', '{"selectors":[');
    expect((await look(BOTH, past, {})).selectors[0]!.domains.published).toBe(2);
  });
});
