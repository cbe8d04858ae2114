/** The checks that watch the sandbox, as a configuration would have them. */
import { stringify } from 'yaml';
import { formatDuration } from '../base/durations.ts';
import {
  ACCOUNT,
  ADDRESS,
  FOREIGN_ADDRESS,
  HOSTED,
  PROBE_DOMAIN,
  PROBE_HOST,
  RELAY_HOST,
  SELECTOR,
  senderIn,
  TEMPLATE,
  TEMPLATE_VARIABLES,
} from './domains.ts';
import type { SandboxMail } from './mail/index.ts';

export interface SandboxCheck {
  readonly name: string;
  readonly kind: 'call' | 'mail' | 'zone';
  /** The keys of its kind, as they are written; its schema is to read them. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What is watched, for people. */
  readonly target: string;
}

/** How often the sandbox is watched: what the alert rules that are shipped take for granted. */
export const SANDBOX_EVERY_MS = 180_000;

/** What of a sandbox is watched. */
interface Watched {
  readonly url: string;
  readonly mail: SandboxMail;
}

/** A call, a test message from each domain, and the domains' records. */
export function sandboxChecks({ url, mail }: Watched): SandboxCheck[] {
  const { ports, files } = mail;
  const resolver = { servers: [`${mail.nameServer.host}:${mail.nameServer.port}`], timeout: '2s' };
  const owner = "Vigie's own sandbox";
  return [
    { name: 'sandbox', kind: 'call', target: `${url}, ${owner}`, options: { url } },
    {
      name: 'sandbox-mail',
      kind: 'mail',
      target: `${RELAY_HOST}, ${owner}`,
      options: {
        submission: {
          host: RELAY_HOST,
          port: ports.submission,
          user: ACCOUNT.user,
          password: ACCOUNT.password,
          ca: files.authority,
          timeout: '5s',
        },
        senders: HOSTED.map(senderIn),
        stagger: '50ms',
        receive: {
          mx: {
            listen: `${ADDRESS}:${ports.mx}`,
            domain: PROBE_DOMAIN,
            name: PROBE_HOST,
            key: files.mxKey,
            cert: files.mxCert,
            linger: '0s',
          },
          within: '10s',
        },
        expect: { selector: SELECTOR, deliveredIn: '5s' },
        probes: { foreignFrom: FOREIGN_ADDRESS },
        resolver,
      },
    },
    {
      name: 'sandbox-zone',
      kind: 'zone',
      target: `${HOSTED.length} domains, ${owner}`,
      options: {
        domains: [...HOSTED],
        template: TEMPLATE,
        variables: TEMPLATE_VARIABLES,
        // A zone's own name servers are asked on port 53, where the sandbox cannot listen.
        nameServers: false,
        resolver,
      },
    },
  ];
}

/** A configuration for another Vigie on this machine that watches the sandbox. */
export function sandboxConfiguration(sandbox: Watched): string {
  const every = formatDuration(SANDBOX_EVERY_MS);
  const checks = sandboxChecks(sandbox).map(({ name, kind, options }) => ({ name, kind, every, ...options }));
  return stringify({ checks }, { aliasDuplicateObjects: false });
}
