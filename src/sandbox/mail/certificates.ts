/** Certificates of a throw-away authority, and the files that a configuration names them by. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { DAY_MS, HOUR_MS } from '../../base/durations.ts';
import { makeDirectory } from '../directory.ts';

/** An hour before now, for clocks differ, to 90 days after: the check warns two weeks before the end. */
const BEFORE_MS = HOUR_MS;
const LIFE_MS = 90 * DAY_MS;

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Both in PEM. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

export interface Authority {
  /** Its own certificate, in PEM. */
  readonly certificate: string;
  /** A key and a certificate for a server of this name. */
  issue(name: string): Promise<Identity>;
}

/** Makes an authority. Its private key is forgotten with it. */
export async function makeAuthority(): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const now = Date.now();
  const validity = { notBefore: new Date(now - BEFORE_MS), notAfter: new Date(now + LIFE_MS) };
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Vigie sandbox (throw-away authority)',
    keys,
    signingAlgorithm: ALGORITHM,
    ...validity,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const issue = async (name: string): Promise<Identity> => {
    const own = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const leaf = await x509.X509CertificateGenerator.create({
      subject: `CN=${name}`,
      issuer: authority.subject,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: ALGORITHM,
      ...validity,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
        await x509.AuthorityKeyIdentifierExtension.create(authority, false),
      ],
    });
    const key = await crypto.subtle.exportKey('pkcs8', own.privateKey);
    return { key: x509.PemConverter.encode(key, 'PRIVATE KEY'), cert: leaf.toString('pem') };
  };
  return { certificate: authority.toString('pem'), issue };
}

/** Files that live as long as the sandbox, readable by its user alone. */
export interface Files {
  /** The authority's certificate. */
  readonly authority: string;
  /** For the mail server that the check embeds. */
  readonly mxKey: string;
  readonly mxCert: string;
  remove(): Promise<void>;
}

export async function writeFiles(authority: Authority, mx: Identity): Promise<Files> {
  const { path, remove } = await makeDirectory('mail');
  const file = (name: string) => join(path, name);
  const files = { authority: file('authority.pem'), mxKey: file('mx.key.pem'), mxCert: file('mx.cert.pem') };
  try {
    await writeFile(files.authority, authority.certificate);
    await writeFile(files.mxKey, mx.key, { mode: 0o600 });
    await writeFile(files.mxCert, mx.cert);
  } catch (error) {
    await remove();
    throw error;
  }
  return { ...files, remove };
}
