import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { outcomeOf } from '../../../src/checks/outcome.ts';
import { runZone } from '../../../src/checks/zone/index.ts';
import { zoneOptions } from '../../../src/checks/zone/options.ts';
import { type Handler, longTxt, mx, reply, txt, zone } from '../../support/dns/server.ts';
import { KEY, OTHER_KEY } from '../../support/zone/keys.ts';

import {
  ALL_EXACT,
  closeServers,
  context,
  customer,
  DMARC,
  ids,
  levels,
  OPERATOR,
  run,
  serve,
  type Table,
  withSentences,
} from '../../support/zone/run.ts';

const directory = mkdtempSync(join(tmpdir(), 'vigie-zone-run-'));
afterEach(closeServers);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('a zone as it should be', () => {
  it('passes, with advice about what RFC 9989 made historic', async () => {
    const table = zone({ ...OPERATOR, ...customer('good.example') });
    const result = await run(['good.example'], { resolver: table, nameServers: [table] });
    expect(levels(result, 'good.example')).toEqual(ALL_EXACT);
    expect(outcomeOf(result.findings)).toBe('pass');
    expect(result.summary).toBe('the records of good.example match the template');
    expect(result.findings.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['zone-template-historic', 'pass'],
      ['zone-template-report-size', 'pass'],
    ]);
    const [domain] = result.zone!.domains;
    expect(domain).toMatchObject({ exists: true, nameServers: [{ name: 'ns1.host.example', state: 'ok' }] });
    expect(domain!.records.filter(({ source }) => source === 'nameServers')).toHaveLength(4);
  });

  it('needs no authorisation for reports to its own organisation', async () => {
    const table = { ...OPERATOR, ...customer('deuxfleurs.fr'), ...customer('sub.deuxfleurs.fr') };
    delete table['deuxfleurs.fr._report._dmarc.deuxfleurs.fr TXT'];
    delete table['sub.deuxfleurs.fr._report._dmarc.deuxfleurs.fr TXT'];
    const result = await run(['deuxfleurs.fr', 'sub.deuxfleurs.fr'], { resolver: zone(table) });
    for (const domain of ['deuxfleurs.fr', 'sub.deuxfleurs.fr']) {
      expect(levels(result, domain)).toEqual({ mx: 'exact', spf: 'exact', dkim: 'exact', dmarc: 'exact' });
    }
  });
});

