import { execFileSync } from 'node:child_process';

/** Writes the key and the certificate of a server, which nobody trusts, for a month. */
export function writeSelfSigned(key: string, certificate: string, name = 'localhost'): void {
  const request = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=${name}`;
  const names = ['-addext', `subjectAltName=DNS:${name}`];
  execFileSync('openssl', [...request.split(' '), ...names, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  });
}
