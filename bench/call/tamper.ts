/**
 * Faults inside of a participant's browser, made from outside: through the debugging port of a browser that is not Vigie's
 * (`chromium@ADDRESS`; its own have none), by RTCRtpSender.replaceTrack and the like. The product has no part in it.
 */
import puppeteer, { type Page } from 'puppeteer-core';

/** What is done in a page; `kind` is of the track. */
export type Tampering =
  | {
      readonly what: 'sender-without-track' | 'sender-silenced' | 'receiver-deaf';
      readonly kind: 'audio' | 'video';
    }
  | { readonly what: 'connection-closed' };

/** Tampers with the participant whose browser this is. @throws where it is in no room, or nothing is there to tamper with */
export async function tamper(browserURL: string, tampering: Tampering): Promise<void> {
  const browser = await puppeteer.connect({ browserURL, defaultViewport: null });
  try {
    const pages = (await Promise.all(browser.browserContexts().map((context) => context.pages()))).flat();
    const page = pages.find((each) => each.url().includes('/vigie-')) ?? pages.at(-1)!;
    await inPage(page, tampering);
  } finally {
    await browser.disconnect();
  }
}

/** The little of RTCPeerConnection (W3C, webrtc-pc) that is used in the page. */
interface Connection {
  readonly connectionState: string;
  getReceivers(): {
    getSynchronizationSources(): unknown[];
    readonly track: { readonly kind: string; readonly muted: boolean; enabled: boolean };
  }[];
  getSenders(): {
    readonly track: { readonly kind: string; enabled: boolean } | null;
    replaceTrack(track: null): Promise<void>;
  }[];
  close(): void;
}

async function inPage(page: Page, tampering: Tampering): Promise<void> {
  const prototype = await page.evaluateHandle(
    () =>
      Object.getPrototypeOf(
        (globalThis as unknown as { RTCPeerConnection: { prototype: object } }).RTCPeerConnection.prototype,
      ) as object,
  );
  const connections = await page.queryObjects(prototype);
  const done = await page.evaluate(
    async (all, order) => {
      const open = (all as unknown as Connection[]).filter((each) => {
        try {
          return each.connectionState === 'connected' && each.getReceivers().length > 0;
        } catch {
          // A prototype is among them, too, and has no state.
          return false;
        }
      });
      for (const connection of open) {
        if (order.what === 'connection-closed') connection.close();
        else if (order.what === 'receiver-deaf') {
          const receiver = connection
            .getReceivers()
            // Some are of streams that nobody sends.
            .find((each) => each.track.kind === order.kind && each.getSynchronizationSources().length > 0);
          if (receiver) receiver.track.enabled = false;
        } else {
          const sender = connection.getSenders().find(({ track }) => track?.kind === order.kind);
          if (order.what === 'sender-without-track') await sender?.replaceTrack(null);
          else if (sender?.track) sender.track.enabled = false;
        }
      }
      return open.length;
    },
    connections,
    tampering,
  );
  if (done === 0) throw new Error('no connection to tamper with');
}
