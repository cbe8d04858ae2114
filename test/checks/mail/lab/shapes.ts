/** Messages of real shape through the lab's postfix and opendkim. */
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { closeAllMx } from '../../../../src/checks/mail/mx.ts';
import { SHAPES } from '../../../../src/checks/mail/shape-names.ts';
import { forgetShapes } from '../../../../src/checks/mail/shape-test.ts';
import { lab, labOptions, mailLab, runMail, viaImap, withFaults } from '../../../support/mail/lab.ts';
import { needs } from '../../../support/needs.ts';

const shapes = { every: '1d' };

describe('messages of real shape', needs(mailLab), () => {
  beforeEach(() => lab('purge'));
  afterAll(() => closeAllMx());

  test('lose their signature where the relay converts or breaks lines after signing', async () => {
    const run = await runMail(labOptions({ shapes }), { name: 'shapes' });
    const unsigned = run.mail?.shapes?.filter(({ became }) => became !== 'signed').map(({ shape }) => shape);
    expect(run.mail?.shapes).toHaveLength(SHAPES.length);
    expect(unsigned).toEqual(['eight-bit', 'long-line', 'long-header']);
    expect(run.outcome).toBe('degraded');
    const found = run.findings.filter(({ outcome }) => outcome !== 'pass');
    expect(found.map(({ id }) => id)).toEqual(['shape-dkim-lost', 'shape-dkim-lost', 'shape-dkim-lost']);
    expect(found[0]?.cause).toMatchObject({ shape: 'eight-bit', dkim: { cause: { code: 'body-altered' } } });
    // One message of each sender: those of real shape are no test of a domain.
    expect(run.mail?.letters).toHaveLength(1);

    const next = await runMail(labOptions({ shapes }), { name: 'shapes' });
    expect(next.mail?.shapes).toEqual(run.mail?.shapes);
    expect(next.findings.map(({ id }) => id)).toEqual(run.findings.map(({ id }) => id));
    expect(next.durationMs).toBeLessThan(run.durationMs);
  });

  test('are received in a mailbox as well, and are deleted there', async () => {
    const run = await runMail(labOptions({ shapes: { kinds: ['long-line', 'html'] }, receive: viaImap() }), {
      name: 'shapes by IMAP',
    });
    expect(run.mail?.shapes?.map(({ became }) => became)).toEqual(['unsigned', 'signed']);
  });

  test('are not sent where a plain message is not signed', async () => {
    forgetShapes();
    const run = await withFaults(['dkim-off'], () => runMail(labOptions({ shapes }), { name: 'shapes' }));
    expect(run.mail?.shapes).toBeUndefined();
  });
});
