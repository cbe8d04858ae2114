/** Reads a directory as the check does and prints what it got: a process of its own, for it has its own /etc/hosts. */
import { DirectoryError, readDirectory } from '../../../src/checks/zone/ldap.ts';
import { zoneOptions } from '../../../src/checks/zone/options.ts';

const { ldap } = zoneOptions.parse({
  template: 'deuxfleurs',
  ldap: JSON.parse(process.argv[2] ?? '{}') as unknown,
});
try {
  console.log(JSON.stringify(await readDirectory(ldap!, AbortSignal.timeout(15_000))));
} catch (cause) {
  if (!(cause instanceof DirectoryError)) throw cause;
  console.log(JSON.stringify({ problem: cause.problem }));
}
