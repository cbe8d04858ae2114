/** Domains handed on one by one: a run over any number of them holds what is wrong, and what it is working on. */
import { afterEach, expect, it } from 'vitest';
import type { CheckContext, Part } from '../../../src/checks/check.ts';
import { runCheck } from '../../../src/checks/run.ts';
import { zoneKind } from '../../../src/checks/zone/index.ts';
import { zoneOptions } from '../../../src/checks/zone/options.ts';
import { txt, zone } from '../../support/dns/server.ts';
import {
  ALL_EXACT,
  closeServers,
  context,
  customer,
  levels,
  OPERATOR,
  run,
  serve,
  type Table,
} from '../../support/zone/run.ts';

afterEach(closeServers);

const taker = () => {
  const parts: Part<'zone'>[] = [];
  const take: CheckContext['take'] = async (part) => void parts.push(part);
  return { parts, take };
};

it('the first domain is there before the last has been looked up', async () => {
  const table = zone({ ...OPERATOR, ...customer('first.example'), ...customer('last.example') });
  let release = () => {};
  const taken = new Promise<void>((resolve) => {
    release = resolve;
  });
  const parts: Part<'zone'>[] = [];
  const result = await run(['last.example', 'first.example'], {
    resolver: async (asked) => {
      if (asked.name.endsWith('last.example')) await taken;
      return table(asked);
    },
    // Where nothing is handed on before the end, the questions about the last domain are never answered.
    timeout: '10s',
    take: async (part) => {
      parts.push(part);
      release();
    },
  });
  expect(parts.map(({ domain }) => domain)).toEqual(['first.example', 'last.example']);
  expect(levels({ ...result, zone: { ...result.zone!, domains: parts } }, 'last.example')).toEqual(ALL_EXACT);
});

it('what is handed on is what the whole run has; findings and summary are the same', async () => {
  const table: Table = {
    ...OPERATOR,
    ...customer('good.example'),
    ...customer('bad.example'),
    '_mta-sts.good.example TXT': [txt('v=STSv1; id=?')],
    '_smtp._tls.bad.example TXT': [txt('v=TLSRPTv1; rua=mailto:x@bad.example')],
    'bad.example TXT': [txt('v=spf1 +all')],
  };
  delete table['_dmarc.bad.example TXT'];
  const setting = { resolver: zone(table), nameServers: [zone(table)] };
  const names = ['good.example', 'bad.example', 'absent.example'];
  const whole = await run(names, setting);
  const { parts, take } = taker();
  const handed = await run(names, { ...setting, take });
  expect(handed.zone!.domains).toEqual([]);
  const byName = (one: Part<'zone'>, other: Part<'zone'>) => one.domain.localeCompare(other.domain);
  expect(parts.sort(byName)).toEqual([...whole.zone!.domains].sort(byName));
  expect(handed.findings).toEqual(whole.findings);
  expect(handed.findings.length).toBeGreaterThan(3);
  expect(handed.summary).toBe(whole.summary);
  expect(handed.zone!.selectors).toEqual(whole.zone!.selectors);
});

it('the run waits for who takes and has none of it, and what strangers said is printable', async () => {
  const names = Array.from({ length: 60 }, (_, index) => `d${index}.example`);
  const customers = Object.assign({}, ...names.map(customer)) as Table;
  const server = await serve(
    zone({ ...OPERATOR, ...customers, 'd0.example TXT': [txt('v=spf1 exists:\u001b[2J.example -all')] }),
  );
  const options = zoneOptions.parse({
    domains: names,
    template: 'deuxfleurs',
    nameServers: false,
    resolver: { servers: [`127.0.0.1:${server.address.port}`], timeout: '10s' },
  });
  const parts: Part<'zone'>[] = [];
  const done = await runCheck(zoneKind, options, {
    ...context(),
    take: async (part) => {
      await new Promise((resolve) => setImmediate(resolve));
      parts.push(part);
    },
  });
  expect(new Set(parts.map(({ domain }) => domain)).size).toBe(names.length);
  expect(JSON.stringify(parts)).not.toContain('\\u001b');
  expect(done.zone!.domains).toEqual([]);
  expect(done.findings.map(({ id }) => id)).toContain('zone-spf-different');
  expect(JSON.stringify(done)).not.toContain('d59.example');
});
