/**
 * All that needs the mail lab, of which there is one: in one file, because files run beside each other. Mail and zone checks with
 * each of its faults are here, the suites without faults of their own in `mail/lab` and `zone/lab`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lab, labOptions, labScript, mailLab, runMail, withFaults } from '../support/mail/lab.ts';
import { FAULTS, type FaultCase, type ZoneCase } from '../support/mail/lab-faults.ts';
import { needs } from '../support/needs.ts';
import { ids, notExact, runZone } from '../support/zone/lab.ts';
import './mail/lab/agreement.ts';
import './mail/lab/receive.ts';
import './mail/lab/shapes.ts';
import './zone/lab/directory.ts';
import './zone/lab/inbound.ts';

beforeAll(async () => {
  if (labScript) await lab('up');
});
afterAll(async () => {
  if (labScript) await lab('clear');
});

async function inMail({ options = {}, outcome, findings }: FaultCase): Promise<void> {
  const run = await runMail(labOptions(options));
  const serious = run.findings.filter((finding) => finding.outcome !== 'pass');
  expect({ outcome: run.outcome, findings: serious.map((finding) => finding.id) }).toEqual({
    outcome,
    findings: [...findings],
  });
}

async function inZone({ levels, both = false, findings, outcome }: ZoneCase): Promise<void> {
  const run = await runZone();
  expect(notExact(run, 'adrien.test')).toEqual(levels);
  // What befalls one customer says nothing about the other.
  expect(notExact(run, 'beatrice.test')).toEqual(both ? levels : {});
  expect(ids(run)).toEqual(findings);
  expect(run.outcome).toBe(outcome);
}

const reported = (outcome: string, findings: readonly string[]) =>
  [outcome, findings.join(', ')].join(' ').trim();

describe('each fault of the mail lab', needs(mailLab), () => {
  beforeAll(() => lab('purge'));

  for (const one of FAULTS) {
    const { faults, options = {}, outcome, findings, zone } = one;
    const { receive = {} } = options;
    const where = 'submission' in options ? ' (465)' : 'imap' in (receive as object) ? ' (IMAP)' : '';
    const also = zone ? `; zones: ${reported(zone.outcome, zone.findings)}` : '';
    it(`${faults.join(' + ')}${where}: ${reported(outcome, findings)}${also}`, async () => {
      await withFaults(faults, () => Promise.all([inMail(one), zone && inZone(zone)]));
      await lab('purge');
    });
  }

  it('report-missing: fail zone-dmarc-report-missing', async () => {
    await withFaults(['report-missing'], () =>
      inZone({
        levels: { 'dmarc-report': 'missing' },
        findings: ['zone-dmarc-report-missing'],
        outcome: 'fail',
      }),
    );
  });
});
