/** What a run has found so far: the state of each part, findings, certificates, versions. */
import { isDeepStrictEqual } from 'node:util';
import { OutOfTime } from '../../base/deadline.ts';
import { failureOf, resolverSilent } from '../../net/failure.ts';
import { parseHostPort, withoutBrackets } from '../../net/host-port.ts';
import type { Lookups } from '../../net/lookups.ts';
import type { Found, Outcome } from '../check.ts';
import type { XmppTransport } from '../deployment.ts';
import { sentence } from '../sentence.ts';
import type { Software } from '../software.ts';
import { ownFailure } from '../web/findings.ts';
import type { SignalingCause } from './causes.ts';
import type { Requirements } from './options.ts';
import { ProtocolError, type Reason } from './reasons.ts';
import type { Remark, Skipped } from './remarks.ts';
import { type OfferedCertificate, PARTS, type PartName, type SignalingPart } from './result.ts';
import { signalingWords } from './words/index.ts';

/** Why a part does not work. */
export interface PartFailure {
  /** Our own fault: nothing is known of the part. */
  readonly own: Found<'signaling'> | null;
  readonly why: Reason;
}

/** What is known of a part beside its name. */
interface Known {
  readonly target?: string | null;
  readonly ok?: boolean | null;
  readonly ms?: number | null;
  readonly remark: Remark;
}

export class Inspection {
  readonly findings: Found<'signaling'>[] = [];
  readonly certificates: OfferedCertificate[] = [];
  readonly #parts: SignalingPart[] = [];
  readonly #software: Software[] = [];

  /** The parts, in the order in which a participant needs them. */
  get parts(): SignalingPart[] {
    return this.#parts.toSorted((a, b) => PARTS.indexOf(a.name) - PARTS.indexOf(b.name));
  }

  /** The servers that reported their version. */
  get software(): Software[] {
    return [...this.#software];
  }

  /** A server's version; null where it did not report one. */
  learn(software: Software | null): void {
    if (software) this.#software.push(software);
  }

  part(name: PartName, { target = null, ok = null, ms = null, remark }: Known): void {
    const rounded = ms === null ? null : Math.round(ms);
    this.#parts.push({ name, target, ok, ms: rounded, detail: remarkText(remark), remark });
  }

  /** A part that was not reached, or is not there. */
  skip(name: PartName, because: Skipped): void {
    this.part(name, { remark: { kind: 'skipped', because } });
  }

  /** A part that does not work, or of which our own fault keeps us from telling. */
  broken(name: PartName, target: string | null, { own, why }: PartFailure): void {
    this.part(name, { target, ok: own ? null : false, remark: { kind: 'failed', why } });
    if (own) this.find(own);
  }

  /** Takes a finding, once: a fault of ours counts once, and so does what two parts report. */
  find(finding: Found<'signaling'>): void {
    const same = ({ cause }: Found<'signaling'>) =>
      cause.id === finding.cause.id &&
      (finding.outcome === 'error' || isDeepStrictEqual(essence(cause), essence(finding.cause)));
    if (!this.findings.some(same)) this.findings.push(finding);
  }

  /** A certificate that was accepted; one that does not last long is a finding. */
  certificate(certificate: OfferedCertificate, { certificateDays }: Requirements): void {
    if (this.certificates.some(({ host }) => host === certificate.host)) return;
    this.certificates.push(certificate);
    const { host, daysLeft, validTo, problem } = certificate;
    if (problem !== null || daysLeft === null || validTo === null || daysLeft >= certificateDays) return;
    const cause = {
      id: 'certificate-expiring',
      host,
      validTo,
      daysLeft,
      threshold: certificateDays,
    } as const;
    this.find({ cause, outcome: 'degraded', where: 'signaling' });
  }
}

/** A remark as it is published. */
function remarkText(remark: Remark): string {
  return remark.kind === 'finding'
    ? sentence('signaling', remark.cause, 'en')
    : signalingWords.en.remark(remark);
}

/** What makes two findings the same: a host that cannot be reached is one, whichever of its addresses was asked for. */
function essence(cause: Found<'signaling'>['cause']): unknown {
  return 'failure' in cause && cause.failure.failure !== 'silent' ? cause.failure : cause;
}

/** Fails the run: nobody gets into a call. */
export function signalingFail(cause: SignalingCause): Found<'signaling'> {
  return { cause, outcome: 'fail', where: 'signaling' };
}

/** What a server ends a stream with that asks too much of it (RFC 6120 4.9.3.14, 4.9.3.17). */
const LIMITS = ['policy-violation', 'resource-constraint'];

/** What a connection is broken off with; over BOSH it is one request's, which the library repeats. */
const BROKEN_OFF = ['ECONNRESET', 'EPIPE'];

/** Finds that the session of somebody who is logged in was ended, because of a limit or not; whether that is so. */
export function findEnded(
  inspection: Inspection,
  { ended, transport }: { readonly ended: boolean; readonly transport: XmppTransport },
  why: Reason,
): boolean {
  if (!ended || !endsSession(why, transport)) return false;
  const limited = why.kind === 'stream-error' && LIMITS.includes(why.condition);
  const said = explained(why);
  inspection.find(
    signalingFail(limited ? { id: 'signaling-limited', ...said } : { id: 'session-ended', ...said }),
  );
  return true;
}

/** Whether nothing more comes in this session, and that is the server's doing or its proxy's. */
function endsSession(why: Reason, transport: XmppTransport): boolean {
  if (why.kind === 'websocket-closed' || why.kind === 'bosh-ended') return true;
  // Another login of ours, with an account that may have one session (RFC 6120 4.9.3.3).
  if (why.kind === 'stream-error') return why.condition !== 'conflict';
  if (why.kind === 'protocol') return why.fault === 'stream-closed';
  return why.kind === 'connection' && transport === 'websocket' && BROKEN_OFF.includes(why.failure.code);
}

/** A reason as causes carry it: in English as it is published, and as data. */
export function explained(why: Reason): { reason: string; why: Reason } {
  return { reason: signalingWords.en.reason(why), why };
}

/** What an error of a conversation with `host` (`name` or `name:port`) means. */
export function failureWith(
  host: string,
  cause: unknown,
  { deadlineMs, lookups }: { readonly deadlineMs: number; readonly lookups: Lookups },
): PartFailure {
  if (cause instanceof ProtocolError) return { own: null, why: cause.reason };
  if (!(cause instanceof Error)) throw cause;
  const name = parseHostPort(host)?.host ?? withoutBrackets(host);
  const failure =
    cause instanceof OutOfTime && lookups.pending(name)
      ? resolverSilent(name)
      : failureOf(host, cause, deadlineMs);
  return { own: ownFailure(failure, { host }), why: { kind: 'connection', failure } };
}

/** How bad something is that is asked for, or only offered. */
export function asExpected(expected: 'optional' | 'required', otherwise: Outcome): Outcome {
  return expected === 'required' ? 'fail' : otherwise;
}
