/** The conference request: asking jicofo for a room, as lib-jitsi-meet does (`modules/xmpp/moderator.js`). */

import { z } from 'zod';
import { pause } from '../../../base/deadline.ts';
import { escapeXml } from '../../../base/escape.ts';
import type { Web } from '../../web/client.ts';
import { refusedOrigin } from '../../web/cross-origin.ts';
import { protocolFault, type Reason } from '../reasons.ts';
import { StanzaError, type XmppSession } from './session.ts';
import { NS } from './stream.ts';
import { child } from './xml.ts';

/** A room that is not ready is asked for again after this long, then twice as long, and so on, in milliseconds. */
const AGAIN_MS = 200;
const MAX_BODY = 20_000;

export type ConferenceAnswer =
  | { readonly kind: 'ready' }
  /** Only somebody with an account may open a room. */
  | { readonly kind: 'not-authorized' }
  /** Whoever asks would see and hear the conference, and take no part in it (jicofo's `visitors`). */
  | { readonly kind: 'visitors-only' }
  /** It has not been opened to visitors yet (jicofo's `visitors.enable-live-room`). */
  | { readonly kind: 'not-live' }
  | { readonly kind: 'failed'; readonly why: Reason };

const NOT_JICOFO: ConferenceAnswer = { kind: 'failed', why: protocolFault('not-jicofo') };

const answered = z.object({
  ready: z.boolean(),
  vnode: z.string().nullish(),
  properties: z.record(z.string(), z.unknown()).nullish(),
});

/** How long, in all, a room that is not ready is asked for again. */
export interface AskingAgain {
  readonly ms: number;
  readonly signal: AbortSignal;
}

interface OverHttp {
  readonly web: Web;
  readonly url: string;
  readonly origin: string;
  /** Of whoever has one. */
  readonly token: string | null;
}

/** Asks over HTTP, until the room is ready. @throws the error of the connection */
export async function requestOverHttp(
  { web, url, origin, token }: OverHttp,
  room: string,
  again: AskingAgain,
): Promise<ConferenceAnswer> {
  const post = JSON.stringify({
    properties: { rtcstatsEnabled: false, 'visitors-version': 1 },
    machineUid: room,
    room,
  });
  const headers = {
    'content-type': 'application/json',
    origin,
    ...(token !== null && { authorization: `Bearer ${token}` }),
  };
  return untilReady(again, async () => {
    const answer = await web.ask(url, { signal: again.signal, limit: MAX_BODY, headers, post });
    const allowed = refusedOrigin(answer, origin);
    if (allowed !== undefined) return { kind: 'failed', why: { kind: 'cross-origin', origin, allowed } };
    if (answer.status === 403) return { kind: 'not-authorized' };
    if (answer.status < 200 || answer.status > 299) {
      return { kind: 'failed', why: { kind: 'http-status', status: answer.status } };
    }
    const parsed = answered.safeParse(parseJson(answer.body));
    if (!parsed.success) return NOT_JICOFO;
    const { ready, vnode, properties } = parsed.data;
    return readiness({ ready, vnode, live: String(properties?.live) !== 'false' });
  });
}

/** Asks over XMPP, the focus component; the same otherwise. @throws {StreamError}, or the error of the connection */
export async function requestOverXmpp(
  session: XmppSession,
  { focus, room, token }: { readonly focus: string; readonly room: string; readonly token: string | null },
  again: AskingAgain,
): Promise<ConferenceAnswer> {
  const carried = token === null ? '' : ` token="${escapeXml(token)}"`;
  const payload =
    `<conference xmlns="${NS.focus}" room="${escapeXml(room)}" machine-uid="${escapeXml(room)}"${carried}>` +
    '<property name="rtcstatsEnabled" value="false"/><property name="visitors-version" value="1"/></conference>';
  return untilReady(again, async () => {
    try {
      const answer = child(await session.ask('set', focus, payload), 'conference', NS.focus);
      if (!answer) return NOT_JICOFO;
      const { ready, vnode } = answer.attributes;
      const live = !answer.children.some(
        ({ attributes: { name, value } }) => name === 'live' && value === 'false',
      );
      return readiness({ ready: ready === 'true', vnode, live });
    } catch (cause) {
      if (!(cause instanceof StanzaError)) throw cause;
      if (cause.said.condition === 'not-authorized') return { kind: 'not-authorized' };
      return { kind: 'failed', why: { kind: 'stanza-error', from: focus, ...cause.said } };
    }
  });
}

interface Said {
  readonly ready: boolean;
  /** The node that visitors are sent to. */
  readonly vnode: string | null | undefined;
  readonly live: boolean;
}

/** What jicofo says of a room, in the order in which lib-jitsi-meet looks at it; null where it is not ready yet. */
function readiness({ ready, vnode, live }: Said): ConferenceAnswer | null {
  if (!live) return { kind: 'not-live' };
  if (!ready) return null;
  return { kind: vnode ? 'visitors-only' : 'ready' };
}

/** @param ask gives null while the room is not ready */
async function untilReady(
  { ms, signal }: AskingAgain,
  ask: () => Promise<ConferenceAnswer | null>,
): Promise<ConferenceAnswer> {
  const start = performance.now();
  for (let wait = AGAIN_MS; ; wait *= 2) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() - start + wait >= ms) {
      return { kind: 'failed', why: { kind: 'not-ready', waitedMs: ms } };
    }
    await pause(wait, signal);
    signal.throwIfAborted();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
