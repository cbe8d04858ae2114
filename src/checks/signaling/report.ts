/** What a run gathers: parts, findings, certificates, versions. */
import type { Finding, Outcome } from '../check.ts';
import type { Software } from '../software.ts';
import { blame, ownTrouble, resolverSilent } from '../web/blame.ts';
import type { Lookups } from '../web/client.ts';
import type { Expected } from './options.ts';
import { OutOfTime } from './patience.ts';
import { type OfferedCertificate, PARTS, type PartName, type SignalingPart } from './result.ts';
import { Refused } from './turn/client.ts';
import { NotStun } from './turn/message.ts';
import { GuestsRefused, StanzaError } from './xmpp/session.ts';
import { StreamError } from './xmpp/stream.ts';

/** What is the matter with a part. */
export interface Trouble {
  /** Our own fault: nothing is known of the part. */
  readonly own: Finding | null;
  /** Goes on after "…: ". */
  readonly reason: string;
  /** Nobody answered at all. */
  readonly silent: boolean;
}

/** What of the part is known beside its name. */
export type Known = Partial<Omit<SignalingPart, 'name'>>;

export class Report {
  readonly findings: Finding[] = [];
  readonly certificates: OfferedCertificate[] = [];
  readonly #parts: SignalingPart[] = [];
  readonly #software: Software[] = [];

  /** The parts, in the order of a participant's way. */
  get parts(): SignalingPart[] {
    return this.#parts.toSorted((a, b) => PARTS.indexOf(a.name) - PARTS.indexOf(b.name));
  }

  /** The servers that told their version. */
  get software(): Software[] {
    return [...this.#software];
  }

  /** A server's version; null where it did not tell. */
  learn(software: Software | null): void {
    if (software) this.#software.push(software);
  }

  part(name: PartName, { target = null, ok = null, ms = null, detail = '' }: Known): void {
    this.#parts.push({ name, target, ok, ms: ms === null ? null : Math.round(ms), detail });
  }

  /** A part that was not reached, or is not there. */
  skip(name: PartName, detail: string): void {
    this.part(name, { detail });
  }

  /** A part that does not work, or of which our own fault keeps us from telling. */
  broken(name: PartName, target: string | null, { own, reason }: Trouble): void {
    this.part(name, { target, ok: own ? null : false, detail: reason });
    if (own) this.find(own);
  }

  /** A fault of ours is told once, and a thing that two parts say is, too. */
  find(finding: Finding): void {
    const told = ({ id, text }: Finding) =>
      id === finding.id && (finding.outcome === 'error' || text === finding.text);
    if (!this.findings.some(told)) this.findings.push(finding);
  }

  /** A certificate that was accepted; one that does not last long is a finding. */
  certificate(certificate: OfferedCertificate, { certificateDays }: Expected): void {
    if (this.certificates.some(({ host }) => host === certificate.host)) return;
    this.certificates.push(certificate);
    const { host, daysLeft, validTo, problem } = certificate;
    if (problem !== null || daysLeft >= certificateDays) return;
    this.find({
      id: 'certificate-expiring',
      outcome: 'degraded',
      text: `The certificate of ${host} is valid for ${daysLeft} more days (threshold ${certificateDays}).`,
      where: 'signaling',
      evidence: { host, validTo, daysLeft },
    });
  }
}

/** What an error of a conversation with `host` (`name` or `name:port`) means. */
export function troubleWith(
  host: string,
  cause: unknown,
  { deadlineMs, lookups }: { readonly deadlineMs: number; readonly lookups: Lookups },
): Trouble {
  if (
    cause instanceof StreamError ||
    cause instanceof StanzaError ||
    cause instanceof GuestsRefused ||
    cause instanceof Refused
  ) {
    return { own: null, reason: cause.message, silent: false };
  }
  if (cause instanceof NotStun)
    return { own: null, reason: `it answers with ${cause.message}`, silent: false };
  if (!(cause instanceof Error)) throw cause;
  const name = nameOf(host);
  const blamed =
    cause instanceof OutOfTime && lookups.pending(name)
      ? resolverSilent(name)
      : blame(host, cause, deadlineMs);
  const own = ownTrouble(blamed, { host, code: blamed.code });
  return { own, reason: blamed.reason, silent: blamed.trouble === 'silent' };
}

/** `turn.example.org` of `turn.example.org:3478`; an IPv6 address without its brackets. */
function nameOf(host: string): string {
  return host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}

/** `host:port`, with an IPv6 address in brackets. */
export function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** How bad something is that is asked for, or only offered. */
export function asExpected(expected: 'optional' | 'required', otherwise: Outcome): Outcome {
  return expected === 'required' ? 'fail' : otherwise;
}
