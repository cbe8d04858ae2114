/** The connection to the deployment, as lib-jitsi-meet's JitsiConnection: a conference request, then a WebSocket. */
import type { PageHears, PageSays } from '../messages.ts';
import { Conference } from './conference.ts';
import { connectionErrors, connectionEvents, Emitter } from './events.ts';

export interface ConnectionOptions {
  readonly serviceUrl?: string;
  readonly websocket?: string;
  readonly conferenceRequestUrl?: string;
  readonly hosts?: { readonly domain: string; readonly muc: string };
}

export class JitsiConnection extends Emitter {
  readonly #options: ConnectionOptions;
  #socket: WebSocket | null = null;
  #id = '';
  #conference: Conference | null = null;
  #established = false;
  #ended = false;
  readonly #token: string | null;
  #user: { readonly user: string; readonly password: string } | null = null;

  constructor(_appId: string | null, token: string | null, options: ConnectionOptions) {
    super();
    this.#token = token;
    this.#options = options;
  }

  getJid(): string | null {
    return this.#established ? `${this.#id}@${this.#options.hosts?.domain}/sandbox` : null;
  }

  /** Needs the room's name where there is a URL for conference requests, as lib-jitsi-meet does. */
  connect({
    name,
    id,
    password,
  }: {
    readonly name?: string;
    readonly id?: string;
    readonly password?: string;
  } = {}): void {
    if (id !== undefined) this.#user = { user: id, password: password ?? '' };
    this.#request(name).then(
      (accepted) => {
        if (this.#ended) return;
        if (accepted) this.#open();
        else this.#fail(connectionErrors.CONFERENCE_REQUEST_FAILED, 'the conference request was refused');
      },
      (error: unknown) => this.#fail(connectionErrors.CONFERENCE_REQUEST_FAILED, String(error)),
    );
  }

  async #request(name: string | undefined): Promise<boolean> {
    const { conferenceRequestUrl, hosts } = this.#options;
    if (!conferenceRequestUrl || name === undefined) return true;
    const response = await fetch(conferenceRequestUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ room: `${name}@${hosts?.muc}`, properties: {} }),
    });
    return response.ok;
  }

  #open(): void {
    const url = this.#options.serviceUrl ?? this.#options.websocket;
    if (!url) throw new Error('neither serviceUrl nor websocket is given');
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(String(data)) as PageHears);
    socket.onclose = () => {
      if (this.#ended) return;
      const reason = this.#established
        ? connectionErrors.CONNECTION_DROPPED_ERROR
        : connectionErrors.OTHER_ERROR;
      this.#conference?.end();
      this.#fail(reason, 'the signaling connection is gone');
    };
  }

  #hear(message: PageHears): void {
    if (message.type === 'welcome') {
      this.#id = message.id;
      if (this.#token !== null) this.#say({ type: 'login-token', token: this.#token });
      else if (this.#user) this.#say({ type: 'login', ...this.#user });
      else this.#begin();
    } else if (message.type === 'logged-in') this.#begin();
    else if (message.type === 'login-refused') this.#fail(connectionErrors.PASSWORD_REQUIRED, message.text);
    else this.#conference?.hear(message);
  }

  #begin(): void {
    this.#established = true;
    this.emit(connectionEvents.CONNECTION_ESTABLISHED, this.#id);
  }

  #fail(error: string, message: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.emit(connectionEvents.CONNECTION_FAILED, error, message);
  }

  initJitsiConference(
    room: string,
    options: { readonly deploymentInfo?: { readonly userRegion?: string } },
  ): Conference {
    if (!this.#established) throw new Error('not connected');
    this.#conference = new Conference(
      { id: this.#id, url: this.#socket!.url, say: (message) => this.#say(message) },
      room,
      options.deploymentInfo?.userRegion,
    );
    return this.#conference;
  }

  #say(message: PageSays): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  async disconnect(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#conference?.end();
    this.#socket?.close();
    this.emit(connectionEvents.CONNECTION_DISCONNECTED, 'disconnected');
  }
}
