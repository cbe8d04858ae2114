/** A call in progress: participants and their browsers, what they report, and what of that is our own fault. */
import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { BrowserFault } from '../../../browsers/faults.ts';
import type { RunningBrowser } from '../../../browsers/launch.ts';
import type { Credentials } from '../../accounts/credentials.ts';
import type { Proof } from '../../accounts/refusal.ts';
import type { LoginFacts } from '../observe/facts.ts';
import type { EmbedOrders, Orders, PageAccount, PageMessage } from '../page/protocol.ts';
import { nameOf } from '../scene/acts.ts';
import type { StepPlan } from '../scene/choreography.ts';
import { networkOf } from '../scene/networks.ts';
import type { ParticipantPlan } from '../scene/participants.ts';
import { SCREEN, SMALLEST } from '../scene/sends.ts';
import { now } from './clock.ts';
import { embedOrders } from './embedding.ts';
import { heldByScripts, NotLoaded, ScriptsNotRun } from './loading.ts';
import type { Obstacle } from './obstacle.ts';
import { appScript, framedScript, isolatedScript, pageFiles } from './page-files.ts';
import { Participant } from './participant.ts';
import { Step } from './step.ts';

/** A page that has not reported for this long hangs; reports come several times a second. */
const HUNG_MS = 8000;
/** An endless script holds a page for ever; a machine under CPU pressure lets it go on some time. */
const PATIENCE_MS = 10_000;
const RECHECK_MS = 200;
/** Long enough for a stream that flows to show packets in two samples. */
const FLOW_MS = 600;
/** What a browser broke off fails within this time; the library tries again meanwhile. */
const CHANGE_MS = 5000;
/** When one participant is refused, the others have this long to report what they received. */
const GRACE_MS = 700;

export interface SessionOptions {
  /** With a slash at its end. */
  readonly base: string;
  readonly room: string;
  readonly p2p: boolean;
  /** The number of its first participant, where several rooms are met at once; left out: 0, who is called A. */
  readonly first?: number;
  /** With what participants log in, by name; those who are not there are guests. */
  readonly accounts?: ReadonlyMap<string, Credentials>;
  /** Guests who are not let in wait. */
  readonly waits?: boolean;
  /** Those whose network is cut in some step. */
  readonly cuts?: ReadonlySet<string>;
  /** Those who share a screen in some step. */
  readonly shares?: ReadonlySet<string>;
  /** A stranger's client is awaited. */
  readonly watchesGuest?: boolean;
}

export class Session {
  options: SessionOptions;
  readonly participants: Participant[] = [];
  readonly obstacles: Obstacle[] = [];
  /** Those that began, in order; the last is the one in hand. */
  readonly steps: Step[] = [];
  /** By how much the web front's clock is ahead of ours, in seconds; null: not known. */
  frontAheadS: number | null = null;
  /** What the keys of this call's watermarks are made of; it leaves neither this process nor memory. */
  readonly #secret = randomBytes(32);
  /** A page that does not report any more, and whose fault that is, as far as it is known. */
  #hung: { readonly blame: ScriptsNotRun | null } | null = null;
  #onChange: () => void = () => {};

  constructor(options: SessionOptions) {
    this.options = options;
  }

  /** Rooms are at this address: where redirections led. */
  landed(base: string): void {
    this.options = { ...this.options, base };
  }

