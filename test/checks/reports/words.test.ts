/** Every cause of the reports check, in both languages. */
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../../src/base/language.ts';
import { type ReportsCause, reportsCauses } from '../../../src/checks/reports/causes.ts';
import { REPORT_PROBLEMS } from '../../../src/checks/reports/report.ts';
import { findingIn, sentence } from '../../../src/checks/sentence.ts';

const source = {
  source: '192.0.2.1',
  name: 'out.example.org',
  kind: 'own',
  messages: 9,
  pass: 1,
  dkim: 1,
  spf: 0,
  delivered: 2,
  reporters: ['a', 'b', 'c', 'd'],
  detail: 'd=a.org s=smtp fail',
} as const;
const of = { domain: 'a.org', sources: [source, { ...source, name: null, detail: '' }], messages: 9 };
const further = { domains: ['a.org', 'b.org', 'c.org', 'd.org'] };
const lookup = { code: 'ETIMEOUT', name: 'a.org', type: 'A', server: '9.9.9.9:53' } as const;
const mailbox = { host: 'imap.a.org', port: 993, user: 'contact' };

type Carried<Id> = Omit<Extract<ReportsCause, { id: Id }>, 'id'>;

const SAMPLES: { readonly [Id in ReportsCause['id']]: readonly unknown[] } = {
  'reports-own-fails': [
    { ...of, failing: 1, policy: 'reject' },
    { ...of, failing: 8, policy: null },
    further,
  ],
  'reports-own-mechanism': [
    { ...of, failing: 8, mechanism: 'dkim' },
    { ...of, failing: 1, mechanism: 'spf' },
    further,
  ],
  'reports-other-sender': [of, { ...of, messages: 1 }, further],
  'reports-strangers-delivered': [
    { ...of, delivered: 8, policy: 'none' },
    { ...of, delivered: 8, policy: 'reject' },
    further,
  ],
  'reports-strangers-stopped': [
    { messages: 99, domains: [{ domain: 'a.org', messages: 99 }], moreDomains: 2 },
  ],
  'reports-stopped': [
    { domains: ['a.org'], all: false, latest: '2026-11-22T00:00:00.000Z', days: 4 },
    { domains: further.domains, all: true, latest: '2026-11-22T00:00:00.000Z', days: 4 },
  ],
  'reports-none': [
    { days: 7, messages: 0 },
    { days: 7, messages: 3 },
  ],
  'reports-unreadable': [
    ...REPORT_PROBLEMS.map((problem) => ({
      count: 1,
      examples: [{ sender: 'a@b.org', file: 'x.zip', problem }],
    })),
    { count: 9, examples: Array.from({ length: 5 }, () => ({ sender: '', file: '', problem: 'damaged' })) },
  ],
  'reports-waiting': [{ messages: 1 }, { messages: 5 }],
  'reports-mailbox': [
    { ...mailbox, problem: { id: 'resolver', lookup } },
    { ...mailbox, problem: { id: 'unreachable', reason: 'refused', detail: '' } },
    { ...mailbox, problem: { id: 'unreachable', reason: 'certificate-expired', detail: 'CERT_HAS_EXPIRED' } },
    { ...mailbox, problem: { id: 'login-refused', response: 'no' } },
    { ...mailbox, problem: { id: 'no-folder', folder: 'DMARC' } },
    { ...mailbox, problem: { id: 'lost', detail: 'closed' } },
  ],
  'reports-host-unresolved': [
    { host: 'out.a.org', lookup },
    { host: 'out.a.org', lookup: null },
  ],
  'reports-store': [{ file: '/x', problem: 'it cannot be opened' }],
  'reports-file': [{ path: '/x', code: 'ENOENT' }],
};

describe.each(LANGUAGES)('in %s', (language) => {
  it.each(Object.keys(reportsCauses) as ReportsCause['id'][])('%s', (id) => {
    for (const carried of SAMPLES[id] as Carried<typeof id>[]) {
      const cause = { id, ...carried } as ReportsCause;
      const text = sentence('reports', cause, language);
      expect(text).toMatch(/^[^\s].*[.]$/);
      expect(text).not.toMatch(/undefined|null|NaN|\[object/);
      expect(findingIn('reports', { id, outcome: 'fail', text: 'x', cause }, language).text).toBe(text);
    }
  });
});
