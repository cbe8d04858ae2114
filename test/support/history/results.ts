/** Results of mail, zone and signaling checks for tests. */
import type { MailResult, MessageResult } from '../../../src/checks/mail/result.ts';
import type { SignalingPart, SignalingResult } from '../../../src/checks/signaling/result.ts';
import type { Level, ZoneRecord, ZoneRecordKind, ZoneResult } from '../../../src/checks/zone/result.ts';

/** A message that arrived after 1.8 s and passes everything. */
export function aMessage(domain: string, changes: Partial<MessageResult> = {}): MessageResult {
  return {
    from: `vigie@${domain}`,
    to: 'watch+4k2j9@vigie.example.net',
    token: '4k2j9',
    submission: {
      state: 'accepted',
      host: 'out.example.org',
      port: 587,
      address: '192.0.2.25',
      response: '250 2.0.0 Ok: queued as 4F2A1',
      queueId: '4F2A1',
      tls: { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
      certificate: {
        name: 'out.example.org',
        issuer: 'R13',
        names: ['out.example.org'],
        chain: ['out.example.org', 'R13'],
        validTo: '2027-01-20T00:00:00.000Z',
        daysLeft: 58,
        problem: null,
      },
      startedAt: '2026-11-22T15:00:00.000Z',
      ms: { dns: 3, connect: 12, tls: 31, auth: 8, accept: 60 },
    },
    delivery: {
      ms: 1800,
      wholeMs: 1914,
      receivedAt: '2026-11-22T15:00:01.914Z',
      clientIp: '192.0.2.25',
      helo: 'out.example.org',
      encrypted: true,
      size: 2114,
    },
    bounce: null,
    dkim: {
      result: 'pass',
      reason: '',
      domain,
      selector: 'smtp',
      algorithm: 'rsa-sha256',
      bits: 2048,
      aligned: true,
      keyMatchesZone: true,
      fromOversigned: true,
      bodyLimit: null,
      signatures: 1,
    },
    spf: {
      result: 'pass',
      reason: '',
      domain,
      clientIp: '192.0.2.25',
      aligned: true,
      record: 'v=spf1 mx -all',
    },
    dmarc: {
      result: 'pass',
      reason: '',
      policy: 'reject',
      alignedBy: ['dkim', 'spf'],
      record: 'v=DMARC1; p=reject',
    },
    ...changes,
  };
}

export function aMail(letters: readonly MessageResult[], changes: Partial<MailResult> = {}): MailResult {
  return { via: 'mx', letters, late: [], probes: [], ...changes };
}

export function aRecord(record: ZoneRecordKind, level: Level): ZoneRecord {
  const wrong = level === 'missing' || level === 'different' || level === 'multiple';
  return {
    record,
    name: record === 'dmarc' ? '_dmarc.example.org' : 'example.org',
    level,
    expected: ['v=spf1 mx:out.example.net -all'],
    found: [],
    text: `The ${record} record is ${level}.`,
    differences: [],
    notes: [],
    publish: wrong
      ? [
          {
            zone: 'example.org',
            name: '@',
            type: 'TXT',
            value: 'v=spf1',
            bind: `example.org. IN TXT "${record}"`,
          },
        ]
      : [],
    source: 'nameServers',
    differs: null,
    views: [],
  };
}

/** Domains by name, each with its records. */
export function aZone(domains: Record<string, readonly ZoneRecord[]>): ZoneResult {
  return {
    domains: Object.entries(domains).map(([domain, records]) => ({
      domain,
      exists: true,
      records,
      nameServers: [],
    })),
    source: { kind: 'configuration', cached: null },
    queries: { sent: 12, retries: 0, maxInFlight: 8 },
  };
}

export function aPart(name: SignalingPart['name'], changes: Partial<SignalingPart> = {}): SignalingPart {
  return { name, target: 'meet.example.org:443', ok: true, ms: 12, detail: 'as it should be', ...changes };
}

export function aSignaling(parts: readonly SignalingPart[]): SignalingResult {
  return {
    url: 'https://meet.example.org/',
    config: {
      domain: 'meet.example.org',
      muc: 'conference.meet.example.org',
      websocket: 'wss://meet.example.org/xmpp-websocket',
      bosh: null,
      conferenceRequestUrl: null,
    },
    certificates: [
      {
        host: 'meet.example.org:443',
        name: 'meet.example.org',
        issuer: 'R13',
        names: ['meet.example.org'],
        chain: ['meet.example.org', 'R13'],
        validTo: '2027-01-20T00:00:00.000Z',
        daysLeft: 58,
        problem: null,
      },
    ],
    parts,
  };
}
