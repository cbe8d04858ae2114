/** One participant: a page of ours in the deployment's origin, and what it reports. */
import type { Frame, Page } from 'puppeteer-core';
import type { BrowserFault } from '../../../browsers/faults.ts';
import type { IsolatedWorld } from '../../../browsers/isolated.ts';
import type { RunningBrowser } from '../../../browsers/launch.ts';
import type { EmbedOrders, Orders, OwnEvent, PageMessage, RawPage, SensesOrders } from '../page/protocol.ts';
import type { DeviceKind } from '../result.ts';
import { type NetworkName, networkOf } from '../scene/networks.ts';
import { isApp, type ParticipantPlan } from '../scene/participants.ts';
import { now } from './clock.ts';
import { Conditions } from './conditions.ts';
import { embeddingPage, type Note } from './embedding.ts';
import { type Held, unlessHeld } from './loading.ts';
import { openEmbedding, openOwnPage, openRoom } from './opening.ts';
import { answerInChromium, answerInFirefox, LOAD_MS, type OwnPage } from './own-page.ts';
import { COMMAND_MS, crashOf, keepConsole, within } from './page-events.ts';
import { PageMessages, readRaw, type World } from './page-messages.ts';
import { Reported } from './reported.ts';
import { watchServerAnswers } from './server-answers.ts';

const LEAVE_MS = 1500;
/** After it left, its page shows nothing more and costs nothing. */
const BLANK = 'about:blank';
/** Complete statistics are megabytes, and a picture of a page is slow on a machine under CPU pressure. */
const EVIDENCE_MS = 6000;

/** What a participant is opened with. */
export interface ParticipantSetup {
  readonly name: string;
  readonly index: number;
  readonly plan: ParticipantPlan;
  readonly browser: RunningBrowser;
  readonly own: OwnPage;
  /** Its network is cut in some step. */
  readonly cuts: boolean;
}

/** What the two worlds of a page are given before they join. */
export interface Starting {
  readonly senses: SensesOrders;
  readonly bot: Orders;
}

export class Participant extends Reported {
  readonly name: string;
  readonly index: number;
  readonly browser: RunningBrowser;
  readonly plan: ParticipantPlan;
  readonly console: string[] = [];
  /** Complete statistics: one entry for each time that its page was loaded, once `keepRaw` took them. */
  readonly raw: RawPage[] = [];
  /** Whether complete statistics of pages that it leaves behind are worth their cost. */
  wantsRaw = false;
  /** The door for what its pages say. */
  readonly messages = new PageMessages();
  /** Resolves when the page crashed; otherwise never. */
  readonly crashed: Promise<BrowserFault>;
  #page: Page;
  /** The frame in which the web app is embedded; null where it is no frame. */
  #frame: Frame | null = null;
  /** What was seen of the embedding, until it may be said. */
  #notes: readonly Note[] = [];
  readonly #own: OwnPage;
  /** Its page is being killed on purpose. */
  #killing = false;
  #onCrash: (fault: BrowserFault) => void = () => {};
  /** Where what makes and reads watermarks runs; null before the first page. */
  #isolated: IsolatedWorld | null = null;
  #loaded = false;
  #onMessage: (message: PageMessage) => void = () => {};

  private constructor({ name, index, plan, browser, own, cuts }: ParticipantSetup, page: Page) {
    super(new Conditions(plan.impairment, cuts));
    this.name = name;
    this.index = index;
    this.plan = plan;
    this.browser = browser;
    this.#page = page;
    this.#own = own;
    this.crashed = new Promise((resolve) => {
      this.#onCrash = resolve;
    });
    this.#listen(page);
  }

  #listen(page: Page): void {
    const { name, browser } = this;
    page.once('error', (cause) => {
      if (!this.#killing) void crashOf({ browser, participant: name }, cause).then(this.#onCrash);
    });
    keepConsole(page, this.console);
  }

  /** Opens a page for a participant on a browser. */
  static async open(setup: ParticipantSetup): Promise<Participant> {
    return new Participant(setup, await setup.browser.open());
  }

