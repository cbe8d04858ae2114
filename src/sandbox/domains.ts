/** Who is who in the sandbox's mail: names below `.test`, which no one owns (RFC 6761 6.2). */

import { fileURLToPath } from 'node:url';

/** The operator's own domain: its key is the one that all test messages are signed with. */
export const OPERATOR = 'operator.sandbox.test';
/** Two customers. */
export const CUSTOMERS = ['ada.sandbox.test', 'ben.sandbox.test'] as const;
/** All whose records follow the operator's template. */
export const HOSTED: readonly string[] = [OPERATOR, ...CUSTOMERS];
/** What a hosted domain is called in the words for faults: `ada`. */
export function labelOf(domain: string): string {
  return domain.slice(0, domain.indexOf('.'));
}

/** Where users hand their mail in, and where it leaves. */
export const RELAY_HOST = `out.${OPERATOR}`;
/** Where mail for the hosted domains arrives. */
export const INCOMING_HOST = `mail.${OPERATOR}`;
export const SELECTOR = 'smtp';
/** Who reads the DMARC reports. */
export const CONTACT = `postmaster@${OPERATOR}`;
/** The domain of the test recipients, and its mail server: the one embedded in the mail check. */
export const PROBE_DOMAIN = 'probe.sandbox.test';
export const PROBE_HOST = `mx.${PROBE_DOMAIN}`;

/** Everything is here. */
export const ADDRESS = '127.0.0.1';

/** The one account. It is no secret: it opens nothing beyond this machine. */
export const ACCOUNT = { user: 'probe', password: 'sandbox' } as const;

/** The address that the account may write from in a hosted domain. */
export function senderIn(domain: string): string {
  return `probe@${domain}`;
}

/** An address on the relay that the account does not own. */
export const FOREIGN_ADDRESS = `office@${OPERATOR}`;

/** What every hosted domain publishes. */
export const TEMPLATE = fileURLToPath(new URL('./template.yaml', import.meta.url));

/** The variables of the operator's template (`vigie zone --set`). */
export const TEMPLATE_VARIABLES: Readonly<Record<string, string>> = {
  operator: OPERATOR,
  mx: INCOMING_HOST,
  relay: RELAY_HOST,
  selector: SELECTOR,
  contact: CONTACT,
};
