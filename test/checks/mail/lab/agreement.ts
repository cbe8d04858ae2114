/** Our results beside those of opendkim-testmsg, dkimpy and pyspf, on messages good and damaged. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authenticateMessage } from '../../../../src/checks/mail/authentication.ts';
import { createResolver, type Resolver } from '../../../../src/dns/resolver.ts';
import { lab, labState, mailLab } from '../../../support/mail/lab.ts';
import { needs } from '../../../support/needs.ts';

interface Message {
  name: string;
  raw: string;
  dkimpy: string;
  opendkim: string;
  pyspf: string;
  hop: { name: string; clientIp: string; helo: string; mailFrom: string };
}

describe('agreement with other verifiers', needs(mailLab), () => {
  let messages: Message[] = [];
  let resolver: Resolver;
  beforeAll(async () => {
    const script = fileURLToPath(new URL('../../../support/mail/agreement.py', import.meta.url));
    const keys = ['good', 'other'].map((name) => `${labState}/dkim/${name}.key`);
    messages = JSON.parse(await lab('host', '/usr/bin/python3', script, ...keys)) as Message[];
    resolver = createResolver({ servers: [{ host: '203.0.113.53', port: 53 }] });
  });
  afterAll(() => resolver?.close());

  test('there are at least 30 messages, some good, some damaged', () => {
    const count = (said: string) => messages.filter(({ dkimpy }) => dkimpy === said).length;
    expect(messages.length).toBeGreaterThanOrEqual(30);
    expect(count('pass')).toBeGreaterThanOrEqual(10);
    expect(count('fail')).toBeGreaterThanOrEqual(10);
  });

  test('DKIM and SPF are as the other verifiers find, for every message', async () => {
    const ours: object[] = [];
    const theirs: object[] = [];
    for (const { name, raw, hop, dkimpy, opendkim, pyspf } of messages) {
      const verdict = await authenticateMessage(
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