  /**
   * Loads the bot's page with the deployment's `config.js` and library; afterwards `start` joins. Also for a
   * page that is there already: then it is what F5 does, without leaving the room first.
   * @throws {NotLoaded} when the deployment's part did not load.
   */
  async load(): Promise<void> {
    const page = this.#page;
    const again = this.#isolated !== null;
    if (this.#loaded && this.wantsRaw) await this.keepRaw();
    this.#isolated ??= await this.#answer();
    this.#beginAnew();
    if (isApp(this.plan.client)) {
      // Whoever opens the app joins: that waits until they do.
      const script = this.plan.client === 'iframe' ? this.#own.framed : this.#own.app;
      if (!again) await page.evaluateOnNewDocument(script);
      this.#loaded = true;
      return;
    }
    this.version = await openOwnPage(page, this.held, this.#own, again);
    await unlessHeld(this.held, () => this.#isolated!.enter(this.#own.isolated));
    // Browsers elsewhere may want to be touched before they play sound.
    if (this.browser.remote) await page.mouse.click(1, 1);
    this.#loaded = true;
  }

  /**
   * Opens the room's own page, as whoever follows a link, or a site's page that embeds it; the app joins by itself then. Nothing for a
   * page of ours.
   */
  async arrive(address: string, orders: () => EmbedOrders): Promise<void> {
    const { client, site } = this.plan;
    if (!isApp(client)) return;
    if (client === 'iframe') {
      const { frame, notes } = await openEmbedding(this.#page, this.held, this.#own, site, orders());
      this.#frame = frame;
      this.#notes = notes;
    } else await openRoom(this.#page, this.held, this.#own, address);
    // Where there is no frame, the site's own page stands in, which does nothing.
    await this.#isolated!.enter(this.#own.isolated, this.#frame ?? undefined);
    if (client === 'app' && this.browser.remote) await this.#page.mouse.click(1, 1);
  }

  /** Our own files, and the page's words, once for all pages to come. */
  async #answer(): Promise<IsolatedWorld> {
    const hear = (text: unknown, from: World) => {
      const message = this.messages.read(text, from);
      if (message) this.#hear(message);
    };
    if (this.browser.name === 'firefox') return answerInFirefox(this.#page, this.#own, hear);
    const { client, site } = this.plan;
    const own = client === 'iframe' ? await embeddingPage(this.#own, site) : this.#own;
    const isolated = await answerInChromium(this.#page, own, hear);
    const note = (name: OwnEvent, detail: Record<string, unknown>) =>
      this.#hear({ type: 'event', at: now(), name, detail });
    await watchServerAnswers(this.#page, {
      bridge: (state) => note('bridge-socket', { ...state }),
      refused: (refusal) => note('server-refused', { ...refusal }),
      networkChanged: () => note('network-changed', {}),
    });
    await this.conditions.apply(this.#page);
    return isolated;
  }

  /** Nothing that the page before it reported is true of a new page. */
  #beginAnew(): void {
    this.#onMessage = () => {};
    this.#loaded = false;
    this.#frame = null;
    this.#notes = [];
    this.forget();
  }

  /** Milliseconds to add to the page's clock to get Vigie's: the best of a few exchanges. */
  async clockOffset(): Promise<number> {
    let best = { roundTrip: Number.POSITIVE_INFINITY, offset: 0 };
    for (let i = 0; i < 3; i++) {
      const sent = now();
      const text = await unlessHeld(this.held, () => this.#isolated!.evaluate('String(vigieSenses.clock())'));
      const theirs = Number(text);
      const back = now();
      if (Number.isFinite(theirs) && back - sent < best.roundTrip)
        best = { roundTrip: back - sent, offset: (sent + back) / 2 - theirs };
    }
    return best.offset;
  }

  /** Where its web app, or our own page, runs. */
  get #scene(): Page | Frame {
    return this.#frame ?? this.#page;
  }

  /** Whether it can never take part: the page that should embed the room has no frame with it. */
  get barred(): boolean {
    return this.plan.client === 'iframe' && this.acting !== null && this.#frame === null;
  }

  /** Whose page it is, and where, should it not answer. */
  get held(): Held {
    return { browser: this.browser, participant: this.name };
  }

  /** Whether its page is ready to join. */
  get ready(): boolean {
    return this.#loaded && this.acting === null;
  }

  /** Mutes or unmutes what it sends of these kinds, as a person would. */
  async mute(kinds: readonly DeviceKind[], muted: boolean): Promise<void> {
    await unlessHeld(this.held, () =>
      within(
        COMMAND_MS,
        this.#scene.evaluate((given, state) => vigie.mute(given, state), kinds, muted),
      ),
    );
  }

  /** Begins to share a screen, or to stop it; that it does so is in its timeline. */
  async share(on: boolean): Promise<void> {
    await unlessHeld(this.held, () =>
      within(
        COMMAND_MS,
        this.#scene.evaluate((state) => vigie.share(state), on),
      ),
    );
  }

  /** From now on whoever wants to join must be admitted. */
  async closeLobby(): Promise<void> {
    await within(
      COMMAND_MS,
      this.#scene.evaluate(() => vigie.closeLobby()),
    );
  }

  /** Lets those of these names in who stand at the door, or come there. */
  async admit(names: readonly string[]): Promise<void> {
    await within(
      COMMAND_MS,
      this.#scene.evaluate((given) => vigie.admit(given), names),
    );
  }

  /** Speaks, or is silent for a while, with the microphone on; best effort. */
  async speak(on: boolean): Promise<void> {
    await within(COMMAND_MS, this.#isolated!.evaluate(`String(vigieSenses.speak(${on}))`)).catch(() => {});
  }

  /** Leaves the room and closes the page, as whoever hangs up; `load` brings a new one. */
  async hangUp(): Promise<void> {
    await this.leave();
    if (this.wantsRaw) await this.keepRaw();
    this.#beginAnew();
    await this.#page.goto(BLANK, { timeout: LOAD_MS });
  }

  /** Replaces its network by another one. What goes over TCP, signaling among it, stays as it is. */
  async move(to: NetworkName): Promise<void> {
    await this.conditions.move(to);
    const { relay, family } = networkOf(to);
    await within(
      COMMAND_MS,
      this.#page.evaluate((given) => vigie.moveTo(given), { relay, family }),
    );
  }

  /** Its page stands still and its network is gone, as those of a laptop whose lid is closed. */
  async sleep(): Promise<void> {
    await this.conditions.sleep(this.#page);
  }

  /**
   * Its page is gone at once, as with a browser that crashed: nothing in it runs any more, nobody is notified. `load` brings a new one.
   * Chromium alone has a command for it.
   */
  async crash(): Promise<void> {
    if (this.wantsRaw) await this.keepRaw();
    const dying = this.#page;
    this.#killing = true;
    const gone = new Promise((resolve) => dying.once('error', resolve));
    const session = await dying.createCDPSession();
    // The answer never comes: who should give it is gone.
    void session.send('Page.crash').catch(() => {});
    await within(COMMAND_MS, gone);
    this.#beginAnew();
    this.#isolated = null;
    this.conditions.forgetPage();
    this.#page = await this.browser.open();
    this.#killing = false;
    this.#listen(this.#page);
    void dying.close().catch(() => {});
  }

  /** Joins; from now on everything the page reports goes to `onMessage`. */
  async start({ senses, bot }: Starting, onMessage: (message: PageMessage) => void): Promise<void> {
    this.#onMessage = onMessage;
    this.acting = now();
    await unlessHeld(this.held, async () => {
      await this.#isolated!.evaluate(`vigieSenses.start(${JSON.stringify(senses)})`);
      await this.#scene.evaluate((given) => vigie.start(given), bot);
    });
    for (const { name, detail } of this.#notes) this.#hear({ type: 'event', at: now(), name, detail });
  }

  /** Shows large letters in the picture that it sends; null: the watermark. */
  async show(text: string | null): Promise<void> {
    await within(COMMAND_MS, this.#isolated!.evaluate(`vigieSenses.show(${JSON.stringify(text)})`));
  }

  /** One statistics sample, now. */
  async sample(): Promise<void> {
    await within(
      COMMAND_MS,
      this.#scene.evaluate(() => vigie.sample()),
    );
  }

  /**
   * Takes over what the page kept of its peer connections: for evidence, and before the page is loaded anew, which
   * would lose it. Megabytes, after a long call. A page that does not answer gives nothing.
   */
  async keepRaw(): Promise<void> {
    const text: unknown = await within(
      EVIDENCE_MS,
      this.#scene.evaluate(() => vigie.raw()),
    ).catch(() => null);
    const raw = readRaw(text);
    if (raw) this.raw.push(raw);
  }

  /** What the page shows of the others, without the empty rest of the window; null where it shows nothing. */
  async screenshot(): Promise<Uint8Array | null> {
    const body = await within(EVIDENCE_MS, this.#page.$('body'));
    return body && within(EVIDENCE_MS, body.screenshot({ type: 'png' }));
  }

  /** Leaves the room, so that the deployment is not left with a ghost; best effort. */
  async leave(): Promise<void> {
    await within(
      LEAVE_MS,
      this.#scene.evaluate(() => vigie.leave()),
    ).catch(() => {});
  }

  #hear(message: PageMessage): void {
    if (this.take(message)) this.#onMessage(message);
  }
}
