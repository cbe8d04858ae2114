import { execFileSync } from 'node:child_process';

/** Writes the key and the certificate of a server named localhost, which nobody trusts, for a month. */
export function writeSelfSigned(key: string, certificate: string): void {
  const request =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost';
  const names = ['-addext', 'subjectAltName=DNS:localhost'];
  execFileSync('openssl', [...request.split(' '), ...names, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  });
}
