/** What a mail run found (the `mail` key of a run): plain data, times in milliseconds. */
import type { Certificate } from '../certificate.ts';

/** The keywords of RFC 8601 2.7; `temperror` always means that we could not tell. */
export const AUTH_RESULTS = [
  'pass',
  'fail',
  'softfail',
  'neutral',
  'none',
  'policy',
  'temperror',
  'permerror',
] as const;
export type AuthResult = (typeof AUTH_RESULTS)[number];

/**
 * How far the letter came: `accepted` the relay took it; `refused` it said no for good (5xx); `deferred` it
 * said not now (4xx); `uncertain` the connection ended after DATA without an answer; `failed` there was no
 * session to send it in; `unknown` we could not try (our resolver, our network, our configuration).
 */
export type SubmissionState = 'accepted' | 'refused' | 'deferred' | 'uncertain' | 'failed' | 'unknown';

/** Milliseconds of each step; null for a step that was not finished. */
export interface SubmissionTimes {
  readonly dns: number | null;
  readonly connect: number | null;
  /** The TLS handshake with its STARTTLS command. */
  readonly tls: number | null;
  readonly auth: number | null;
  /** MAIL, RCPT and DATA up to the answer after the letter. */
  readonly accept: number | null;
}

export interface Submission {
  readonly state: SubmissionState;
  readonly host: string;
  readonly port: number;
  /** The address that was connected to; null before that. */
  readonly address: string | null;
  /** The relay's last answer that mattered. */
  readonly response: string | null;
  readonly queueId: string | null;
  readonly tls: { readonly protocol: string; readonly cipher: string } | null;
  readonly certificate: Certificate | null;
  /** ISO 8601: when the step began. */
  readonly startedAt: string;
  readonly ms: SubmissionTimes;
}

/** How a letter arrived. */
export interface Delivery {
  /** From the relay's acceptance (or the end of the submission) to the arrival. */
  readonly ms: number;
  /** From the start of the submission to the arrival. */
  readonly wholeMs: number;
  /** ISO 8601. */
  readonly receivedAt: string;
  /** Who handed it to the receiving server; null where that could not be seen. */
  readonly clientIp: string | null;
  readonly helo: string | null;
  /** Whether that last hop was encrypted; null where that could not be seen. */
  readonly encrypted: boolean | null;
  readonly size: number;
}

/** A report that the letter could not be delivered (RFC 3464). */
export interface Bounce {
  /** `failed`, `delayed`, … */
  readonly action: string;
  /** RFC 3463, such as `5.7.1`; null where the report has none. */
  readonly status: string | null;
  /** What the refusing server said. */
  readonly diagnostic: string | null;
  readonly remoteMta: string | null;
  readonly reportingMta: string | null;
  readonly receivedAt: string;
}

export interface DkimVerdict {
  readonly result: AuthResult;
  /** Why it is not a pass; empty when it is. */
  readonly reason: string;
  readonly domain: string | null;
  readonly selector: string | null;
  readonly algorithm: string | null;
  readonly bits: number | null;
  /** The signing domain is exactly the From domain. */
  readonly aligned: boolean;
  /** The key that signed is the one that the zone publishes; null when that cannot be told. */
  readonly keyMatchesZone: boolean | null;
  /** From is signed once more than it occurs, so that none can be added (RFC 6376 8.15). */
  readonly fromOversigned: boolean | null;
  /** Body bytes covered by an `l=` tag; null without one. */
  readonly bodyLimit: number | null;
  /** How many signatures the letter had. */
  readonly signatures: number;
}

export interface SpfVerdict {
  readonly result: AuthResult;
  readonly reason: string;
  /** The domain that was asked: of MAIL FROM, or of HELO for a null sender. */
  readonly domain: string | null;
  readonly clientIp: string | null;
  /** That domain is exactly the From domain. */
  readonly aligned: boolean;
  readonly record: string | null;
}

export interface DmarcVerdict {
  readonly result: AuthResult;
  readonly reason: string;
  /** The policy that applies to the From domain. */
  readonly policy: string | null;
  /** By which mechanisms the From domain is authenticated strictly (exact domain). */
  readonly alignedBy: readonly ('dkim' | 'spf')[];
  readonly record: string | null;
}

/** One letter of a run. What was not reached is null. */
export interface MailLetter {
  readonly from: string;
  readonly to: string;
  readonly token: string;
  readonly submission: Submission;
  readonly delivery: Delivery | null;
  readonly bounce: Bounce | null;
  readonly dkim: DkimVerdict | null;
  readonly spf: SpfVerdict | null;
  readonly dmarc: DmarcVerdict | null;
}

/** A letter of an earlier run that came after that run had given it up. */
export interface LateLetter {
  readonly token: string;
  /** ISO 8601. */
  readonly sentAt: string;
  readonly receivedAt: string;
  readonly lateMs: number;
}

/** What became of an attempt that a sound relay refuses. */
export interface ProbeResult {
  readonly name: 'stranger' | 'foreign-envelope' | 'foreign-from';
  /** `refused` and `unsigned` are what is wanted. */
  readonly result: 'refused' | 'unsigned' | 'accepted' | 'signed' | 'unknown';
  readonly response: string | null;
}

export interface MailResult {
  /** How letters were received. */
  readonly via: 'mx' | 'imap';
  readonly letters: readonly MailLetter[];
  readonly late: readonly LateLetter[];
  readonly probes: readonly ProbeResult[];
}
