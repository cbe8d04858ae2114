/** Reads reports that a message could not be delivered (RFC 3464), and whose message they are about. */
import { type HeaderField, headerOf } from './header.ts';
import { partsOf } from './mime.ts';
import type { Bounce } from './result.ts';
import { tokensIn } from './token.ts';

/** Larger reports are not about our messages, which are small. */
const MAX_BYTES = 1_000_000;
/** Of one report; ours have one recipient. */
const MAX_GROUPS = 50;

/** A delivery status notification with the tokens of the messages that it is about. */
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
  if (raw.length > MAX_BYTES) return null;
  const tokens = tokensIn(raw.toString('latin1'));
  if (tokens.length === 0) return null;
  const contentType = headerOf(raw).find(({ name }) => name === 'content-type')?.value ?? '';
  if (!isReport(contentType)) return null;
  const [message, ...recipients] = statusGroups(raw);
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

/** The groups of fields of the machine-readable part: the first about the message, then one per recipient. */
function statusGroups(raw: Buffer): Map<string, string>[] {
  const part = partsOf(raw).find(({ type }) => /^message\/(?:global-)?delivery-status$/.test(type));
  const groups = (part?.text ?? '')
    .split(/\r?\n[ \t]*\r?\n/)
    .filter((group) => group.trim() !== '')
    .slice(0, MAX_GROUPS);
  return groups.map((group) => fieldsOf(headerOf(Buffer.from(group.trimStart()))));
}

function fieldsOf(header: readonly HeaderField[]): Map<string, string> {
  return new Map(header.map(({ name, value }) => [name, value.replace(/\s+/g, ' ')]));
}

/** `smtp; 554 5.7.1 No` → `554 5.7.1 No`; `dns; mx.example` → `mx.example`. */
function withoutType(value: string | undefined): string | null {
  return value?.replace(/^[A-Za-z0-9-]+;\s*/, '').trim() || null;
}
