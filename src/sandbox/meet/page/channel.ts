/** The bridge channel: over it the bridge announces whose media comes under which SSRC. */

import type { ChannelHears, ChannelSays, MappedSource, MediaKind, ReceiverConstraints } from '../messages.ts';

/** How long after a channel broke, or did not open, it is tried again. */
const RETRY_MS = 1000;

export interface ChannelEvents {
  onOpen(): void;
  onClose(): void;
  onSources(kind: MediaKind, sources: readonly MappedSource[]): void;
}

export class BridgeChannel {
  readonly #url: string;
  readonly #events: ChannelEvents;
  #socket: WebSocket | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  #constraints: ReceiverConstraints | null = null;

  constructor(url: string, events: ChannelEvents) {
    this.#url = url;
    this.#events = events;
    this.#open();
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  #open(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    let opened = false;
    socket.onopen = () => {
      opened = true;
      if (this.#constraints) this.setConstraints(this.#constraints);
      this.#events.onOpen();
    };
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(String(data)) as ChannelHears);
    socket.onclose = () => {
      if (this.#closed) return;
      if (opened) this.#events.onClose();
      this.#retry = setTimeout(() => this.#open(), RETRY_MS);
    };
  }

  #hear(message: ChannelHears): void {
    if (message.colibriClass === 'AudioSourcesMap') this.#events.onSources('audio', message.mappedSources);
    else if (message.colibriClass === 'VideoSourcesMap') {
      const isScreen = ({ source }: MappedSource) => source.endsWith('-v1');
      this.#events.onSources(
        'video',
        message.mappedSources.filter((mapped) => !isScreen(mapped)),
      );
      this.#events.onSources('screen', message.mappedSources.filter(isScreen));
    }
  }

  /** Kept and said again whenever the channel opens. */
  setConstraints(constraints: ReceiverConstraints): void {
    this.#constraints = constraints;
    this.say({ colibriClass: 'ReceiverVideoConstraints', ...constraints });
  }

  say(message: ChannelSays): void {
    if (this.isOpen) this.#socket!.send(JSON.stringify(message));
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#socket?.close();
  }
}
