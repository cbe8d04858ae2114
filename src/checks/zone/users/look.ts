/** The addresses of users: read from the directory, asked about, and reported, without one of them in the run itself. */
import { stateFile } from '../../../base/state-file.ts';
import type { CheckContext, Found } from '../../check.ts';
import { DirectoryError, searchDirectory } from '../ldap.ts';
import type { DirectoryList } from '../ldap-thread.ts';
import type { LdapOptions, UsersOptions } from '../options.ts';
import { testUsers, type UsersContext } from './index.ts';
import { writeList } from './list.ts';
import type { UsersResult } from './result.ts';

export interface LookedAtUsers {
  /** Null where the directory gave no list. */
  readonly result: UsersResult | null;
  readonly findings: readonly Found<'zone'>[];
}

export async function lookAtUsers(
  domains: readonly string[],
  { users, ldap }: { readonly users: UsersOptions; readonly ldap: LdapOptions },
  { name, signal, log }: Pick<CheckContext, 'name' | 'signal' | 'log'>,
  where: Omit<UsersContext, 'check' | 'signal' | 'everyMs' | 'perMinute'>,
): Promise<LookedAtUsers> {
  let list: DirectoryList;
  try {
    list = await searchDirectory(ldap, { ...users, reads: 'addresses' }, signal);
    if (list.values.length === 0) throw new DirectoryError({ id: 'empty', filter: users.filter });
  } catch (cause) {
    if (!(cause instanceof DirectoryError)) throw cause;
    const { problem } = cause;
    const unread = { id: 'zone-users-unread', url: ldap.url, base: users.base, problem } as const;
    return { result: null, findings: [{ cause: unread, outcome: 'error' }] };
  }
  const { every: everyMs, perMinute } = users;
  const { result, refused } = await testUsers(list.values, domains, {
    ...where,
    check: name,
    everyMs,
    perMinute,
    signal,
  });
  let file: string | null = users.file ?? stateFile(`refused-${name}.txt`);
  try {
    await writeList(file, refused);
  } catch (cause) {
    log.warn(
      { file, reason: (cause as Error).message },
      'the list of refused addresses could not be written',
    );
    file = null;
  }
  return {
    result: { ...result, unreadable: list.ignored.length, more: list.more },
    findings: result.domains.map((one) => ({
      cause: { id: 'zone-users-refused', ...one, file },
      outcome: 'degraded',
    })),
  };
}
