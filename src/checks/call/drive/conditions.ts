/** What is done on purpose to the network and the page of one participant: cut, replaced, asleep. */
import type { Page } from 'puppeteer-core';
import { isRelayed, type NetworkName, networkOf, PLAIN } from '../scene/networks.ts';
import type { Impairment } from '../scene/participants.ts';
import { now } from './clock.ts';
import { holdStill, impair, type Line } from './own-page.ts';
import { COMMAND_MS, within } from './page-events.ts';

/** A debugger stops a page between two of its tasks: on a machine under CPU pressure that took more than three seconds. */
const STANDSTILL_MS = 10_000;

export class Conditions {
  /** The network that it was moved to in mid-call; null: it is where it was. */
  network: NetworkName | null = null;
  /** Its network was replaced, and its media is not connected anew yet. */
  moving = false;
  /** Its page stands still. */
  asleep = false;
  /** When it was last awakened, milliseconds since the epoch; 0: never. */
  awakeAt = 0;
  /** Since when nothing keeps its page from the servers, milliseconds since the epoch; 0: always, infinity: something does. */
  calmSince = 0;
  readonly #planned: Impairment | null;
  readonly #cuts: boolean;
  #line: Line | null = null;
  #rouse: () => Promise<void> = async () => {};

  /** `cuts`: something is done to its network in some step. */
  constructor(planned: Impairment | null, cuts: boolean) {
    this.#planned = planned;
    this.#cuts = cuts;
  }

  /** Has them apply to a page, before it is loaded. */
  async apply(page: Page): Promise<void> {
    if (this.#planned || this.#cuts) this.#line = await impair(page, this.#impairment);
  }

  /** The page is gone. */
  forgetPage(): void {
    this.#line = null;
  }

  get #impairment(): Impairment {
    return (this.network ? networkOf(this.network).impairment : this.#planned) ?? PLAIN;
  }

  /** The network, where it was moved to one with media through TURN alone. */
  get relayed(): 'relay-only' | 'udp-blocked' | null {
    return this.network && isRelayed(this.network) ? (this.network as 'relay-only' | 'udp-blocked') : null;
  }

  /** Cuts the network, or gives it back. */
  async cut(on: boolean): Promise<void> {
    if (!on) this.calmSince = Number.POSITIVE_INFINITY;
    await this.#set(on ? 'on' : 'off');
    if (on) this.calmSince = now();
  }

  /** Replaces the network: no packet passes over what is connected, until `connectedAnew`. */
  async move(to: NetworkName): Promise<void> {
    this.network = to;
    this.moving = true;
    await this.#set('no-media');
  }

  /**
   * Its page made a new connection, or was given new credentials for an old one (an ICE restart): media goes over the new network. A
   * page that is not in the room has nothing that could be where the network was.
   */
  connectedAnew(): void {
    if (!this.moving) return;
    this.moving = false;
    void this.cut(true).catch(() => {});
  }

  async sleep(page: Page): Promise<void> {
    await this.cut(false);
    this.asleep = true;
    this.#rouse = await within(STANDSTILL_MS, holdStill(page));
  }

  async wake(): Promise<void> {
    await this.cut(true);
    await within(STANDSTILL_MS, this.#rouse());
    this.awakeAt = now();
    this.calmSince = this.awakeAt;
    this.asleep = false;
  }

  async #set(state: Parameters<Line['set']>[0]): Promise<void> {
    await within(COMMAND_MS, this.#line?.set(state, this.#impairment) ?? Promise.resolve());
  }
}
