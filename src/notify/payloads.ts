/**
 * What each kind of receiver is sent. Where that was read:
 *
 * - ntfy: `publishMessage` in `server/types.go` (the fields), `transformBodyJSON` in `server/server.go` (to the root of the server; the
 *   whole JSON has at most twice the limit of a message), `DefaultMessageLengthLimit` in `server/config.go` (4096 bytes).
 * - Matrix: `data/api/client-server/room_send.yaml` of matrix-spec (PUT, and a transaction's id makes it idempotent), and
 *   `data/event-schemas/schema/m.room.message$m.text.yaml`. `m.text`, because the push rule `.m.rule.suppress_notices` keeps an `m.notice`
 *   from notifying anybody. An empty `m.mentions` (MSC3952) says that the body mentions nobody, whatever is written in it.
 * - Mattermost: `IncomingWebhookRequest` in `server/public/model/incoming_webhook.go`; `expandAnnouncement` in
 *   `server/channels/app/slack.go` makes `<!channel>`, `<!here>` and `<!all>` mentions, which escaping prevents.
 * - Slack: https://api.slack.com/docs/message-formatting (three characters are escaped; `*bold*`).
 */
import { escapeXml } from '../base/escape.ts';
import type { Secret } from '../base/units.ts';
import type { TargetConfig } from '../config/notify.ts';
import type { Message } from './data.ts';

export interface Request {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly token: Secret | null;
  readonly body: object;
}

type HttpTarget = Exclude<TargetConfig, { kind: 'email' | 'command' }>;

/** The request that brings a message to a target. */
export function requestOf(target: HttpTarget, message: Message): Request {
  switch (target.kind) {
    case 'ntfy':
      return ntfy(target.url.reveal(), target.token ?? null, message);
    case 'matrix':
      return {
        method: 'PUT',
        // The transaction's id makes what is sent twice one message.
        url: `${target.homeserver.replace(/\/+$/, '')}/_matrix/client/v3/rooms/${encodeURIComponent(target.room)}/send/m.room.message/${encodeURIComponent(message.id)}`,
        token: target.token,
        body: {
          msgtype: 'm.text',
          'm.mentions': {},
          body: `${message.title}\n${message.text}`,
          format: 'org.matrix.custom.html',
          formatted_body: `<b>${escapeXml(message.title)}</b><br>${escapeXml(message.text).replaceAll('\n', '<br>')}`,
        },
      };
    case 'mattermost':
      return {
        method: 'POST',
        url: target.url.reveal(),
        token: null,
        body: { text: `**${markdown(message.title)}**\n${linesOf(message)}` },
      };
    case 'slack':
      return {
        method: 'POST',
        url: target.url.reveal(),
        token: null,
        body: { text: `*${slack(message.title)}*\n${slack(message.text)}` },
      };
    case 'webhook':
      return { method: 'POST', url: target.url.reveal(), token: target.token ?? null, body: message };
  }
}

/** What ntfy takes as a message, in bytes; what is longer becomes an attachment. And as JSON, with the escapes of line ends and quotes. */
const NTFY_LONGEST = 4000;
const NTFY_LARGEST = 8000;
const PRIORITIES = { firing: { critical: 5, warning: 3 }, reminder: { critical: 4, warning: 3 } } as const;
/** Short codes of emoji, as ntfy knows them. */
const TAGS = {
  firing: { critical: 'rotating_light', warning: 'warning' },
  reminder: { critical: 'rotating_light', warning: 'warning' },
  resolved: { critical: 'white_check_mark', warning: 'white_check_mark' },
  test: { critical: 'wave', warning: 'wave' },
} as const;

function ntfy(topicUrl: string, token: Secret | null, message: Message): Request {
  const url = new URL(topicUrl);
  const [, folder = '/', topic = ''] = /^(.*\/)([^/]+)\/*$/.exec(url.pathname) ?? [];
  url.pathname = folder;
  const { status, severity } = message;
  const [first] = message.items;
  const click = first?.links.run ?? first?.links.check ?? null;
  const priority = status === 'firing' || status === 'reminder' ? PRIORITIES[status][severity] : 3;
  const bodyOf = (bytes: number) => ({
    topic: decodeURIComponent(topic),
    title: message.title,
    message: clipped(message.text, bytes),
    priority,
    tags: [TAGS[status][severity]],
    ...(click && { click }),
  });
  let longest = NTFY_LONGEST;
  while (longest > 500 && Buffer.byteLength(JSON.stringify(bodyOf(longest))) > NTFY_LARGEST) longest -= 500;
  return { method: 'POST', url: url.href, token, body: bodyOf(longest) };
}

function clipped(text: string, bytes: number): string {
  const all = Buffer.from(text);
  if (all.length <= bytes) return text;
  // A character that is cut in two becomes the sign for that, and is left out.
  return `${all
    .subarray(0, bytes - 3)
    .toString()
    .replace(/\uFFFD+$/, '')}…`;
}

/** What a stranger's text must not do in Markdown: mention everybody, make links, pictures or code. */
function markdown(text: string): string {
  return text.replace(/[\\`*_[\]<>|~#!]/g, '\\$&').replace(/@/g, '@\u200B');
}

/** The text in Markdown; addresses that are ours stay whole. */
function linesOf({ text, items }: Message): string {
  const links = new Set(items.flatMap((item) => Object.values(item.links)));
  return text
    .split(/(\s)/)
    .map((word) => (links.has(word) ? word : markdown(word)))
    .join('');
}

/** Slack reads three characters as its own, and mentions in `<…>` only. */
function slack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
