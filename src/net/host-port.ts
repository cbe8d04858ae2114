/** `host:port` as it is written and read, with an IPv6 address in brackets. */
import { isIP, isIPv6 } from 'node:net';

export interface HostPort {
  /** A name or an address; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** What `parseHostPort` accepts beside `host:port`. */
export interface Reading {
  /** The port where none is written; without it the port is required. */
  readonly defaultPort?: number;
  /** The host of `:port`; without it the host is required. */
  readonly anyHost?: string;
  /** The lowest port that is accepted; 0 lets the system choose one. */
  readonly lowestPort?: number;
}

/**
 * Reads `host:port`, `9.9.9.9:53`, `[::1]:53`; with `defaultPort` also `host`, `9.9.9.9`, `::1` and `[::1]`; with `anyHost`
 * also `:port`. Null when it is none of them. Whether the host is a name that can exist is for the caller to judge.
 */
export function parseHostPort(
  text: string,
  { defaultPort, anyHost, lowestPort = 1 }: Reading = {},
): HostPort | null {
  if (defaultPort !== undefined && isIP(text) !== 0) return { host: text, port: defaultPort };
  const match = /^(?:\[(?<six>[0-9a-f:.%]+)\]|(?<host>[^:[\]\s/]*))(?::(?<port>\d{1,5}))?$/i.exec(text);
  if (!match?.groups) return null;
  const { six, host, port: written } = match.groups;
  if (six !== undefined && !isIPv6(six)) return null;
  const port = written === undefined ? defaultPort : Number(written);
  if (port === undefined || port < lowestPort || port > 65_535) return null;
  const named = six ?? (host || (written === undefined ? undefined : anyHost));
  return named === undefined ? null : { host: named, port };
}

/** `host:port`, with an IPv6 address in brackets. */
export function hostPort({ host, port }: HostPort): string {
  return `${bracketed(host)}:${port}`;
}

/** A host as URLs have it: an IPv6 address in brackets. */
export function bracketed(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/** A host without the brackets that URLs put around an IPv6 address. */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
