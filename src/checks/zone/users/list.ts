/** The file that lists the addresses that are refused: readable by its owner alone, and written anew by each run. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { replaceFile } from '../../../base/replace-file.ts';
import type { Asked } from './index.ts';

const HEAD = '# Addresses of users that mail servers refuse: address, mail server, time, answer.\n';

/** @throws the error of the file system */
export async function writeList(file: string, refused: readonly Asked[]): Promise<void> {
  const flat = (text: string) => text.replace(/\s+/g, ' ');
  const lines = [...refused]
    .sort((one, other) => one.address.localeCompare(other.address))
    .map(({ address, host, at, response }) =>
      [address, host, new Date(at).toISOString(), flat(response)].join('\t'),
    );
  await mkdir(dirname(file), { recursive: true });
  await replaceFile(file, `${HEAD}${lines.map((line) => `${line}\n`).join('')}`, 0o600);
}
