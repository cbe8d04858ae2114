/** Hostile directories cost neither memory nor more time than they are given, and are named. */
import { expect, it } from 'vitest';
import { DirectoryError, readDirectory } from '../../src/checks/zone/ldap.ts';
import { zoneOptions } from '../../src/checks/zone/options.ts';
import { HOSTILE_DIRECTORIES } from './directories.ts';
import { startHostile } from './mail.ts';

/** Time enough for a thread to start on a machine that others load. */
const SILENT_MS = 5_000;

/** What is said of those that would take all memory. */
const PROBLEMS: Readonly<Record<string, DirectoryError['problem']>> = {
  'announces a message of 2 GB': { id: 'too-much', megabytes: 4 },
  'lists domains without end': { id: 'unreadable' },
  'lists a domain that is longer than its message': { id: 'unreadable' },
};

it.concurrent.each(Object.entries(HOSTILE_DIRECTORIES))(
  'one that %s',
  { timeout: 60_000 },
  async (name, attack) => {
    const floods = name === 'lists domains without end' || name === 'announces a message of 2 GB';
    await using server = await startHostile(attack);
    const { ldap } = zoneOptions.parse({
      template: 'deuxfleurs',
      ldap: { url: `ldap://127.0.0.1:${server.port}`, base: 'dc=x', timeout: floods ? '15s' : '500ms' },
    });
    const before = process.memoryUsage().arrayBuffers;
    const failed: unknown = await readDirectory(ldap!, new AbortController().signal, SILENT_MS).catch(
      (cause: unknown) => cause,
    );
    expect(failed).toBeInstanceOf(DirectoryError);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200_000_000);
    const { problem } = failed as DirectoryError;
    expect(problem).toEqual(PROBLEMS[name] ?? problem);
  },
);
