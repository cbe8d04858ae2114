/** Whose fault it is, and what keeps browsers away before anything is sent. */
import { describe, expect, it } from 'vitest';
import { OutOfTime } from '../../../src/base/deadline.ts';
import { deploymentOf } from '../../../src/checks/deployment.ts';
import { published } from '../../../src/checks/run.ts';
import { failureWith, Inspection } from '../../../src/checks/signaling/inspection.ts';
import { connect, Streams } from '../../../src/checks/signaling/joining.ts';
import { signalingOptions } from '../../../src/checks/signaling/options.ts';
import { isSilence } from '../../../src/checks/signaling/reasons.ts';
import { signalingWords } from '../../../src/checks/signaling/words/index.ts';
import { Web } from '../../../src/checks/web/client.ts';
import { Lookups } from '../../../src/net/lookups.ts';

const fault = (code: string) => Object.assign(new Error(code), { code });
const findingsOf = (inspection: Inspection) =>
  inspection.findings.map((finding) => published('signaling', finding));
const failure = (cause: unknown, lookups = new Lookups()) =>
  failureWith('turn.example.org:3478', cause, { deadlineMs: 5000, lookups });

describe('a part that fails', () => {
  it.each([
    ['ENETUNREACH', 'own-network-down'],
    ['EADDRNOTAVAIL', 'own-network-down'],
    ['EAI_AGAIN', 'own-resolver-down'],
  ])('%s is ours: an error, and nothing is said of the part', (code, id) => {
    expect(failure(fault(code)).own).toMatchObject({ cause: { id }, outcome: 'error' });
    const inspection = new Inspection();
    inspection.broken('turn-udp', 'turn.example.org:3478', failure(fault(code)));
    inspection.broken('turn-tls', 'turn.example.org:5349', failure(fault(code)));
    expect(findingsOf(inspection).map((finding) => finding.id)).toEqual([id]);
    expect(inspection.parts.map(({ ok }) => ok)).toEqual([null, null]);
  });

  it.each([
    ['ECONNREFUSED', 'refused', 'nothing listens at turn.example.org:3478: the connection is refused'],
    ['ECONNRESET', 'unreachable', 'turn.example.org:3478 cannot be reached (ECONNRESET)'],
    ['EHOSTUNREACH', 'unreachable', 'turn.example.org:3478 cannot be reached (EHOSTUNREACH)'],
    ['ENOTFOUND', 'host-unknown', 'the name turn.example.org does not exist in DNS'],
    [
      'CERT_HAS_EXPIRED',
      'certificate-invalid',
      'the certificate of turn.example.org:3478 is not valid: it has expired',
    ],
  ])('%s is the deployment’s', (code, kind, reason) => {
    const { own, why } = failure(fault(code));
    expect(own).toBeNull();
    expect(why).toMatchObject({ kind: 'connection', failure: { failure: kind, code } });
    expect(signalingWords.en.reason(why)).toBe(reason);
  });

  it('no answer is the deployment’s, unless it is our resolver that does not answer', async () => {
    const { own, why } = failure(new OutOfTime(5000));
    expect(own).toBeNull();
    expect(isSilence(why)).toBe(true);
    expect(signalingWords.en.reason(why)).toBe('turn.example.org:3478 does not answer within 5s');
    const lookups = new Lookups(() => {});
    lookups.lookup('turn.example.org', {}, () => {});
    expect(failure(new OutOfTime(5000), lookups).own).toMatchObject({ cause: { id: 'own-resolver-down' } });
  });
});

describe('addresses without encryption on a page that has it', () => {
  it('are not asked: browsers refuse them', async () => {
    const base = 'https://meet.example.org/';
    const values = {
      domain: 'meet.example.org',
      muc: 'muc.meet.example.org',
      preferBosh: false,
      p2p: true,
      stun: [],
    };
    const { deployment } = deploymentOf(
      { ...values, websocket: 'ws://127.0.0.1:1/xmpp-websocket', bosh: 'http://127.0.0.1:1/http-bind' },
      base,
    );
    const inspection = new Inspection();
    const web = new Web({ insecure: false });
    const options = signalingOptions.parse({ url: base });
    const context = { signal: new AbortController().signal, evidence: null };
    const { session } = await connect(
      { base, web, options, context, inspection, deployment, room: 'x', credentials: null },
      new Streams(),
    );
    web.close();
    expect(session).toBeNull();
    expect(findingsOf(inspection).map(({ id, outcome }) => `${outcome} ${id}`)).toEqual([
      'fail signaling-failed',
    ]);
    expect(findingsOf(inspection)[0]!.text).toContain(
      'browsers refuse an unencrypted address (ws://127.0.0.1:1/xmpp-websocket)',
    );
  });
});

describe('certificates', () => {
  it('that do not last long are reported once for each host', () => {
    const inspection = new Inspection();
    const { expect: expected } = signalingOptions.parse({
      url: 'https://x/',
      expect: { certificateDays: 20 },
    });
    const certificate = (host: string, daysLeft: number) =>
      inspection.certificate(
        {
          host,
          daysLeft,
          name: host,
          issuer: 'R13',
          names: [host],
          chain: [host],
          validTo: '2026-12-01T00:00:00.000Z',
          problem: null,
        },
        expected,
      );
    certificate('meet.example.org:443', 19);
    certificate('meet.example.org:443', 19);
    certificate('turn.example.org:5349', 20);
    expect(inspection.findings).toHaveLength(1);
    expect(findingsOf(inspection)[0]).toMatchObject({
      id: 'certificate-expiring',
      outcome: 'degraded',
      text: 'The certificate of meet.example.org:443 is valid for 19 more days (threshold 20).',
    });
    expect(inspection.certificates).toHaveLength(2);
  });
});
