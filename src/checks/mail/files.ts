/** The files that a mail check's configuration names, read before anything else is done. */
import { readFile } from 'node:fs/promises';
import { errorCode, fileFault } from '../../base/errno.ts';
import { keyOfPem, recordOfKey } from '../records/dkim.ts';
import type { MailCauseOf } from './causes.ts';
import type { MxKeys } from './mx.ts';
import type { MailOptions } from './options.ts';

export interface MailFiles {
  readonly submissionCa: string | undefined;
  readonly mailboxCa: string | undefined;
  readonly mxKeys: MxKeys | null;
  /** The key that the relay should sign with, as a record; null where none is named. */
  readonly expectedKey: string | null;
}

/** A file that cannot be used. */
export class FileError extends Error {
  readonly fault: MailCauseOf<'configuration'>;
  constructor(fault: Omit<MailCauseOf<'configuration'>, 'id'>) {
    super(`${fault.key}: ${fault.reason}`);
    this.fault = { id: 'configuration', ...fault };
  }
}

/** @throws FileError */
export async function readFiles(options: MailOptions): Promise<MailFiles> {
  const { submission, receive, expect } = options;
  if ((receive.mx?.key === undefined) !== (receive.mx?.cert === undefined)) {
    throw new FileError({ key: 'receive.mx', reason: 'pair-incomplete' });
  }
  const key = await read('receive.mx.key', receive.mx?.key);
  const cert = await read('receive.mx.cert', receive.mx?.cert);
  return {
    submissionCa: (await read('submission.ca', submission.ca))?.toString(),
    mailboxCa: (await read('receive.imap.ca', receive.imap?.ca))?.toString(),
    mxKeys: key && cert ? { key, cert } : null,
    expectedKey: expectedKey(await read('expect.key', expect.key), expect.key),
  };
}

/** The authorities of a mailbox for bounces. @throws FileError */
export async function readCa(key: string, path: string | undefined): Promise<string | undefined> {
  return (await read(key, path))?.toString();
}

async function read(key: string, path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path);
  } catch (cause) {
    const fault = fileFault(cause);
    const reason = fault === null || fault === 'directory' ? 'unreadable' : fault;
    throw new FileError({ key, path, reason, detail: errorCode(cause) });
  }
}

function expectedKey(pem: Buffer | undefined, path: string | undefined): string | null {
  if (pem === undefined) return null;
  try {
    return recordOfKey(keyOfPem(pem));
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new FileError({ key: 'expect.key', ...(path && { path }), reason: 'no-public-key', detail });
  }
}
