/**
 * The thread in which messages are verified: a verifier reads a stranger's whole message once for each of its signatures, and some
 * messages take half a second. Names are looked up outside, by whoever asks.
 */
import { parentPort } from 'node:worker_threads';
import { type AuthenticateOptions, type AuthenticateResult, authenticate, type DNSResolver } from 'mailauth';
import type { ResolveResult } from '../../dns/resolver.ts';

/** What mailauth is asked for, but for the resolver. */
export type VerifyOptions = Omit<AuthenticateOptions, 'resolver'>;

/** What of its result is used. */
export type Verified = Pick<AuthenticateResult, 'spf' | 'dmarc' | 'dmarcSkipReason'> & {
  readonly dkim: Pick<AuthenticateResult['dkim'], 'headerFrom' | 'fromFields' | 'results'>;
};

/** To the thread. `alive` is answered as soon as nothing else is being done. */
export type Request =
  | {
      readonly type: 'verify';
      readonly task: number;
      readonly raw: Uint8Array;
      readonly options: VerifyOptions;
    }
  | { readonly type: 'found'; readonly question: number; readonly answer: ResolveResult }
  | { readonly type: 'not-found'; readonly question: number; readonly code: string; readonly message: string }
  | { readonly type: 'alive' };

/** From the thread. */
export type Reply =
  | { readonly type: 'verified'; readonly task: number; readonly result: Verified }
  | { readonly type: 'failed'; readonly task: number; readonly message: string }
  | {
      readonly type: 'look-up';
      readonly task: number;
      readonly question: number;
      readonly name: string;
      readonly rrtype: string;
    }
  | { readonly type: 'alive' };

const asked = new Map<number, PromiseWithResolvers<ResolveResult>>();
let questions = 0;
const reply = (message: Reply): void => parentPort!.postMessage(message);

async function verify(task: number, raw: Uint8Array, options: VerifyOptions): Promise<void> {
  const resolver = (name: string, rrtype: string) => {
    const question = questions++;
    const pending = Promise.withResolvers<ResolveResult>();
    asked.set(question, pending);
    reply({ type: 'look-up', task, question, name, rrtype });
    return pending.promise;
  };
  try {
    // mailauth's type knows no MX answers, its code does.
    const result = await authenticate(Buffer.from(raw), { ...options, resolver: resolver as DNSResolver });
    const { dkim, spf, dmarc, dmarcSkipReason } = result;
    const { headerFrom, fromFields, results } = dkim;
    const verified = { dkim: { headerFrom, fromFields, results }, spf, dmarc, dmarcSkipReason };
    reply({ type: 'verified', task, result: verified as Verified });
  } catch (cause) {
    reply({ type: 'failed', task, message: cause instanceof Error ? cause.message : String(cause) });
  }
}

parentPort?.on('message', (request: Request) => {
  if (request.type === 'verify') void verify(request.task, request.raw, request.options);
  else if (request.type === 'alive') reply({ type: 'alive' });
  else {
    const pending = asked.get(request.question);
    asked.delete(request.question);
    if (request.type === 'found') pending?.resolve(request.answer);
    else pending?.reject(Object.assign(new Error(request.message), { code: request.code }));
  }
});