  /** Opens and loads a page for each browser given. @throws {NotLoaded | BrowserFault | Error} the first that fails. */
  async load(setups: readonly { plan: ParticipantPlan; browser: RunningBrowser }[]): Promise<void> {
    const { base, room, first = 0 } = this.options;
    const url = `${base}${room}/`;
    const [files, isolated, app, framed] = await Promise.all([
      pageFiles(base, room, url),
      isolatedScript(),
      appScript(),
      framedScript(base),
    ]);
    const page = { base, url, files, isolated, app, framed };
    const opened = await Promise.allSettled(
      setups.map(async (setup, index) => {
        const name = nameOf(first + index);
        const cuts = this.options.cuts?.has(name) ?? false;
        const participant = await Participant.open({ ...setup, name, index, own: page, cuts });
        this.participants.push(participant);
        void participant.crashed.then((fault) => this.#obstacle({ whose: 'ours', fault, at: now() }));
        await participant.load();
      }),
    );
    this.participants.sort((a, b) => a.index - b.index);
    const failures = opened.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    // What the deployment did not serve says more than a page that then failed.
    if (failures.length > 0) throw failures.find(isTheirs) ?? failures[0];
  }

  /** Watches over a browser: its death is our own fault, and the call ends. */
  guard(browser: RunningBrowser): void {
    void browser.died.then((fault) => this.#obstacle({ whose: 'ours', fault, at: now() }));
  }

  /** Begins a step: from now on what is read counts for it. */
  begin(plan: StepPlan): Step {
    const step = new Step(plan, this);
    this.steps.push(step);
    return step;
  }

  get step(): Step | undefined {
    return this.steps.at(-1);
  }

  /** These participants join at once. */
  async join(names: readonly string[]): Promise<void> {
    const { base, room, p2p, accounts, waits = false, watchesGuest = false } = this.options;
    await Promise.all(
      this.participants
        .filter(({ name }) => names.includes(name))
        .map(async (participant) => {
          await participant.arrive(addressOf(this.options, participant.name), () =>
            ordersOf(this.options, participant.name),
          );
          const clockOffsetMs = await participant.clockOffset();
          const { name, index, plan, browser } = participant;
          // A line is cut for the sockets of a browser's own: over a TURN server on TCP media would go round it.
          const { network } = participant.conditions;
          const moved = network && networkOf(network);
          const relay = moved?.relay ?? (this.options.cuts?.has(name) ? 'never' : relayOf(plan, browser));
          const sent = this.participants.map((each) => ({ name: each.name, height: each.plan.send.height }));
          const senses = { name, index, keys: this.#keys(), clockOffsetMs, send: plan.send, sent };
          const receiveHeight = this.#receiveHeight(name);
          const account = pageAccount(accounts?.get(name));
          const family = moved?.family ?? (plan.family === 'any' ? null : plan.family);
          const bot = {
            name,
            room,
            base,
            p2p,
            clockOffsetMs,
            relay,
            region: plan.region,
            family,
            account,
            waits,
            watchesGuest,
            receiveHeight,
          };
          await participant.start({ senses, bot }, (message) => this.#hear(participant, message));
        }),
    );
  }

  /** With what participants logged in, as far as a verdict needs it. */
  get login(): LoginFacts | null {
    const { accounts, room, base } = this.options;
    if (!accounts || accounts.size === 0) return null;
    const proofs = [...accounts].map(([name, credentials]): [string, Proof] => [name, proofOf(credentials)]);
    return {
      room,
      domain: new URL(base).hostname,
      frontAheadS: this.frontAheadS,
      proofs: Object.fromEntries(proofs),
    };
  }

  /** The largest picture that anybody else sends. */
  #receiveHeight(receiver: string): number {
    const others = this.participants.filter(({ name }) => name !== receiver);
    const screens = others.some(({ name }) => this.options.shares?.has(name)) ? SCREEN.height : 0;
    return Math.max(SMALLEST.height, screens, ...others.map(({ plan }) => plan.send.height));
  }

  /** The keys of everybody's watermarks, by their numbers. */
  #keys(): string[] {
    const { room } = this.options;
    return this.participants.map(({ index }) =>
      createHmac('sha256', this.#secret).update(`${room} ${index}`).digest('hex'),
    );
  }

  /**
   * Waits until `done()` says so, an obstacle ends the call, `deadline` (milliseconds since the epoch) passes or
   * `signal` aborts; looks at every message and every 100 ms.
   * @throws {ScriptsNotRun} when a script of the deployment holds a page.
   */
  async until(done: () => boolean, deadline: number, signal: AbortSignal): Promise<boolean> {
    if (this.blocked() || done()) return !this.blocked();
    return new Promise((resolve, reject) => {
      const look = () => {
        this.#findHung();
        const blame = this.#hung?.blame;
        this.step?.notice();
        const finished = done();
        // Whose fault it is that a page stands still decides what the rest is worth.
        const over = now() >= deadline && !this.#hung;
        if (!finished && !this.blocked() && !blame && !over && !signal.aborted) return;
        clearInterval(timer);
        this.#onChange = () => {};
        signal.removeEventListener('abort', look);
        if (blame) reject(blame);
        else resolve(finished && !this.blocked());
      };
      const timer = setInterval(look, 100);
      signal.addEventListener('abort', look);
      this.#onChange = look;
    });
  }

  /** Statistics of everybody in the step, now; where something is not as meant, twice, so that it shows what still flows. */
  async sampleAll(step: Step): Promise<void> {
    const sample = () => Promise.allSettled(step.participants.map((participant) => participant.sample()));
    await sample();
    if (step.cells.all.every((cell) => cell.lastAt !== null && cell.noticedAt === null)) return;
    await new Promise((resolve) => setTimeout(resolve, FLOW_MS));
    await sample();
  }

  /** True when the call cannot become complete any more, and whoever was about to say why had the time to. */
  blocked(): boolean {
    const [first] = this.obstacles;
    if (!first) return false;
    const affected = new Set(
      this.obstacles.map((obstacle) => (obstacle.whose === 'target' ? obstacle.participant : '')),
    );
    const present = this.step?.plan.present.length ?? this.participants.length;
    return first.whose === 'ours' || affected.size === present || now() - first.at > GRACE_MS;
  }

  /** A fault of ours: nothing more can be determined about this call. */
  fault(fault: BrowserFault): void {
    this.#obstacle({ whose: 'ours', fault, at: now() });
  }

  #hear(participant: Participant, message: PageMessage): void {
    if (message.type === 'report') {
      this.step?.read(participant, message.read, message.tracks);
    } else if (message.type === 'event' && message.name === 'failed') {
      const { detail, at } = message;
      // Whoever is known not to get through is refused as expected.
      if (participant.plan.expect === 'none' && detail.stage !== 'page') return;
      if (detail.stage === 'page') this.fault(pageFault(participant, detail));
      else if (participant.events('network-changed').some((change) => at - change.at < CHANGE_MS))
        this.fault(brokenOff(participant));
      else this.#obstacle({ whose: 'target', participant: participant.name, detail, at });
    }
    this.#onChange();
  }

  #findHung(): void {
    if (this.#hung || this.obstacles.some(({ whose }) => whose === 'ours')) return;
    const still = this.participants.find((participant) => stillMs(participant) >= HUNG_MS);
    if (!still) return;
    this.#hung = { blame: null };
    void this.#blame(still);
  }

  /** A page stands still because a script of the deployment holds it, or because its browser hangs. */
  async #blame(participant: Participant): Promise<void> {
    const { name, browser, held } = participant;
    const blame = await heldByScripts(held, stillMs(participant));
    // A page that had to wait for a processor goes on within this time, and was none of the deployment's fault.
    const patience = now() + PATIENCE_MS;
    while (blame && now() < patience && stillMs(participant) >= HUNG_MS)
      await sleep(RECHECK_MS, undefined, { ref: false });
    if (stillMs(participant) < HUNG_MS) {
      this.#hung = null;
      return;
    }
    this.#hung = { blame };
    if (blame) return this.#onChange();
    const trouble = {
      how: 'page-still',
      browser: browser.name,
      participant: name,
      seconds: HUNG_MS / 1000,
    } as const;
    this.fault(new BrowserFault('browser-hung', trouble));
  }

  #obstacle(obstacle: Obstacle): void {
    this.obstacles.push(obstacle);
    this.#onChange();
  }
}

