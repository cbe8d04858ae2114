/** What runs of each kind found, as schemas: strict, so that an answer with anything else does not pass. */
import { z } from 'zod';
import { BROWSERS } from '../../browsers/browser.ts';
import { VERDICTS } from '../../checks/call/result.ts';
import { AUTH_RESULTS } from '../../checks/mail/result.ts';
import { PARTS } from '../../checks/signaling/result.ts';
import { SERVER_PARTS } from '../../checks/software.ts';
import { LEVELS, ZONE_RECORDS } from '../../checks/zone/result.ts';

/** ISO 8601, UTC. */
export const at = z.iso.datetime().describe('ISO 8601, UTC');
export const ms = z.number().describe('milliseconds');
const text = z.string();
const flag = z.boolean();
const whole = z.int();

const certificate = z.strictObject({
  name: text,
  issuer: text,
  names: z.array(text),
  chain: z.array(text).describe('subject names from the leaf towards the root'),
  validTo: at,
  daysLeft: whole,
  problem: text.nullable().describe('why it was not accepted; null when it was'),
});

const transport = z.strictObject({
  path: z.enum(['p2p', 'bridge']),
  candidateType: z.enum(['host', 'srflx', 'prflx', 'relay']),
  protocol: z.enum(['udp', 'tcp', 'tls']),
  localPort: whole.nullable(),
  rttMs: ms.nullable(),
});

const stream = z.strictObject({
  step: text,
  receiver: text,
  sender: text,
  kind: z.enum(['audio', 'video']),
  verdict: z.enum(VERDICTS),
  muted: flag.describe('the sender is muted on purpose'),
  path: z.enum(['p2p', 'bridge']).nullable(),
  firstMs: ms.nullable().describe('from the start of the step to the first good mark'),
  lostAt: at.nullable().describe('when the last good mark was read, of a stream that stopped'),
  noticedAt: at.nullable(),
  latencyMs: ms.nullable(),
  gaps: z.array(z.strictObject({ from: at, ms })),
  ssrc: whole.nullable(),
  reason: text.nullable().describe('why the verdict is not ok'),
});

export const callResult = z.strictObject({
  url: text,
  room: text,
  version: text.nullable().describe('lib-jitsi-meet’s'),
  participants: z.array(
    z.strictObject({
      name: text,
      browser: z.enum(BROWSERS),
      version: text.nullable(),
      endpointId: text.nullable(),
      transport: transport.nullable(),
    }),
  ),
  steps: z.array(
    z.strictObject({
      name: text,
      atMs: ms,
      ms,
      present: z.array(text),
      cpuPressure: z
        .number()
        .min(0)
        .max(1)
        .nullable()
        .exactOptional()
        .describe('share of the step in which tasks of Vigie’s machine waited for a processor'),
    }),
  ),
  streams: z.array(stream).describe('what could be judged'),
});

export const signalingResult = z.strictObject({
  url: text,
  config: z
    .strictObject({
      domain: text.nullable(),
      muc: text.nullable(),
      websocket: text.nullable(),
      bosh: text.nullable(),
      conferenceRequestUrl: text.nullable(),
    })
    .nullable(),
  certificates: z.array(certificate.extend({ host: text })),
  parts: z.array(
    z.strictObject({
      name: z.enum(PARTS),
      target: text.nullable(),
      ok: flag.nullable(),
      ms: ms.nullable(),
      detail: text,
    }),
  ),
});

export const software = z.strictObject({
  part: z.enum(SERVER_PARTS),
  name: text.max(64).describe('what it calls itself'),
  version: text.max(64),
});

const verdict = { result: z.enum(AUTH_RESULTS), reason: text };

const submission = z.strictObject({
  state: z.enum(['accepted', 'refused', 'deferred', 'uncertain', 'failed', 'unknown']),
  host: text,
  port: whole,
  address: text.nullable(),
  response: text.nullable(),
  queueId: text.nullable(),
  tls: z.strictObject({ protocol: text, cipher: text }).nullable(),
  certificate: certificate.nullable(),
  startedAt: at,
  ms: z.strictObject({
    dns: ms.nullable(),
    connect: ms.nullable(),
    tls: ms.nullable(),
    auth: ms.nullable(),
    accept: ms.nullable(),
  }),
});

const letter = z.strictObject({
  from: text,
  to: text,
  token: text.describe('what the letter is known by'),
  submission,
  delivery: z
    .strictObject({
      ms,
      wholeMs: ms,
      receivedAt: at,
      clientIp: text.nullable(),
      helo: text.nullable(),
      encrypted: flag.nullable(),
      size: whole,
    })
    .nullable(),
  bounce: z
    .strictObject({
      action: text,
      status: text.nullable(),
      diagnostic: text.nullable(),
      remoteMta: text.nullable(),
      reportingMta: text.nullable(),
      receivedAt: at,
    })
    .nullable(),
  dkim: z
    .strictObject({
      ...verdict,
      domain: text.nullable(),
      selector: text.nullable(),
      algorithm: text.nullable(),
      bits: whole.nullable(),
      aligned: flag,
      keyMatchesZone: flag.nullable(),
      fromOversigned: flag.nullable(),
      bodyLimit: whole.nullable(),
      signatures: whole,
    })
    .nullable(),
  spf: z
    .strictObject({
      ...verdict,
      domain: text.nullable(),
      clientIp: text.nullable(),
      aligned: flag,
      record: text.nullable(),
    })
    .nullable(),
  dmarc: z
    .strictObject({
      ...verdict,
      policy: text.nullable(),
      alignedBy: z.array(z.enum(['dkim', 'spf'])),
      record: text.nullable(),
    })
    .nullable(),
});

export const mailResult = z.strictObject({
  via: z.enum(['mx', 'imap']),
  letters: z.array(letter),
  late: z.array(z.strictObject({ token: text, sentAt: at, receivedAt: at, lateMs: ms })),
  probes: z.array(
    z.strictObject({
      name: z.enum(['stranger', 'foreign-envelope', 'foreign-from']),
      result: z.enum(['refused', 'unsigned', 'accepted', 'signed', 'unknown']),
      response: text.nullable(),
    }),
  ),
});

const record = z.strictObject({
  record: z.enum(ZONE_RECORDS),
  name: text,
  level: z.enum(LEVELS),
  expected: z.array(text),
  found: z.array(text),
  text,
  differences: z.array(z.strictObject({ tag: text, expected: text.nullable(), found: text.nullable() })),
  notes: z.array(text),
  publish: z.array(
    z.strictObject({
      zone: text,
      name: text,
      type: z.enum(['MX', 'TXT']),
      value: text,
      priority: whole.exactOptional(),
      bind: text.describe('the line for a zone file'),
    }),
  ),
  source: z.enum(['nameServers', 'resolver']),
  differs: z.enum(['resolver', 'nameServers']).nullable(),
  views: z.array(z.strictObject({ server: text, level: z.enum(LEVELS), found: z.array(text) })),
});

export const zoneResult = z.strictObject({
  domains: z.array(
    z.strictObject({
      domain: text,
      exists: flag.nullable(),
      records: z.array(record),
      nameServers: z.array(
        z.strictObject({
          name: text,
          address: text.nullable(),
          state: z.enum(['ok', 'lame', 'silent', 'unresolved']),
        }),
      ),
    }),
  ),
  source: z.strictObject({ kind: z.enum(['configuration', 'file', 'ldap']), cached: at.nullable() }),
  queries: z.strictObject({ sent: whole, retries: whole, maxInFlight: whole }),
});
