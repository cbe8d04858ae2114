/** What a run gathers: parts, findings, certificates, versions. */
import { OutOfTime } from '../../base/deadline.ts';
import { failureOf, resolverSilent } from '../../net/failure.ts';
import { parseHostPort, withoutBrackets } from '../../net/host-port.ts';
import type { Lookups } from '../../net/lookups.ts';
import type { Finding, Found, Outcome } from '../check.ts';
import { sentence } from '../sentence.ts';
import type { Software } from '../software.ts';
import { ownFailure } from '../web/findings.ts';
import { webWords } from '../web/words/index.ts';
import type { Expected } from './options.ts';
import { type OfferedCertificate, PARTS, type PartName, type SignalingPart } from './result.ts';
import { Refused } from './turn/client.ts';
import { NotStun } from './turn/message.ts';
import { GuestsRefused, StanzaError } from './xmpp/session.ts';
import { StreamError } from './xmpp/stream.ts';

/** What is the matter with a part. */
export interface Trouble {
  /** Our own fault: nothing is known of the part. */
  readonly own: Found<'signaling'> | null;
  /** Goes on after "…: ". */
  readonly reason: string;
  /** Nobody answered at all. */
  readonly silent: boolean;
}

/** What of the part is known beside its name. */
export type Known = Partial<Omit<SignalingPart, 'name'>>;

export class Report {
  readonly findings: (Finding | Found<'signaling'>)[] = [];
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
  find(finding: Finding | Found<'signaling'>): void {
    const idOf = (one: Finding | Found<'signaling'>) => ('text' in one ? one.id : one.cause.id);
    const textOf = (one: Finding | Found<'signaling'>) =>
      'text' in one ? one.text : sentence('signaling', one.cause, 'en');
    const told = (one: Finding | Found<'signaling'>) =>
      idOf(one) === idOf(finding) && (finding.outcome === 'error' || textOf(one) === textOf(finding));
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
  const name = parseHostPort(host)?.host ?? withoutBrackets(host);
  const failure =
    cause instanceof OutOfTime && lookups.pending(name)
      ? resolverSilent(name)
      : failureOf(host, cause, deadlineMs);
  return {
    own: ownFailure(failure, { host }),
    reason: webWords.en.failure(failure),
    silent: failure.failure === 'silent',
  };
}

/** A finding about the path into a call. */
export function signalingFail(id: string, text: string, evidence?: Finding['evidence']): Finding {
  return { id, outcome: 'fail', text, where: 'signaling', ...(evidence ? { evidence } : {}) };
}

/** How bad something is that is asked for, or only offered. */
export function asExpected(expected: 'optional' | 'required', otherwise: Outcome): Outcome {
  return expected === 'required' ? 'fail' : otherwise;
}
