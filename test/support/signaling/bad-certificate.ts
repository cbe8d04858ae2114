/** Certificates that a stranger could offer, and no authority would sign: made by hand, byte for byte. */
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const END = '401231010101Z';

/** A key and a certificate for `localhost` whose end is these 13 characters in place of a UTCTime. */
export async function identityUntil(end: string): Promise<{ key: string; cert: string }> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=localhost',
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.UTC(2020, 0, 1)),
    notAfter: new Date(Date.UTC(2040, 11, 31, 1, 1, 1)),
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }])],
  });
  const der = Buffer.from(made.rawData);
  der.write(end.padEnd(END.length).slice(0, END.length), der.indexOf(END), 'latin1');
  return {
    key: x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'),
    cert: x509.PemConverter.encode(der, 'CERTIFICATE'),
  };
}
