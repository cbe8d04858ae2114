/** The relay's DKIM key (RFC 6376): made at the start, never on disk. */
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { SELECTOR } from '../domains.ts';

const BITS = 2048;
/** mailauth signs a field as often as a message has it: From cannot be oversigned, which the check recommends. */
const SIGNED = [
  'From',
  'To',
  'Subject',
  'Date',
  'Message-ID',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
  'Auto-Submitted',
];

const makePair = promisify(generateKeyPair);

export class Signer {
  /** The base64 of `p=`, as the zone publishes it. */
  readonly publicKey: string;
  readonly #key: KeyObject;
  #other: Promise<KeyObject> | null = null;

  private constructor(publicKey: KeyObject, key: KeyObject) {
    this.publicKey = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    this.#key = key;
  }

  /** Makes a key, which takes some tenths of a second. */
  static async make(): Promise<Signer> {
    const { publicKey, privateKey } = await makePair('rsa', { modulusLength: BITS });
    return new Signer(publicKey, privateKey);
  }

  /** The message with a signature of `domain` in front; with `wrong`, by a key that is not published. */
  async sign(message: Buffer, domain: string, wrong: boolean): Promise<Buffer> {
    const key = wrong ? await this.#wrongKey() : this.#key;
    const signature = {
      signingDomain: domain,
      selector: SELECTOR,
      privateKey: key.export({ type: 'pkcs8', format: 'pem' }),
    };
    const { signatures, errors } = await dkimSign(message, {
      // The type asks for it here, too; only what is in the list counts.
      ...signature,
      signatureData: [signature],
      canonicalization: 'relaxed/relaxed',
      headerList: SIGNED,
      strict: true,
    });
    if (signatures === '') throw new Error(`the message could not be signed: ${errors[0]?.err.message}`);
    return Buffer.concat([Buffer.from(signatures), message]);
  }

  #wrongKey(): Promise<KeyObject> {
    this.#other ??= makePair('rsa', { modulusLength: BITS }).then(({ privateKey }) => privateKey);
    return this.#other;
  }
}
