/** Results of reports checks, as a mailbox of an operator gives them. */
import type { ReportedDomain, ReportedSource, ReportsResult } from '../../../src/checks/reports/result.ts';

const source = (changes: Partial<ReportedSource>): ReportedSource => ({
  source: '192.0.2.25',
  name: null,
  kind: 'own',
  messages: 100,
  pass: 95,
  dkim: 90,
  spf: 95,
  delivered: 0,
  reporters: ['google.com', 'Enterprise Outlook'],
  detail: 'd=example.org s=smtp fail; spf example.org pass',
  ...changes,
});

/** A hundred messages of our own, of which five fail, and twenty of a stranger. */
export function aDomain(domain: string, changes: Partial<ReportedDomain> = {}): ReportedDomain {
  return {
    domain,
    policy: 'reject',
    messages: 120,
    pass: 95,
    dkim: 90,
    spf: 95,
    byKind: [
      { kind: 'own', messages: 100, pass: 95 },
      { kind: 'stranger', messages: 20, pass: 0 },
    ],
    reports: 7,
    reporters: ['google.com', 'Enterprise Outlook'],
    latest: '2026-11-22T00:00:00.000Z',
    sources: [
      source({}),
      source({
        source: '198.51.100.9',
        name: 'host.elsewhere.example',
        kind: 'stranger',
        messages: 20,
        pass: 0,
        dkim: 0,
        spf: 0,
        delivered: 3,
        detail: 'spf elsewhere.example pass',
      }),
    ],
    moreSources: 0,
    ...changes,
  };
}

export function aReports(...domains: readonly ReportedDomain[]): ReportsResult {
  return {
    from: '2026-11-15T00:00:00.000Z',
    read: { messages: 9, reports: 7, known: 1, otherDomains: 0, unreadable: 1, waiting: 0 },
    reports: domains.reduce((sum, { reports }) => sum + reports, 0),
    domains: [...domains],
    moreDomains: 0,
  };
}
