/** `vigie doctor`: what this machine has of what Vigie needs, what is missing, and what the kernel forbids. */
import { execFile } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { promisify } from 'node:util';
import { errorCode } from '../base/errno.ts';
import { accountFor } from '../browsers/account.ts';
import { BROWSERS, type BrowserName } from '../browsers/browser.ts';
import { findBrowser, findProgram } from '../browsers/executable.ts';
import { sandboxWorks } from '../browsers/sandboxing.ts';
import { type Machine, SHARED_MEMORY, type Temporary, temporary, thisMachine } from './machine.ts';

/** Whose account browsers get, and whether their own sandbox can be built there. */
export type Sandboxing = 'works' | 'as-root' | 'forbidden';

/** One thing that was looked at, as data. */
export type Fact =
  | { readonly id: 'vigie'; readonly version: string; readonly node: string; readonly system: string }
  | {
      readonly id: 'browser';
      readonly browser: BrowserName;
      readonly program: string | null;
      readonly version: string | null;
    }
  | { readonly id: 'sound'; readonly program: string | null; readonly needed: boolean }
  | { readonly id: 'sandbox'; readonly state: Sandboxing }
  | { readonly id: 'shared-memory'; readonly directory: string; readonly free: number | null }
  | ({ readonly id: 'temporary' } & Temporary)
  | { readonly id: 'open-files'; readonly limit: number | null }
  | { readonly id: 'processes'; readonly limit: number | null }
  | { readonly id: 'clock'; readonly now: string; readonly synchronised: boolean | null }
  | { readonly id: 'dns'; readonly servers: readonly string[]; readonly fault: string | null }
  | { readonly id: 'proxy'; readonly variables: readonly string[] };

const PROGRAM_MS = 10_000;
const DNS_MS = 3000;
const run = promisify(execFile);

/** Looks at everything at once. Never rejects. */
export async function examine(version: string, machine: Machine = thisMachine): Promise<Fact[]> {
  const [browsers, memory, files, processes, place, synchronised, dns] = await Promise.all([
    Promise.all(BROWSERS.map(browserFact)),
    machine.free(SHARED_MEMORY),
    machine.openFiles(),
    machine.processes(),
    temporary(machine),
    clockSynchronised(),
    dnsFact(),
  ]);
  const firefox = browsers.some(({ browser, program }) => browser === 'firefox' && program !== null);
  const variables = proxies(process.env);
  const program = browsers.find((browser) => browser.program !== null)?.program ?? null;
  return [
    {
      id: 'vigie',
      version,
      node: process.version,
      system: `${process.platform} ${process.arch}`,
    },
    ...browsers,
    { id: 'sound', program: await findProgram(['pulseaudio']), needed: firefox },
    ...(program === null ? [] : [{ id: 'sandbox', state: await sandboxing(program) } as const]),
    { id: 'shared-memory', directory: SHARED_MEMORY, free: memory },
    { id: 'temporary', ...place },
    { id: 'open-files', limit: files },
    { id: 'processes', limit: processes },
    { id: 'clock', now: new Date().toISOString(), synchronised },
    dns,
    ...(variables.length === 0 ? [] : [{ id: 'proxy', variables } as const]),
  ];
}

/** The variables that name a proxy on the way out. What is in them may hold a password. */
const proxies = (env: NodeJS.ProcessEnv) =>
  Object.keys(env).filter((name) => /^(?:https?|all)_proxy$/i.test(name) && env[name] !== '');

async function browserFact(browser: BrowserName): Promise<Extract<Fact, { id: 'browser' }>> {
  let program: string;
  try {
    program = await findBrowser(browser);
  } catch {
    return { id: 'browser', browser, program: null, version: null };
  }
  const answer = await run(program, ['--version'], { timeout: PROGRAM_MS, cwd: '/' }).catch(() => null);
  const version = /\d+(?:\.\d+)+\w*/.exec(answer?.stdout ?? '')?.[0] ?? null;
  return { id: 'browser', browser, program, version };
}

async function sandboxing(program: string): Promise<Sandboxing> {
  const account = await accountFor(program);
  if (process.getuid?.() === 0 && account === null) return 'as-root';
  return (await sandboxWorks(account)) ? 'works' : 'forbidden';
}

/** Whether the machine's clock is kept by NTP; null where nothing here reports it, as in containers. */
async function clockSynchronised(): Promise<boolean | null> {
  const answer = await run('timedatectl', ['show', '--property=NTPSynchronized', '--value'], {
    timeout: PROGRAM_MS,
  }).catch(() => null);
  const text = answer?.stdout.trim();
  return text === 'yes' ? true : text === 'no' ? false : null;
}

async function dnsFact(): Promise<Extract<Fact, { id: 'dns' }>> {
  const resolver = new Resolver({ timeout: DNS_MS, tries: 1 });
  const servers = resolver.getServers();
  try {
    // Every resolver of the internet knows the servers of the root.
    await resolver.resolveNs('.');
    return { id: 'dns', servers, fault: null };
  } catch (error) {
    return { id: 'dns', servers, fault: errorCode(error) };
  }
}
