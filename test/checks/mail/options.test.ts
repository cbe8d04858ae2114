import { expect, it } from 'vitest';
import { mailOptions } from '../../../src/checks/mail/options.ts';

const faults = (host: string) =>
  mailOptions
    .safeParse({
      submission: { host, user: 'u', password: 'p' },
      senders: ['probe@example.org'],
      receive: { imap: { host: 'imap.example.org', user: 'u', password: 'p', address: 'a@example.org' } },
    })
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

it.each(['out.example.org', '192.0.2.1', '2001:db8::1'])('a relay may be %s', (host) => {
  expect(faults(host)).toEqual([]);
});

it.each(['out.example.org:587', '192.0.2.1:587'])('a port does not belong to the host: %s', (host) => {
  expect(faults(host)).toEqual([
    'submission.host: expected a host name or an address, such as "out.example.org", without a port',
  ]);
});
