/**
 * Starts Chromium or Firefox and connects to it. The program is started by us, not by puppeteer: under the
 * guard it dies with Vigie, and how it ended is known.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Browser, Page } from 'puppeteer-core';
import { HOUR_MS } from '../base/durations.ts';
import { bracketed } from '../net/host-port.ts';
import { accountFor, handOverAll } from './account.ts';
import { type Address, attach, openIn, versionOf } from './attach.ts';
import type { BrowserName } from './browser.ts';
import { findBrowser } from './executable.ts';
import { BrowserFault, type BrowserTrouble } from './faults.ts';
import { type Ending, type Guarded, makeDirectory, spawnGuarded, sweepDirectories } from './guarded.ts';
import { LEAST_OPEN_FILES, openFileLimit } from './limits.ts';
import { watchMemory } from './memory.ts';
import { pipeTransport } from './pipe.ts';
import { startPulse } from './pulse.ts';
import { sandboxWorks } from './sandboxing.ts';

const START_MS = 20_000;
const CLOSE_MS = 2000;

export interface LaunchOptions {
  readonly insecure: boolean;
  /** false: its WebRTC sends and takes no UDP, as behind a strict router. Chromium only; default true. */
  readonly udp?: boolean;
  /** Its pages show frames of other sites, in which Vigie works. Chromium only. */
  readonly frames?: boolean;
  /** Addresses of hosts, instead of those in DNS. Chromium only. */
  readonly resolve?: Readonly<Record<string, string>>;
  /** Aborts the start. */
  readonly signal: AbortSignal;
}

export interface RunningBrowser {
  readonly name: BrowserName;
  readonly version: string;
  /** It runs elsewhere, started by others with switches of their own. */
  readonly remote: boolean;
  /** Whether its pages run in the browser's own sandbox; null: not known. */
  readonly sandboxed: boolean | null;
  /** A page in a browser context of its own: nothing is shared with the others. */
  open(): Promise<Page>;
  /** Whether the kernel has killed anything for want of memory since the start. */
  outOfMemory(): Promise<boolean>;
  /** Resolves when the browser is gone without having been asked; never when it was closed. */
  readonly died: Promise<BrowserFault>;
  /** Ends the browser, its helpers and its profile; never rejects. */
  close(): Promise<void>;
}

/** No run is as long as this: what is older belongs to nobody. */
const LEFTOVER_MS = 4 * HOUR_MS;
let swept = false;

/** Sound and picture work without devices and gestures; nothing is throttled, nothing calls home. */
const CHROMIUM_ARGS = [
  '--headless=new',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--mute-audio',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
  // A document that Vigie answers came from no network: local addresses, a sandbox's or a private deployment's, would be
  // refused to it. And without getUserMedia, host candidates would be hidden behind mDNS names that a direct peer cannot resolve.
  '--disable-features=WebRtcHideLocalIpsWithMdns,Translate,MediaRouter,OptimizationHints,AcceptCHFrame,DialMediaRouteProvider,PaintHolding,IsolateSandboxedIframes,LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets,LocalNetworkAccessChecksWebRTC',
  '--disable-quic',
  '--no-first-run',
  '--no-default-browser-check',
  '--no-pings',
  '--no-service-autorun',
  '--password-store=basic',
  '--use-mock-keychain',
  '--disable-background-networking',
  '--disable-client-side-phishing-detection',
  '--disable-component-extensions-with-background-pages',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-extensions',
  '--disable-sync',
  '--disable-breakpad',
  '--disable-crash-reporter',
  '--disable-hang-monitor',
  '--disable-prompt-on-repost',
  '--disable-ipc-flooding-protection',
  '--disable-search-engine-choice-screen',
  '--metrics-recording-only',
  '--force-color-profile=srgb',
  '--window-size=980,600',
  // Over pipes: a port would be open to every account of this machine.
  '--remote-debugging-pipe',
];

/** The browser's own switch against UDP; the headless shell knows it by another name (Chromium 156). */
const NO_UDP = [
  '--webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
];

