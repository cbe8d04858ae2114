/** What somebody logs in with in one run: read from files and minted, once for each. */
import { readFile } from 'node:fs/promises';
import type { AccountCause } from './causes.ts';
import type { AccountPlan } from './options.ts';
import { KeyUnusable, MAX_TOKEN, mintToken, readToken, type TokenClaims } from './token.ts';

export type Credentials =
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string; readonly claims: TokenClaims };

/** Why there is nothing to log in with: the configuration's fault, and nothing is known of the deployment. */
type Unusable = Extract<AccountCause, { readonly id: 'account-unusable' }>;

/** @param room null while it is not known: then no token is minted */
export async function credentialsOf(
  plan: AccountPlan,
  room: string,
  now: number,
): Promise<Credentials | Unusable> {
  const unusable = (why: Unusable['why'], path: string | null, reason: string | null): Unusable => ({
    id: 'account-unusable',
    why,
    path,
    reason,
  });
  const given = (token: string, path: string | null): Credentials | Unusable => {
    const claims = readToken(token);
    return claims ? { kind: 'token', token, claims } : unusable('not-a-jwt', path, null);
  };
  switch (plan.kind) {
    case 'password':
      return { kind: 'password', user: plan.user, password: plan.password.reveal() };
    case 'given':
      return given(plan.token.reveal(), null);
    case 'file': {
      const read = await content(plan.path);
      return 'code' in read ? unusable('file', plan.path, read.code) : given(read.text.trim(), plan.path);
    }
    case 'minted': {
      const { signer } = plan.mint;
      const path = signer.algorithm === 'RS256' ? signer.keyFile : null;
      const read = path === null ? null : await content(path);
      if (read && 'code' in read) return unusable('file', path, read.code);
      try {
        const token = mintToken(plan.mint, room, read?.text ?? null, now);
        return token.length > MAX_TOKEN ? unusable('too-long', null, null) : given(token, null);
      } catch (cause) {
        if (cause instanceof KeyUnusable) return unusable('not-a-private-pem', path, cause.message);
        throw cause;
      }
    }
  }
}

async function content(path: string): Promise<{ text: string } | { code: string }> {
  try {
    return { text: await readFile(path, 'utf8') };
  } catch (cause) {
    return { code: (cause as NodeJS.ErrnoException).code ?? String(cause) };
  }
}

/** The JID that a user logs in as. */
export function jidOf(user: string, domain: string): string {
  return user.includes('@') ? user : `${user}@${domain}`;
}
