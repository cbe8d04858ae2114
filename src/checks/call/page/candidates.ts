/** ICE candidates by their address family, in session descriptions and alone. */

export type MediaFamily = 4 | 6;

/** The address of a candidate (RFC 8839 5.1), as an attribute of SDP or alone. */
const CANDIDATE = /^(?:a=)?candidate:\S+ \d+ \S+ \d+ (\S+) /;

/** Whether a line is a candidate of the other family; one with a name (mDNS) is of none. */
export function isOther(line: string, family: MediaFamily): boolean {
  const address = CANDIDATE.exec(line)?.[1];
  if (address === undefined) return false;
  return address.includes(':') ? family === 4 : /^[\d.]+$/.test(address) && family === 6;
}

/** A session description without the candidates of the other family. */
export function sdpOfFamily(sdp: string, family: MediaFamily): string {
  return sdp
    .split('\r\n')
    .filter((line) => !isOther(line, family))
    .join('\r\n');
}