/** Frames of other sites are in the process of the page that shows them: one connection of the protocol reaches all of it. */
const FRAMES_WITHIN = ['--disable-site-isolation-trials'];

/** The protocol's own means to accept any certificate do not reach the TLS of TURN servers. */
const INSECURE = ['--ignore-certificate-errors'];

/** The same for Firefox. */
const FIREFOX_PREFERENCES: Record<string, boolean | number | string> = {
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.autoplay.default': 0,
  'media.autoplay.block-webaudio': false,
  'media.autoplay.blocking_policy': 0,
  // Several participants are several tabs of one window: none of them is in the background.
  'dom.min_background_timeout_value': 4,
  'dom.timeout.enable_budget_timer_throttling': false,
  'dom.timeout.background_throttling_max_budget': -1,
  'dom.suspend_inactive.enabled': false,
  'layout.throttled_frame_rate': 60,
  'widget.windows.window_occlusion_tracking.enabled': false,
  'privacy.reduceTimerPrecision': false,
  'gfx.webrender.software': true,
  'media.gmp-manager.updateEnabled': false,
  'media.gmp-manager.url': '',
  'media.gmp-provider.enabled': false,
  'browser.tabs.remote.separatePrivilegedContentProcess': false,
  'dom.ipc.processPrelaunch.enabled': false,
};

/**
 * Starts a browser.
 * @throws {BrowserFault} `browser-missing`, `browser-start`, `sound-server` or `too-few-files`.
 */
export async function launch(name: BrowserName, options: LaunchOptions): Promise<RunningBrowser> {
  if (!swept) void sweepDirectories(LEFTOVER_MS);
  swept = true;
  // A third of a second of its own, spent while the browser starts.
  const loading = import('puppeteer-core');
  const program = await findBrowser(name);
  const files = await openFileLimit();
  if (files !== null && files < LEAST_OPEN_FILES)
    throw new BrowserFault('too-few-files', { how: 'too-few-files', limit: files, least: LEAST_OPEN_FILES });
  const helpers: Guarded[] = [];
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(START_MS)]);
  let guarded: Guarded | null = null;
  try {
    const started =
      name === 'chromium'
        ? await startChromium(program, [
            ...(options.udp === false ? NO_UDP : []),
            ...(options.frames ? FRAMES_WITHIN : []),
            ...(options.insecure ? INSECURE : []),
            ...resolverRules(options.resolve ?? {}),
          ])
        : await startFirefox(program, signal, helpers);
    guarded = started.guarded;
    await loading;
    const browser = await unlessEnded(guarded, attach(name, started.address, options.insecure, signal));
    return await running(name, browser, started, helpers);
  } catch (cause) {
    await Promise.all([guarded?.kill(), ...helpers.map((helper) => helper.kill())]);
    if (cause instanceof BrowserFault) throw cause;
    throw new BrowserFault(
      'browser-start',
      { how: 'not-started', program: name, reason: (cause as Error).message },
      guarded?.output() ?? '',
    );
  }
}

/** Chromium's switch for addresses of single hosts (net/base/host_mapping_rules.h); of WebRTC's servers as well. */
function resolverRules(resolve: Readonly<Record<string, string>>): string[] {
  const rules = Object.entries(resolve).map(([host, address]) => `MAP ${host} ${bracketed(address)}`);
  return rules.length > 0 ? [`--host-resolver-rules=${rules.join(', ')}`] : [];
}

interface Started {
  readonly guarded: Guarded;
  readonly address: Address;
  /** Whether its pages run in the browser's own sandbox. */
  readonly sandboxed: boolean;
}

async function startChromium(program: string, more: readonly string[]): Promise<Started> {
  const account = await accountFor(program);
  const sandboxed = await sandboxWorks(account);
  const directory = await makeDirectory('chromium', account);
  const switches = [...CHROMIUM_ARGS, ...more, ...(sandboxed ? [] : ['--no-sandbox'])];
  const guarded = spawnGuarded(
    directory,
    program,
    [...switches, `--user-data-dir=${join(directory, 'profile')}`],
    { account, pipes: true },
  );
  const [, , , to, from] = guarded.process.stdio;
  return { guarded, sandboxed, address: { transport: pipeTransport(to as Writable, from as Readable) } };
}

