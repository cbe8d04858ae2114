/** Reads reports that a letter could not be delivered (RFC 3464), and whose letter they are about. */
import { parseHeader } from './letter.ts';
import type { Bounce } from './result.ts';
import { tokensIn } from './token.ts';

/** A delivery status notification with the tokens of the letters that it is about. */
export interface BounceReport {
  readonly tokens: readonly string[];
  readonly bounce: Bounce;
}

/** True for what its header calls a delivery report. */
export function isReport(contentType: string): boolean {
  return /^multipart\/report\b/i.test(contentType);
}

/**
 * Reads a delivery report; null when it is none. Servers that write their own prose instead of RFC 3464 are
 * understood only by the token: their bounce has no status.
 */
export function readBounce(raw: Buffer, receivedAt: Date): BounceReport | null {
  const { fields, body } = parseHeader(raw);
  const contentType = fields.find((field) => field.name === 'content-type')?.value ?? '';
  const tokens = tokensIn(raw.toString('latin1'));
  if (!isReport(contentType) || tokens.length === 0) return null;
  const groups = statusGroups(body);
  const [message, ...recipients] = groups;
  const recipient =
    recipients.find((group) => tokensIn([...group.values()].join(' ')).length > 0) ?? recipients[0];
  return {
    tokens,
    bounce: {
      action: recipient?.get('action')?.toLowerCase() ?? 'failed',
      status: recipient?.get('status')?.split(/\s/)[0] ?? null,
      diagnostic: withoutType(recipient?.get('diagnostic-code')),
      remoteMta: withoutType(recipient?.get('remote-mta')),
      reportingMta: withoutType(message?.get('reporting-mta')),
      receivedAt: receivedAt.toISOString(),
    },
  };
}

/** The groups of fields of the machine-readable part: the first about the letter, then one per recipient. */
function statusGroups(body: string): Map<string, string>[] {
  const part = /^content-type:[ \t]*message\/(?:global-)?delivery-status\b/im.exec(body);
  if (!part) return [];
  const header = body.slice(0, part.index).lastIndexOf('\n--');
  const boundary = /--[^\r\n]+/.exec(body.slice(Math.max(0, header)))?.[0].trimEnd();
  const rest = body.slice(part.index);
  const start = /\r?\n\r?\n/.exec(rest);
  if (!boundary || !start) return [];
  const content = rest.slice(start.index + start[0].length);
  const end = content.indexOf(`\n${boundary}`);
  return content
    .slice(0, end < 0 ? undefined : end)
    .split(/\r?\n[ \t]*\r?\n/)
    .filter((group) => group.trim() !== '')
    .map((group) => {
      const { fields } = parseHeader(Buffer.from(group.trimStart(), 'latin1'));
      return new Map(fields.map((field) => [field.name, field.value.replace(/\s+/g, ' ')]));
    });
}

/** `smtp; 554 5.7.1 No` → `554 5.7.1 No`; `dns; mx.example` → `mx.example`. */
function withoutType(value: string | undefined): string | null {
  return value?.replace(/^[A-Za-z0-9-]+;\s*/, '').trim() || null;
}
