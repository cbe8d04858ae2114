/** What an XMPP server is, and in which version (XEP-0092). */
import { type Software, softwareOf } from '../../software.ts';
import type { XmppSession } from './session.ts';
import { child } from './xml.ts';

const NAMESPACE = 'jabber:iq:version';

/**
 * Asks a domain; null where its answer names no version.
 *
 * @throws {StanzaError} where it does not report it (mod_version is not loaded), {StreamError}, or the error of the connection
 */
export async function askVersion(session: XmppSession, domain: string): Promise<Software | null> {
  const answer = await session.ask('get', domain, `<query xmlns="${NAMESPACE}"/>`);
  const query = child(answer, 'query', NAMESPACE);
  return query ? softwareOf('prosody', child(query, 'name')?.text, child(query, 'version')?.text) : null;
}
