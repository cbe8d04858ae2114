/** What the pages of one participant have reported: the timeline, statistics, and when they stood still. */
import { printable } from '../../software.ts';
import { Heard, type RecordedEvent } from '../keep/recording.ts';
import type { Span } from '../observe/cells.ts';
import type { PageMessage, StatsSample } from '../page/protocol.ts';
import type { Conditions } from './conditions.ts';

/** A page whose timers stood still for longer than this is excused for what it missed. */
const STALL_MS = 150;

type Report = Extract<PageMessage, { type: 'report' }>;

export class Reported {
  /** Everything that was reported, by all its pages: the one that it reloaded, too. */
  readonly history: RecordedEvent[] = [];
  readonly allSamples: StatsSample[] = [];
  /** What its present page reported. */
  timeline: RecordedEvent[] = [];
  samples: StatsSample[] = [];
  /** What its tracks were like, for the graphs of a report. */
  readonly heard = new Heard();
  /** When the page's timers stood still: our own fault, not the target's. */
  readonly stalls: Span[] = [];
  endpointId: string | null = null;
  version: string | null = null;
  lastReport: Report | null = null;
  /** When it was asked to join, milliseconds since the epoch; null while it is not to be in the room. */
  acting: number | null = null;
  /** What is done to its network and its page on purpose. */
  readonly conditions: Conditions;

  constructor(conditions: Conditions) {
    this.conditions = conditions;
  }

  events(name: string): RecordedEvent[] {
    return this.timeline.filter((event) => event.name === name);
  }

  /** Whether its media goes directly to the other one, not over the bridge. */
  direct(): boolean {
    return this.events('p2p').at(-1)?.detail.active === true;
  }

  /** Whether the deployment lets two talk directly, as its `config.js` says; true before that is known. */
  get directAllowed(): boolean {
    return this.events('deployment').at(-1)?.detail.direct !== false;
  }

  /** Whether it stands at the door: in the lobby, or waiting for a host. */
  get waits(): boolean {
    return this.endpointId === null && this.events('waiting').length > 0;
  }

  /** Since when it has not reported, although it should have, milliseconds since the epoch; null where it need not. */
  get silentSince(): number | null {
    if (this.acting === null || this.conditions.asleep) return null;
    return this.#reportsSince(this.acting);
  }

  /** Since when it has been reporting, or should have: its last report, or since it joined or woke. */
  #reportsSince(acting: number): number {
    return Math.max(this.lastReport?.at ?? acting, this.conditions.awakeAt);
  }

  /** Nothing that the page before it reported is true of a new page. */
  protected forget(): void {
    this.acting = null;
    this.endpointId = null;
    this.lastReport = null;
    this.timeline = [];
    this.samples = [];
    this.conditions.connectedAnew();
  }

  /** Takes what a page said; whether it counts. */
  protected take(message: PageMessage): boolean {
    // The last words of a page that is about to go are of no room that counts.
    if (this.acting === null) return false;
    switch (message.type) {
      case 'event':
        return this.#note(message);
      case 'stats':
        this.samples.push(message.sample);
        this.allSamples.push(message.sample);
        return true;
      case 'report':
        this.#report(message, this.acting);
        return true;
    }
  }

  #note({ at, name, detail }: Extract<PageMessage, { type: 'event' }>): boolean {
    // How long a question took across a cut says nothing of the server.
    if (name === 'xmpp-ping' && at - Number(detail.ms) < this.conditions.calmSince) return false;
    this.timeline.push({ at, name, detail });
    this.history.push({ at, name, detail });
    if (name === 'peer-anew') this.conditions.connectedAnew();
    if (name === 'joined') this.endpointId = String(detail.endpointId);
    if (name === 'app-library') this.version = printable(String(detail.version)) || null;
    return true;
  }

  #report(report: Report, acting: number): void {
    // Timers cannot have stood still for longer than since the report before.
    const before = this.#reportsSince(acting);
    const stalledMs = Math.min(report.stalledMs, Math.max(0, report.at - before));
    this.lastReport = report;
    this.heard.note(report.at, report.tracks);
    if (stalledMs > STALL_MS) this.stalls.push({ from: report.at - stalledMs - STALL_MS, to: report.at });
  }
}
