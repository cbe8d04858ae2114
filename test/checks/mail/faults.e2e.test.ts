import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lab, labOptions, mailLab, runMail, withFaults } from '../../support/mail/lab.ts';
import { FAULTS } from '../../support/mail/lab-faults.ts';
import { needs } from '../../support/needs.ts';

describe('each fault of the mail lab', needs(mailLab), () => {
  beforeAll(async () => {
    await lab('up');
    await lab('purge');
  });
  afterAll(() => lab('clear'));

  for (const { faults, options = {}, outcome, findings } of FAULTS) {
    const where = 'submission' in options ? ' (465)' : 'receive' in options ? ' (IMAP)' : '';
    test(`${faults.join(' + ')}${where}: ${outcome} ${findings.join(', ')}`, async () => {
      const run = await withFaults(faults, () => runMail(labOptions(options)));
      const serious = run.findings.filter((finding) => finding.outcome !== 'pass');
      expect({ outcome: run.outcome, findings: serious.map((finding) => finding.id) }).toEqual({
        outcome,
        findings: [...findings],
      });
      await lab('purge');
    });
  }
});
