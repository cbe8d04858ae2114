/** A room in a frame of another site's page, through the deployment's own `external_api.js`, as those do who embed a Jitsi. */
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame, HTTPRequest, Page } from 'puppeteer-core';
import { z } from 'zod';
import type { EmbedOrders, OwnEvent } from '../page/protocol.ts';
import { LOAD_MS, type OwnPage } from './own-page.ts';
import { within } from './page-events.ts';

const LOOK_MS = 50;
const CHARS = 300;
/** Headers that forbid a page to be shown in another site's frame. */
const FORBIDDING = ['x-frame-options', 'content-security-policy'] as const;

/** What is said of an embedding, for the timeline of its participant. */
export interface Note {
  readonly name: Extract<OwnEvent, `embed-${string}`>;
  readonly detail: Record<string, unknown>;
}

export interface Embedded {
  /** The frame with the web app in it; null where there is none. */
  readonly frame: Frame | null;
  readonly notes: readonly Note[];
}

/** The page of the site that embeds, answered by Vigie: nothing is asked of that site itself. */
export async function embeddingPage(own: OwnPage, site: string): Promise<OwnPage> {
  const source = await readFile(join(import.meta.dirname, '../page/embed.ts'), 'utf8');
  const script = stripTypeScriptTypes(source).replace(/^import .*$/gm, '');
  const body = `<!doctype html>
<meta charset="utf-8">
<title>Vigie</title>
<style>html, body, #meeting { height: 100%; margin: 0 }</style>
<div id="meeting"></div>
<script type="module">${script}</script>
`;
  return { ...own, url: site, files: new Map([['', { contentType: 'text/html; charset=utf-8', body }]]) };
}

/** What `external_api.js` needs, and where it is: at the top of the host, also where rooms are below a tenant's path. */
export function embedOrders(
  base: string,
  room: string,
  given: Pick<EmbedOrders, 'displayName' | 'config' | 'token'>,
): EmbedOrders {
  const { protocol, host, pathname } = new URL(base);
  return {
    ...given,
    script: `${protocol}//${host}/external_api.js`,
    domain: host,
    noSsl: protocol === 'http:',
    roomName: `${pathname.slice(1)}${room}`,
  };
}

const stateSchema = z.object({
  phase: z.enum(['loading', 'missing', 'broken', 'embedded']),
  message: z.string().max(CHARS).nullable(),
  allow: z
    .string()
    .transform((text) => text.slice(0, CHARS))
    .nullable(),
});

const UNKNOWN: z.output<typeof stateSchema> = { phase: 'loading', message: null, allow: null };

const inFrame = z.object({
  ready: z.boolean(),
  camera: z.boolean(),
  microphone: z.boolean(),
  storage: z.boolean(),
});

/** Evaluated in the frame. */
const IN_FRAME = `(() => {
  const policy = document.permissionsPolicy ?? document.featurePolicy;
  const allowed = (feature) => policy ? policy.allowsFeature(feature) === true : true;
  let storage = true;
  try { localStorage.setItem('vigie', '1'); localStorage.removeItem('vigie'); } catch { storage = false; }
  return { ready: typeof vigie === 'object', camera: allowed('camera'), microphone: allowed('microphone'), storage };
})()`;

/** Opens the site's page, and waits until the room is in its frame, or it is clear why it is not. */
export async function embed(page: Page, site: string, base: string, orders: EmbedOrders): Promise<Embedded> {
  const { origin } = new URL(base);
  let refused: Note | null = null;
  let exception: string | null = null;
  const isRoom = (request: HTTPRequest) =>
    request.isNavigationRequest() && request.frame() !== page.mainFrame() && request.url().startsWith(origin);
  const failed = (request: HTTPRequest) => {
    if (isRoom(request)) refused = refusal(request);
  };
  // The page itself learns no more than "Script error." of a script from elsewhere.
  const threw = (cause: unknown) => {
    exception ??= (cause instanceof Error ? cause.message : String(cause)).slice(0, CHARS);
  };
  page.on('pageerror', threw).on('requestfailed', failed);
  try {
    await page.goto(site, { waitUntil: 'load', timeout: LOAD_MS });
    await within(
      LOAD_MS,
      page.evaluate((given) => vigieEmbed.begin(given), orders),
    );
    const deadline = performance.now() + LOAD_MS;
    while (performance.now() < deadline) {
      // A script of the deployment's runs in the page: it may have put anything there.
      const said = stateSchema.safeParse(
        await within(
          LOAD_MS,
          page.evaluate(() => vigieEmbed.state()),
        ),
      );
      const state = said.data ?? UNKNOWN;
      if (state.phase === 'missing' || state.phase === 'broken')
        return {
          frame: null,
          notes: [
            { name: 'embed-script', detail: { how: state.phase, message: state.message ?? exception } },
          ],
        };
      if (refused !== null) return { frame: null, notes: [refused] };
      const found = page
        .mainFrame()
        .childFrames()
        .find((each) => each.url().startsWith(origin));
      const inside = found
        ? inFrame.safeParse(await within(LOAD_MS, found.evaluate(IN_FRAME)).catch(() => null))
        : null;
      if (found && inside?.success && inside.data.ready)
        return { frame: found, notes: missingIn(inside.data, state.allow) };
      await sleep(LOOK_MS);
    }
    return { frame: null, notes: [{ name: 'embed-empty', detail: {} }] };
  } finally {
    page.off('pageerror', threw).off('requestfailed', failed);
  }
}

function refusal(request: HTTPRequest): Note {
  const error = request.failure()?.errorText ?? 'unknown';
  const headers = request.response()?.headers() ?? {};
  const header = FORBIDDING.find((name) =>
    name === 'content-security-policy'
      ? headers[name]?.includes('frame-ancestors')
      : headers[name] !== undefined,
  );
  const value = header ? (headers[header] ?? '').slice(0, CHARS) : null;
  return { name: 'embed-refused', detail: { header: header ?? null, value, error: error.slice(0, CHARS) } };
}

function missingIn({ camera, microphone, storage }: z.output<typeof inFrame>, allow: string | null): Note[] {
  const denied = [...(camera ? [] : ['camera']), ...(microphone ? [] : ['microphone'])];
  return [
    ...(denied.length > 0 ? [{ name: 'embed-denied' as const, detail: { features: denied, allow } }] : []),
    ...(storage ? [] : [{ name: 'embed-storage' as const, detail: {} }]),
  ];
}