describe('what is wrong', () => {
  it('is said record by record, with what to publish', async () => {
    const table: Table = {
      ...OPERATOR,
      ...customer('bad.example'),
      'bad.example MX': [mx(10, 'spool.mail.gandi.net')],
      'bad.example TXT': [txt('v=spf1 include:_mailcust.gandi.net ?all')],
      '_mailcust.gandi.net TXT': [txt('v=spf1 ip4:198.51.100.7 ?all')],
      'smtp._domainkey.bad.example TXT': [longTxt(`v=DKIM1; k=rsa; p=${OTHER_KEY}`)],
      '_dmarc.bad.example TXT': [txt(DMARC), txt('v=DMARC1; p=none')],
    };
    delete table['bad.example._report._dmarc.deuxfleurs.fr TXT'];
    const result = await run(['bad.example'], { resolver: zone(table) });
    expect(levels(result, 'bad.example')).toEqual({
      mx: 'different',
      spf: 'different',
      dkim: 'different',
      dmarc: 'multiple',
      'dmarc-report': 'missing',
    });
    expect(ids(result)).toEqual([
      'zone-dkim-different',
      'zone-dmarc-multiple',
      'zone-dmarc-report-missing',
      'zone-mx-different',
      'zone-spf-different',
    ]);
    const records = result.zone!.domains[0]!.records;
    const published = Object.fromEntries(records.map(({ record, publish }) => [record, publish[0]]));
    expect(published.mx).toMatchObject({
      name: '@',
      type: 'MX',
      priority: 10,
      value: 'email-in.deuxfleurs.fr',
    });
    expect(published.spf).toMatchObject({
      value: 'v=spf1 mx:out.deuxfleurs.fr include:_mailcust.gandi.net -all',
    });
    expect(published.dkim).toMatchObject({
      name: 'smtp._domainkey',
      value: `v=DKIM1; h=sha256; k=rsa; p=${KEY}`,
    });
    expect(published['dmarc-report']).toMatchObject({
      zone: 'deuxfleurs.fr',
      name: 'bad.example._report._dmarc',
      bind: 'bad.example._report._dmarc.deuxfleurs.fr. IN TXT "v=DMARC1"',
    });
  });

  it('finds a record that a form put one level too deep', async () => {
    const table = { ...OPERATOR, ...customer('deep.example') };
    table['_dmarc.deep.example.deep.example TXT'] = table['_dmarc.deep.example TXT']!;
    delete table['_dmarc.deep.example TXT'];
    const result = await run(['deep.example'], { resolver: zone(table) });
    const found = result.findings.find(({ id }) => id === 'zone-dmarc-missing');
    expect(found?.cause).toMatchObject({
      domain: 'deep.example',
      notesData: [{ id: 'one-level-too-deep', name: '_dmarc.deep.example.deep.example' }],
    });
    expect(found?.text).toContain('The record is at _dmarc.deep.example.deep.example instead');
  });

  it('does not accept a longer SPF record that receivers cannot evaluate', async () => {
    const table: Table = {
      ...OPERATOR,
      ...customer('long.example'),
      'long.example TXT': [txt('v=spf1 mx:out.deuxfleurs.fr include:nowhere.example -all')],
    };
    const result = await run(['long.example'], { resolver: zone(table) });
    expect(levels(result, 'long.example').spf).toBe('different');
    const found = result.findings.find(({ id }) => id === 'zone-spf-different');
    expect(found?.cause).toMatchObject({
      notesData: [
        { id: 'permerror', fault: { code: 'no-record', of: 'nowhere.example' } },
        { id: 'terms-dropped', terms: [{ term: 'include:nowhere.example', why: 'permerror' }] },
      ],
      publish: [{ value: 'v=spf1 mx:out.deuxfleurs.fr -all' }],
    });
    expect(found?.text).toContain('(permerror): no SPF record found for nowhere.example.');
  });

  it('says of a domain that does not exist just that', async () => {
    const result = await run(['gone.example'], { resolver: zone(OPERATOR) });
    expect(ids(result)).toEqual(['zone-domain-missing']);
    expect(result.zone!.domains[0]!.exists).toBe(false);
  });

  it('says once that the relay has no MX, for which every domain fails', async () => {
    const table = { ...OPERATOR, ...customer('good.example') };
    delete table['out.deuxfleurs.fr MX'];
    const result = await run(['good.example'], { resolver: zone(table) });
    expect(ids(result)).toEqual(['zone-spf-relay']);
    expect(result.summary).toContain('"mx:out.deuxfleurs.fr" means the MX records of out.deuxfleurs.fr');
    expect(levels(result, 'good.example')).toEqual(ALL_EXACT);
  });

  it('reports that an egress address is not covered, and that an MX host has no address', async () => {
    const table = { ...OPERATOR, ...customer('good.example') };
    delete table['email-in.deuxfleurs.fr A'];
    const options = { egress: ['192.0.2.11', '2001:db8::11'] };
    const result = await run(['good.example'], { resolver: zone(table), options });
    expect(ids(result)).toEqual(['zone-mx-host', 'zone-spf-relay']);
    expect(result.findings.find(({ id }) => id === 'zone-spf-relay')?.text).toContain(
      'Mail from 2001:db8::11 fails',
    );
  });
});

