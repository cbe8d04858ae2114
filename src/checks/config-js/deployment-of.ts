/** What a deployment's `config.js` comes to, for every check alike: the deployment, or why there is none. */
import { type Deployment, deploymentOf } from '../deployment.ts';
import { CONFIG, type WebFound, webFail } from '../web/findings.ts';
import type { Stopped, Unreadable } from './faults.ts';
import { readConfig } from './read.ts';

/** The page that the script finds itself on is that of a room; the same one always, so that what was read is remembered. */
const ROOM = 'vigie';

export type ConfigOutcome =
  /** `stopped`: the script ended early, by an error that a browser may not have had. */
  | { readonly kind: 'deployment'; readonly deployment: Deployment; readonly stopped: Stopped | null }
  /** Nobody can join with it. */
  | { readonly kind: 'refused'; readonly findings: readonly WebFound[] }
  /** It could not be evaluated here; a browser may get further. */
  | { readonly kind: 'unreadable'; readonly why: Unreadable };

/** Reads the file that a browser would have run on the page `base`. @throws the reason of `signal` when that aborts */
export async function readDeployment(
  source: string,
  base: string,
  signal: AbortSignal,
): Promise<ConfigOutcome> {
  const path = CONFIG;
  const reading = await readConfig(source, new URL(ROOM, base).href, signal);
  if (reading.kind === 'unreadable') return { kind: 'unreadable', why: reading.why };
  if (reading.kind === 'invalid') {
    const { line, message } = reading.fault;
    const reason = `${line === null ? '' : `line ${line}: `}${message}`;
    return { kind: 'refused', findings: [webFail({ id: 'config-invalid', path, reason, message, line })] };
  }
  const { stopped } = reading;
  if (reading.kind === 'nothing' && stopped && isUndeclared(stopped)) {
    const { line, message } = stopped;
    const reason = `${stopped.name}: ${message}`;
    const cause = { id: 'config-invalid', path, reason, message, line, undeclared: true } as const;
    return { kind: 'refused', findings: [webFail(cause)] };
  }
  const read = reading.kind === 'read' ? deploymentOf(reading.values, base) : null;
  const missing = read ? [...read.missing] : ['config'];
  // In a browser it may get further: this is not one.
  if (missing.length > 0 && stopped) return { kind: 'unreadable', why: { kind: 'stops', stopped, missing } };
  if (!read || missing.length > 0) {
    return { kind: 'refused', findings: [webFail({ id: 'config-incomplete', path, missing })] };
  }
  if (read.refused.length > 0) {
    return {
      kind: 'refused',
      findings: read.refused.map((refused) => {
        const message = `${refused.setting}: "${refused.value}"`;
        return webFail({ id: 'config-invalid', path, reason: message, message, line: null, refused });
      }),
    };
  }
  return { kind: 'deployment', deployment: read.deployment, stopped };
}

/** Whether it stopped at `config` itself, which Jitsi's pages do not define before it: a browser stops there as well. */
const isUndeclared = ({ name, message }: Stopped): boolean =>
  name === 'ReferenceError' && message === "'config' is not defined";
