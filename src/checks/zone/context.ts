/** What an audit works with, and how it asks. */
import { type Answer, DnsError, type Resolver } from '../../dns/resolver.ts';
import type { Question } from './assess.ts';
import type { NameServers } from './name-servers.ts';
import type { KeyProblem } from './result.ts';

export interface AuditContext {
  readonly resolver: Resolver;
  /** Null: the domains' own name servers are not asked. */
  readonly nameServers: NameServers | null;
  /** Why no key is known to compare with, where the template needs one. */
  readonly keyProblem: KeyProblem | null;
  /** The addresses that mail leaves from; empty where they are not known. */
  readonly senders: () => Promise<readonly string[]>;
  readonly signal: AbortSignal;
}

export type Asking = Pick<AuditContext, 'resolver' | 'signal'>;

/** The resolver's answer, or why there is none. */
export async function ask(
  { name, type }: Pick<Question, 'name' | 'type'>,
  { resolver, signal }: Asking,
): Promise<Answer | DnsError> {
  try {
    return await resolver.lookup(name, type, { signal });
  } catch (cause) {
    if (cause instanceof DnsError) return cause;
    throw cause;
  }
}

/** The texts at a name, each in one piece; none where that is not known. */
export async function textsAt(name: string, asking: Asking): Promise<string[]> {
  const answer = await ask({ name, type: 'TXT' }, asking);
  if (answer instanceof DnsError) return [];
  return (answer as Answer<'TXT'>).records.map((strings) => strings.join(''));
}
