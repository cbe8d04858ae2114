/** How mail gets into the domains of the mail lab: its MX is a postfix, which knows `contact` and `probe`, and no postmaster. */
import { beforeEach, describe, expect, it } from 'vitest';
import { forgetInbound } from '../../../../src/checks/zone/inbound/index.ts';
import { labCa, mailLab, withFaults } from '../../../support/mail/lab.ts';
import { needs } from '../../../support/needs.ts';
import { ids, runZone } from '../../../support/zone/lab.ts';

const inbound = { helo: 'mx.probe.test', ca: labCa, timeout: '4s' };

describe('mail servers of the mail lab', needs(mailLab), () => {
  beforeEach(forgetInbound);

  it('postfix refuses the postmaster whom it lacks, and the made-up recipient; its TLS is in order', async () => {
    const run = await runZone({ inbound });
    expect(ids(run)).toEqual(['zone-postmaster-refused']);
    expect(run.zone!.inbound).toMatchObject({
      exchangers: [
        { host: 'email-in.deuxfleurs.test', starttls: 'ok', problem: null, certificate: { problem: null } },
      ],
      counts: { asExpected: 0, refused: 2 },
    });
    expect(run.zone!.inbound!.domains).toMatchObject([
      { domain: 'adrien.test', postmaster: 'refused', madeUp: 'refused' },
      { domain: 'beatrice.test', postmaster: 'refused', madeUp: 'refused' },
    ]);
  });

  it('greylisting is unknown; a server that is down cannot be connected to', async () => {
    const grey = await withFaults(['mx-greylist'], () => runZone({ inbound }));
    expect(grey.zone!.inbound!.counts).toMatchObject({ refused: 0, unknown: 2 });
    expect(grey.outcome).toBe('pass');
    const down = await withFaults(['mx-down'], () => runZone({ inbound }));
    expect(ids(down)).toEqual(['zone-mx-unreachable']);
    expect(down.outcome).toBe('degraded');
  });

  it('a certificate for another name', async () => {
    const run = await withFaults(['cert-wrong-name email-in'], () => runZone({ inbound }));
    expect(ids(run)).toContain('zone-mx-certificate');
  });
});
