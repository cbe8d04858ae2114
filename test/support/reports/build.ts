/** Aggregate reports for tests and measurements, in the forms that receivers send. */
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

export interface BuiltRecord {
  readonly source?: string;
  readonly count?: number;
  readonly dkim?: 'pass' | 'fail';
  readonly spf?: 'pass' | 'fail';
  readonly disposition?: string;
  readonly reason?: string;
  readonly from?: string;
  readonly selector?: string;
}

export interface Built {
  readonly reporter?: string;
  readonly id?: string;
  readonly domain?: string;
  readonly policy?: string;
  /** Seconds since 1970. */
  readonly begin?: number;
  readonly end?: number;
  readonly records?: readonly BuiltRecord[];
  /** That of RFC 9990: a namespace, and fields of its own. */
  readonly modern?: boolean;
}

export const END = Date.UTC(2026, 10, 22) / 1000;

export function reportXml(built: Built = {}): string {
  const { reporter = 'receiver.example', domain = 'a.example', policy = 'reject', modern = false } = built;
  const { end = END, begin = end - 86_400 } = built;
  const { id = `${domain}.${begin}`, records = [{}] } = built;
  const root = modern ? '<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">' : '<feedback>';
  return `<?xml version="1.0" encoding="UTF-8" ?>
${root}
  <version>1.0</version>
  <report_metadata>
    <org_name>${reporter}</org_name><email>dmarc@${reporter}</email><report_id>${id}</report_id>
    <date_range><begin>${begin}</begin><end>${end}</end></date_range>
    ${modern ? '<generator>a generator 1.0</generator>' : ''}
  </report_metadata>
  <policy_published>
    <domain>${domain}</domain>
    ${modern ? '<discovery_method>treewalk</discovery_method><testing>n</testing><np>reject</np>' : '<pct>100</pct>'}
    <adkim>s</adkim><aspf>s</aspf><p>${policy}</p><sp>${policy}</sp>
  </policy_published>
  ${records.map((record) => recordXml(record, domain, modern)).join('\n  ')}
</feedback>
`;
}

function recordXml(record: BuiltRecord, domain: string, modern: boolean): string {
  const { source = '192.0.2.25', count = 1, dkim = 'pass', spf = 'pass', from = domain, reason } = record;
  const { disposition = modern ? 'pass' : 'none', selector = 'smtp' } = record;
  return `<record>
    <row><source_ip>${source}</source_ip><count>${count}</count>
      <policy_evaluated><disposition>${disposition}</disposition><dkim>${dkim}</dkim><spf>${spf}</spf>${
        reason === undefined ? '' : `<reason><type>${reason}</type><comment>because</comment></reason>`
      }</policy_evaluated></row>
    <identifiers><header_from>${from}</header_from></identifiers>
    <auth_results><dkim><domain>${domain}</domain><selector>${selector}</selector><result>${dkim}</result></dkim><spf><domain>${domain}</domain><result>${spf}</result></spf></auth_results>
  </record>`;
}

export const gz = (xml: string) => gzipSync(xml);

interface ZipFile {
  readonly name: string;
  readonly content: Buffer;
  /** What the archive states in place of the truth. */
  readonly method?: number;
  readonly flags?: number;
  readonly packed?: Buffer;
}

/** An archive as zip(1) writes it. */
export function zip(...files: readonly ZipFile[]): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, content, method = 8, flags = 0, packed = deflateRawSync(content) } of files) {
    const data = method === 0 ? content : packed;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    common.copy(local, 4);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    common.copy(entry, 6);
    entry.writeUInt32LE(offset, 42);
    parts.push(local, Buffer.from(name), data);
    central.push(entry, Buffer.from(name));
    offset += 30 + Buffer.byteLength(name) + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directory, end]);
}

/** A message with a report attached, as it lies in the mailbox of `rua`. */
export function message(
  attachment: Buffer,
  {
    file = 'receiver.example!a.example!1763683200!1763769600.xml.gz',
    type = 'application/gzip',
    subject = 'Report Domain: a.example Submitter: receiver.example Report-ID: 1',
    alone = false,
  }: { file?: string; type?: string; subject?: string; alone?: boolean } = {},
): Buffer {
  const body = attachment.toString('base64').replace(/.{76}/g, '$&\r\n');
  const head = [
    'From: Reports <dmarc@receiver.example>',
    'To: contact@operator.example',
    `Subject: ${subject}`,
    'Date: Sun, 22 Nov 2026 01:00:00 +0000',
    'MIME-Version: 1.0',
  ];
  const part = [
    `Content-Type: ${type}; name="${file}"`,
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename="${file}"`,
    '',
    body,
  ];
  const lines = alone
    ? [...head, ...part]
    : [
        ...head,
        'Content-Type: multipart/mixed; boundary="cut"',
        '',
        '--cut',
        'Content-Type: text/plain',
        '',
        'This is a report.',
        '--cut',
        ...part,
        '--cut--',
      ];
  return Buffer.from(`${lines.join('\r\n')}\r\n`);
}