/** Firefox speaks BiDi over a socket alone; whoever connects second is refused, and what runs is nobody's. */
async function startFirefox(program: string, signal: AbortSignal, helpers: Guarded[]): Promise<Started> {
  const account = await accountFor(program);
  const sandboxed = await sandboxWorks(account);
  const pulse = await startPulse(signal, account);
  helpers.push(pulse.guarded);
  const directory = await makeDirectory('firefox', account);
  const profile = join(directory, 'profile');
  await mkdir(profile);
  const { Browser: Product, createProfile } = await import('@puppeteer/browsers');
  await createProfile(Product.FIREFOX, { path: profile, preferences: FIREFOX_PREFERENCES });
  if (account) await handOverAll(profile, account);
  const guarded = spawnGuarded(
    directory,
    program,
    ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port=0', 'about:blank'],
    {
      account,
      env: {
        ...pulse.env,
        MOZ_CRASHREPORTER_DISABLE: '1',
        ...(sandboxed ? {} : { MOZ_DISABLE_CONTENT_SANDBOX: '1' }),
      },
    },
  );
  const url = await endpoint(guarded, /WebDriver BiDi listening on (ws:\S+)/, signal);
  return { guarded, sandboxed, address: { browserWSEndpoint: `${url}/session` } };
}

async function endpoint(guarded: Guarded, pattern: RegExp, signal: AbortSignal): Promise<string> {
  try {
    return (await guarded.line(pattern, signal))[1]!;
  } catch (cause) {
    await guarded.kill();
    throw new BrowserFault(
      'browser-start',
      { how: 'not-started', program: 'firefox', reason: (cause as Error).message },
      guarded.output(),
    );
  }
}

/** The result of `work`, or a rejection as soon as the program ends. */
async function unlessEnded<T>(guarded: Guarded, work: Promise<T>): Promise<T> {
  const ended = guarded.ended.then(({ code, signal }): never => {
    throw new Error(`ended with ${signal ?? `status ${code}`}`);
  });
  // It may also end later, when nobody waits for it any more.
  ended.catch(() => {});
  return Promise.race([work, ended]);
}

async function running(
  name: BrowserName,
  browser: Browser,
  { guarded, sandboxed }: Started,
  helpers: readonly Guarded[],
): Promise<RunningBrowser> {
  const version = await versionOf(browser);
  let closing = false;
  const outOfMemory = await watchMemory();
  return {
    name,
    version,
    remote: false,
    sandboxed,
    outOfMemory,
    open: async () => openIn(await browser.createBrowserContext(), name),
    died: new Promise((resolve) => {
      void guarded.ended.then(async (ending) => {
        if (closing) return;
        const hungry = await outOfMemory();
        resolve(hungry ? starved(name, guarded.output()) : deathOf(name, ending, guarded.output()));
      });
    }),
    close: async () => {
      closing = true;
      // Asked nicely a browser leaves nothing behind; one that hangs is killed.
      await Promise.race([
        browser.close().catch(() => {}),
        guarded.ended,
        new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref()),
      ]);
      await Promise.all([guarded.kill(), ...helpers.map((helper) => helper.kill())]);
    },
  };
}

/** The fault of a browser, or a page of one, that the kernel killed. */
export function starved(name: BrowserName, output = ''): BrowserFault {
  return new BrowserFault('no-memory', { how: 'out-of-memory', browser: name }, output);
}

function deathOf(name: BrowserName, { code, signal }: Ending, output: string): BrowserFault {
  const trouble: BrowserTrouble =
    signal === 'SIGKILL'
      ? { how: 'killed', browser: name }
      : signal
        ? { how: 'crashed', browser: name, signal }
        : { how: 'ended', browser: name, status: code };
  return new BrowserFault('browser-died', trouble, output);
}
