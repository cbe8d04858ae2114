/** Our verdicts beside those of opendkim-testmsg, dkimpy and pyspf, on letters good and damaged. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeLetter } from '../../../src/checks/mail/verdict.ts';
import { createResolver, type Resolver } from '../../../src/dns/resolver.ts';
import { lab, labState, mailLab } from '../../support/mail/lab.ts';
import { needs } from '../../support/needs.ts';

interface Letter {
  name: string;
  raw: string;
  dkimpy: string;
  opendkim: string;
  pyspf: string;
  hop: { name: string; clientIp: string; helo: string; mailFrom: string };
}

describe('agreement with other verifiers', needs(mailLab), () => {
  let letters: Letter[] = [];
  let resolver: Resolver;
  beforeAll(async () => {
    await lab('up');
    const script = fileURLToPath(new URL('../../support/mail/agreement.py', import.meta.url));
    const keys = ['good', 'other'].map((name) => `${labState}/dkim/${name}.key`);
    letters = JSON.parse(await lab('host', '/usr/bin/python3', script, ...keys)) as Letter[];
    resolver = createResolver({ servers: [{ host: '203.0.113.53', port: 53 }] });
  });
  afterAll(() => resolver?.close());

  test('there are at least 30 letters, some good, some damaged', () => {
    const count = (said: string) => letters.filter(({ dkimpy }) => dkimpy === said).length;
    expect(letters.length).toBeGreaterThanOrEqual(30);
    expect(count('pass')).toBeGreaterThanOrEqual(10);
    expect(count('fail')).toBeGreaterThanOrEqual(10);
  });

  test('DKIM and SPF are as the others say, for every letter', async () => {
    const ours: object[] = [];
    const theirs: object[] = [];
    for (const { name, raw, hop, dkimpy, opendkim, pyspf } of letters) {
      const verdict = await judgeLetter(
        Buffer.from(raw, 'base64'),
        { ...hop, encrypted: null },
        { resolver },
      );
      const { result } = verdict.dkim;
      const dkim = result === 'pass' || result === 'none' ? result : 'fail';
      ours.push({ name, dkimpy: dkim, opendkim: dkim, spf: `${verdict.spf.result} (${hop.name})` });
      theirs.push({ name, dkimpy, opendkim, spf: `${pyspf} (${hop.name})` });
    }
    expect(ours).toEqual(theirs);
  });
});
