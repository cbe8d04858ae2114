/**
 * The sandbox's own `external_api.js`, of the shape that Jitsi's has: `new JitsiMeetExternalAPI(domain, options)` shows a room in a frame,
 * with settings in its address, and passes on what the app in it says.
 */

interface Options {
  readonly roomName: string;
  readonly noSSL?: boolean;
  readonly parentNode: HTMLElement;
  readonly jwt?: string;
  readonly configOverwrite?: Readonly<Record<string, unknown>>;
  readonly userInfo?: { readonly displayName?: string };
}

/** Set by the web front before this script. */
declare const FAULTS: readonly string[];

class JitsiMeetExternalAPI {
  readonly #frame: HTMLIFrameElement;

  constructor(
    domain: string,
    { roomName, noSSL, parentNode, jwt, configOverwrite = {}, userInfo = {} }: Options,
  ) {
    const settings = [
      ...Object.entries(configOverwrite).map(([key, value]) => [`config.${key}`, value] as const),
      ['userInfo.displayName', userInfo.displayName ?? 'guest'] as const,
      ...(jwt === undefined ? [] : [['jwt', jwt] as const]),
    ].map(([key, value]) => `${key}=${encodeURIComponent(JSON.stringify(value))}`);
    this.#frame = document.createElement('iframe');
    if (!FAULTS.includes('embed-undelegated'))
      this.#frame.allow = 'camera; microphone; display-capture; autoplay';
    if (FAULTS.includes('embed-sandboxed')) this.#frame.setAttribute('sandbox', 'allow-scripts');
    this.#frame.style.cssText = 'border:0;width:100%;height:100%';
    this.#frame.src = `${noSSL === true ? 'http' : 'https'}://${domain}/${roomName}#${settings.join('&')}`;
    parentNode.append(this.#frame);
  }

  addListener(event: string, listener: () => void): void {
    addEventListener('message', ({ source, data }) => {
      if (source === this.#frame.contentWindow && data?.sandboxEvent === event) listener();
    });
  }
}

Object.assign(globalThis, { JitsiMeetExternalAPI });
