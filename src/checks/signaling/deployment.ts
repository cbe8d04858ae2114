/** Where the way into a call leads, as `config.js` says it. */
import type { ConfigValues } from '../config-js/read.ts';
import type { DeploymentConfig } from './result.ts';

export interface StunServer {
  readonly host: string;
  readonly port: number;
}

export interface Deployment {
  /** The page's origin. */
  readonly origin: string;
  /** The XMPP domain that guests log in to. */
  readonly loginDomain: string;
  /** The deployment's own. */
  readonly domain: string;
  readonly muc: string;
  readonly focus: string;
  readonly websocket: string | null;
  readonly bosh: string | null;
  readonly conferenceRequestUrl: string | null;
  /** Browsers are told to use BOSH though there is a WebSocket. */
  readonly preferBosh: boolean;
  /** For direct connections of two. */
  readonly stun: readonly StunServer[];
}

/**
 * The addresses of `config.js` made absolute, as the web app does it (`constructOptions`), and what is missing for
 * lib-jitsi-meet to connect.
 */
export function deploymentOf(
  values: ConfigValues,
  base: string,
): {
  readonly deployment: Deployment;
  readonly missing: readonly string[];
  readonly shown: DeploymentConfig;
} {
  const service = (pattern: RegExp) =>
    values.serviceUrl !== undefined && pattern.test(values.serviceUrl) ? values.serviceUrl : undefined;
  const websocket = absolute(values.websocket || service(/^wss?:/), base, 'ws');
  const bosh = absolute(values.bosh || service(/^(https?:|\/)/), base, 'http');
  const conferenceRequestUrl = absolute(values.conferenceRequestUrl, base, 'http');
  const domain = values.domain ?? '';
  const muc = values.muc ?? '';
  const missing = [
    ...(domain ? [] : ['hosts.domain']),
    ...(muc ? [] : ['hosts.muc']),
    ...(websocket || bosh ? [] : ['websocket and bosh']),
  ];
  return {
    missing,
    shown: { domain: domain || null, muc: muc || null, websocket, bosh, conferenceRequestUrl },
    deployment: {
      origin: new URL(base).origin,
      loginDomain: values.anonymousdomain || domain,
      domain,
      muc,
      focus: values.focus || `focus.${domain}`,
      websocket,
      bosh,
      conferenceRequestUrl,
      preferBosh: values.preferBosh,
      stun: values.p2p ? values.stun.map(stunServer).filter((server) => server !== null) : [],
    },
  };
}

/** The address of a room's connection: servers find the shard of a room by it. */
export function forRoom(url: string, room: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}room=${encodeURIComponent(room)}`;
}

/** `//host/path` and `/path` are of the page's host; null where there is none, or it is no address. */
function absolute(text: string | undefined, base: string, scheme: 'ws' | 'http'): string | null {
  if (!text) return null;
  const url = URL.parse(text, base);
  if (!url || !/^(https?|wss?):$/.test(url.protocol)) return null;
  const secure = url.protocol === 'https:' || url.protocol === 'wss:';
  const protocol = `${scheme}${secure ? 's' : ''}:`;
  return url.href.replace(/^[a-z]+:/, protocol);
}

/** `stun:host:port`; null where it is none. */
function stunServer(text: string): StunServer | null {
  const match = /^stun:(?:\[([0-9a-f:]+)\]|([^:?]+))(?::(\d{1,5}))?(?:\?.*)?$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? 3478 : Number(match[3]);
  return host === undefined || port < 1 || port > 65_535 ? null : { host, port };
}
