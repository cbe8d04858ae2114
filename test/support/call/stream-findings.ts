/** Calls with faulty streams, and the sentences of their findings. */
import { type Judged, streamFindings } from '../../../src/checks/call/judge/stream-findings.ts';
import type { StreamReason } from '../../../src/checks/call/reasons.ts';
import type { CallStream, MediaKind, StreamVerdict } from '../../../src/checks/call/result.ts';
import { reasonWords } from '../../../src/checks/call/words/reasons.ts';
import type { Found, Where } from '../../../src/checks/check.ts';
import { sentence } from '../../../src/checks/sentence.ts';

export const THREE = ['A', 'B', 'C'];
export const BOTH: MediaKind[] = ['audio', 'video'];

export interface Fault {
  readonly verdict: StreamVerdict;
  readonly reason?: StreamReason;
  readonly where?: Where;
  readonly lostAt?: string;
}

/** Every stream of a call with these people; `faultOf` says what is wrong with one. */
export function call(
  names: readonly string[],
  faultOf: (receiver: string, sender: string, kind: MediaKind) => Fault | StreamVerdict | null,
): Judged[] {
  return names.flatMap((receiver) =>
    names
      .filter((sender) => sender !== receiver)
      .flatMap((sender) =>
        BOTH.map((kind): Judged => {
          const given = faultOf(receiver, sender, kind);
          const fault: Fault = typeof given === 'string' ? { verdict: given } : (given ?? { verdict: 'ok' });
          const stream: CallStream = {
            step: 'join',
            receiver,
            sender,
            kind,
            verdict: fault.verdict,
            muted: false,
            path: 'bridge' as const,
            firstMs: 900,
            lostAt: fault.lostAt ?? null,
            noticedAt: fault.lostAt ?? null,
            latencyMs: 60,
            gaps: [],
            ssrc: 1,
            reason: fault.reason ? reasonWords.en(fault.reason) : null,
          };
          return {
            stream,
            diagnosis: {
              verdict: fault.verdict,
              where: fault.where ?? null,
              reason: fault.reason ?? null,
              evidence: {},
            },
          };
        }),
      ),
  );
}

export const words = ({ cause }: Found<'call'>) => sentence('call', cause, 'en');
export const texts = (judged: readonly Judged[], names = THREE) => streamFindings(judged, names).map(words);