/** How long a page has not reported, in milliseconds; 0 for one that is not to be in the room, or is asleep. */
const stillMs = ({ silentSince }: Participant): number => (silentSince === null ? 0 : now() - silentSince);

/** What the deployment's scripts did to our pages. */
const isTheirs = (failure: unknown): boolean =>
  failure instanceof NotLoaded || failure instanceof ScriptsNotRun;

/** What the page itself must see to: Chromium without UDP does by its switch, Firefox has none. */
function relayOf({ network, impairment }: ParticipantPlan, { name }: RunningBrowser): Orders['relay'] {
  // The bad line is that of UDP sockets: over a TURN server on TCP media would go round it.
  if (impairment) return 'never';
  if (network === 'relay-only') return 'any';
  return network === 'udp-blocked' && name === 'firefox' ? 'tcp' : null;
}

function proofOf(credentials: Credentials): Proof {
  if (credentials.kind === 'token') return { kind: 'token', claims: credentials.claims };
  const { user } = credentials;
  return { kind: 'password', domain: user.includes('@') ? user.replace(/^.*@/, '') : null };
}

/** What a person would click away; the app takes no other keys (source: jitsi-meet, base/config/configWhitelist.ts). */
function appSettings({ p2p, accounts }: SessionOptions, name: string) {
  const credentials = accounts?.get(name);
  return {
    config: {
      'prejoinConfig.enabled': false,
      prejoinPageEnabled: false,
      requireDisplayName: false,
      disableDeepLinking: true,
      'analytics.disabled': true,
      notifications: [],
      ...(!p2p && { 'p2p.enabled': false }),
    },
    displayName: name,
    token: credentials?.kind === 'token' ? credentials.token : null,
  };
}

/** A room's own page with settings in its address. A token in the part behind `#` is sent to no web server. */
function addressOf(options: SessionOptions, name: string): string {
  const { config, displayName, token } = appSettings(options, name);
  const settings: Record<string, unknown> = {
    ...Object.fromEntries(Object.entries(config).map(([key, value]) => [`config.${key}`, value])),
    'userInfo.displayName': displayName,
    ...(token !== null && { jwt: token }),
  };
  const written = Object.entries(settings).map(
    ([key, value]) => `${key}=${encodeURIComponent(JSON.stringify(value))}`,
  );
  return `${options.base}${encodeURIComponent(options.room)}#${written.join('&')}`;
}

/** The same for a site that embeds the room. */
const ordersOf = (options: SessionOptions, name: string): EmbedOrders =>
  embedOrders(options.base, options.room, appSettings(options, name));

/** What a page learns of an account: no more than it needs to log in. */
function pageAccount(credentials: Credentials | undefined): PageAccount | null {
  if (!credentials) return null;
  return credentials.kind === 'token' ? { kind: 'token', token: credentials.token } : credentials;
}

/** The network of this machine changed, which ends what a page was asking for. */
const brokenOff = ({ name, browser }: Participant): BrowserFault =>
  new BrowserFault('page-failed', { how: 'network-changed', browser: browser.name, participant: name });

/** An exception in a page of ours: perhaps a release of lib-jitsi-meet that we do not know yet. */
function pageFault(
  { name, browser, version }: Participant,
  { error }: Record<string, unknown>,
): BrowserFault {
  return new BrowserFault('page-failed', {
    how: 'page-exception',
    browser: browser.name,
    participant: name,
    error: String(error),
    library: version,
  });
}
