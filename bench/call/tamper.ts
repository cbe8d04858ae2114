/**
 * Faults inside of a participant's browser, made from outside: through the browser's own debugging port, in the way that
 * media.md of the field's research lists (RTCRtpSender.replaceTrack and the like). The product has no part in it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Page } from 'puppeteer-core';

/** What is done in a page; `kind` is of the track. */
export type Tampering =
  | {
      readonly what: 'sender-without-track' | 'sender-silenced' | 'receiver-deaf';
      readonly kind: 'audio' | 'video';
    }
  | { readonly what: 'connection-closed' };

/** The debugging address of the Chromium that a Vigie process started. */
function endpointOf(pid: number): string {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(`vigie-${pid}-chromium`))) {
    const [port, path] = readFileSync(join(tmpdir(), name, 'profile', 'DevToolsActivePort'), 'utf8').split(
      '\n',
    );
    return `ws://127.0.0.1:${port}${path}`;
  }
  throw new Error(`no Chromium of process ${pid} was found`);
}

/**
 * Tampers with the participant of this number in the order of local ports; resolves with that port, which the run
 * names as well.
 */
export async function tamper(pid: number, tampering: Tampering): Promise<number> {
  const browser = await puppeteer.connect({ browserWSEndpoint: endpointOf(pid), defaultViewport: null });
  try {
    const pages = (await Promise.all(browser.browserContexts().map((context) => context.pages()))).flat();
    const inRoom = pages.filter((page) => page.url().includes('/vigie-'));
    return await inPage(inRoom[0]!, tampering);
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
  getStats(): Promise<Map<string, Record<string, unknown>>>;
  close(): void;
}

async function inPage(page: Page, tampering: Tampering): Promise<number> {
  const prototype = await page.evaluateHandle(
    () =>
      Object.getPrototypeOf(
        (globalThis as unknown as { RTCPeerConnection: { prototype: object } }).RTCPeerConnection.prototype,
      ) as object,
  );
  const connections = await page.queryObjects(prototype);
  return await page.evaluate(
    async (all, order) => {
      const open = (all as unknown as Connection[]).filter((each) => {
        try {
          return each.connectionState === 'connected' && each.getReceivers().length > 0;
        } catch {
          // A prototype is among them, too, and has no state.
          return false;
        }
      });
      let port = 0;
      for (const connection of open) {
        const stats = [...(await connection.getStats()).values()];
        const transport = stats.find(({ type }) => type === 'transport');
        const pair = stats.find(({ id }) => id === transport?.selectedCandidatePairId);
        port = Number(stats.find(({ id }) => id === pair?.localCandidateId)?.port ?? port);
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
      return port;
    },
    connections,
    tampering,
  );
}