describe('what could not be determined', () => {
  it('is unknown, is an error, and spoils nothing else', async () => {
    const table = zone({ ...OPERATOR, ...customer('good.example'), ...customer('mute.example') });
    const failing: Handler = (asked) =>
      asked.name === '_dmarc.mute.example'
        ? [reply(asked, { rcode: 2 })]
        : asked.name === 'smtp._domainkey.mute.example'
          ? []
          : table(asked);
    const result = await run(['mute.example', 'good.example'], { resolver: failing });
    expect(levels(result, 'mute.example')).toEqual({ ...ALL_EXACT, dkim: 'unknown', dmarc: 'unknown' });
    expect(levels(result, 'good.example')).toEqual(ALL_EXACT);
    expect(ids(result)).toEqual(['zone-unknown']);
    expect(outcomeOf(result.findings)).toBe('error');
  });

  it('is said once when it is our resolver', async () => {
    const domains = ['a.example', 'b.example', 'c.example'];
    const result = await run(domains, { resolver: () => [], nameServers: [() => []] });
    expect(ids(result)).toEqual(['zone-hosts-unknown', 'zone-resolver-failed']);
    expect(outcomeOf(result.findings)).toBe('error');
    expect(result.zone!.domains.map(({ exists }) => exists)).toEqual([null, null, null]);
  });

  it('is what a run did not reach before it was aborted', async () => {
    const upstream = await serve(() => []);
    const options = zoneOptions.parse({
      domains: ['a.example', 'b.example'],
      template: 'deuxfleurs',
      variables: { key: KEY },
      resolver: { servers: [`127.0.0.1:${upstream.address.port}`], timeout: '1m' },
    });
    const controller = new AbortController();
    const running = runZone(options, { ...context(), signal: controller.signal }).then(withSentences);
    await expect.poll(() => upstream.asked.length).toBeGreaterThan(0);
    controller.abort(new DOMException('late', 'TimeoutError'));
    const result = await running;
    expect(levels(result, 'b.example')).toEqual({
      mx: 'unknown',
      spf: 'unknown',
      dkim: 'unknown',
      dmarc: 'unknown',
      'dmarc-report': 'unknown',
    });
    expect(ids(result)).toContain('zone-resolver-failed');
  });

  it('compares all but the key when no key is known', async () => {
    const table = { ...OPERATOR, ...customer('good.example') };
    delete table['smtp._domainkey.deuxfleurs.fr TXT'];
    const result = await run(['good.example'], { resolver: zone(table) });
    expect(levels(result, 'good.example')).toEqual({ ...ALL_EXACT, dkim: 'unknown' });
    expect(result.findings.find(({ id }) => id === 'zone-unknown')?.text).toContain('Set the variable "key"');
  });
});

describe('many domains', () => {
  it('are all judged, and alike findings are reported in full only for the first', async () => {
    const domains = Array.from({ length: 150 }, (_, index) => `d${index}.example`);
    const table: Table = { ...OPERATOR };
    for (const [index, domain] of domains.entries()) {
      Object.assign(table, customer(domain));
      if (index % 3 === 0) delete table[`_dmarc.${domain} TXT`];
    }
    const result = await run(domains, { resolver: zone(table), timeout: '10s' });
    expect(result.zone!.domains.map(({ domain }) => domain)).toEqual(domains);
    const alike = result.findings.filter(({ id }) => id === 'zone-dmarc-missing');
    expect(alike).toHaveLength(21);
    expect(alike.at(-1)?.cause).toEqual({ id: 'zone-dmarc-missing', domains: expect.any(Array) });
    expect(alike.at(-1)?.evidence?.domains).toHaveLength(30);
    expect(alike.at(-1)?.text).toContain('The same for 30 further domains');
    const summary =
      '50 of 150 domains do not match the template: d0.example, d3.example, d6.example and 47 more';
    expect(result.summary).toBe(summary);
  });

  it('come from a file too, each once, without the exceptions', async () => {
    const file = join(directory, 'domains.txt');
    const list = '# ours\nA.example\nb.example # the second\n\n';
    writeFileSync(file, list);
    const table = zone({ ...OPERATOR, ...customer('a.example'), ...customer('b.example') });
    const options = { domainsFile: file, except: ['c.example'] };
    // A line that is no domain stops the start; a service that runs reads the file again for each run.
    const change = () => writeFileSync(file, `${list}not a domain\nc.example\n`);
    const result = await run(['b.example'], { resolver: table, options, afterParsing: change });
    expect(result.zone!.domains.map(({ domain }) => domain)).toEqual(['b.example', 'a.example']);
    expect(result.zone!.source).toEqual({ kind: 'file', cached: null });
    expect(ids(result)).toContain('zone-domain-invalid');
    expect(result.findings[0]?.text).toContain(`${file}:5: "not a domain" is not a domain`);
  });

  it('cannot come from a file that is not there', async () => {
    const options = { domainsFile: join(directory, 'none.txt') };
    const result = await run([], { resolver: zone(OPERATOR), options });
    expect(ids(result)).toEqual(['zone-domains-unreadable', 'zone-no-domains']);
    expect(result.zone).toBeUndefined();
  });
});
