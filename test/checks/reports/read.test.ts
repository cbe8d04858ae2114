/** Reading reports: all forms, and what strangers may send in their place. */
import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ReportError } from '../../../src/checks/reports/report.ts';
import { MAX_XML, readReports } from '../../../src/checks/reports/unpack.ts';
import { END, gz, reportXml, zip } from '../../support/reports/build.ts';

const { signal } = new AbortController();
const now = END * 1000 + 3_600_000;
const read = (bytes: Buffer | string) => readReports(Buffer.from(bytes), { signal, now });
const problemOf = (bytes: Buffer | string) =>
  read(bytes).then(
    () => 'none',
    (cause: unknown) => (cause instanceof ReportError ? cause.problem : cause),
  );

const xml = reportXml({
  records: [
    { count: 3 },
    { source: '2001:DB8::0025', dkim: 'fail', spf: 'fail', disposition: 'reject', reason: 'forwarded' },
  ],
});
const EXPECTED = [
  {
    reporter: 'receiver.example',
    id: `a.example.${END - 86_400}`,
    domain: 'a.example',
    policy: 'reject',
    begin: (END - 86_400) * 1000,
    end: END * 1000,
    rows: [
      {
        source: '192.0.2.25',
        from: 'a.example',
        dkim: true,
        spf: true,
        disposition: 'none',
        override: null,
        selector: 'smtp',
        detail: 'd=a.example s=smtp pass; spf a.example pass',
        count: 3,
      },
      {
        source: '2001:db8::25',
        from: 'a.example',
        dkim: false,
        spf: false,
        disposition: 'reject',
        override: 'forwarded',
        selector: null,
        detail: 'd=a.example s=smtp fail; spf a.example fail',
        count: 1,
      },
    ],
  },
];

describe('the forms of reports', () => {
  it.each([
    ['XML', Buffer.from(xml)],
    ['gzip', gz(xml)],
    ['gzip with a name in its header and bytes behind', Buffer.concat([gz(xml), Buffer.alloc(20)])],
    ['ZIP', zip({ name: 'report.xml', content: Buffer.from(xml) })],
    ['ZIP, stored', zip({ name: 'REPORT.XML', content: Buffer.from(xml), method: 0 })],
    [
      'ZIP from a Mac, with a comment behind',
      Buffer.concat([
        zip(
          { name: 'report.xml', content: Buffer.from(xml) },
          { name: '__MACOSX/._report.xml', content: Buffer.from('x') },
        ),
        Buffer.from('comment'),
      ]),
    ],
    ['blank lines before the declaration', Buffer.from(`\n\n  ${xml}`)],
    ['a byte order mark', Buffer.from(`\uFEFF${xml}`)],
    ['UTF-16', Buffer.from(`\uFEFF${xml}`, 'utf16le')],
    ['no declaration', Buffer.from(xml.replace(/<\?xml.*\?>/, ''))],
    ['a prefix', Buffer.from(xml.replace(/<(\/?)(?=[a-z])/g, '<$1ns0:'))],
    ['a schema that is never closed', Buffer.from(xml.replace('<version>', '<xs:schema a="b"><version>'))],
  ])('%s', async (_form, bytes) => {
    expect(await read(bytes)).toEqual(EXPECTED);
  });

  it('RFC 9990: its namespace, and `pass` as a disposition', async () => {
    const [report] = await read(reportXml({ modern: true }));
    expect(report).toMatchObject({ domain: 'a.example', rows: [{ disposition: 'none', dkim: true }] });
  });

  it('several in one archive', async () => {
    const file = (name: string, domain: string) => ({ name, content: Buffer.from(reportXml({ domain })) });
    const reports = await read(zip(file('a.xml', 'a.example'), file('b.xml', 'b.example')));
    expect(reports.map(({ domain }) => domain)).toEqual(['a.example', 'b.example']);
  });

  it('adds up what was treated alike, and leaves out records that make no sense', async () => {
    const records = [
      { count: 2 },
      { count: 5 },
      { source: 'localhost' },
      { count: 0 },
      { count: -3 },
      { count: 1e12 },
      { source: '::ffff:192.0.2.25', count: 1 },
    ];
    const [report] = await read(reportXml({ records }));
    expect(report?.rows.map(({ source, count }) => [source, count])).toEqual([['192.0.2.25', 8]]);
  });

  it('keeps the largest sources apart and adds up the others', async () => {
    const records = Array.from({ length: 3000 }, (_, index) => ({
      source: `10.0.${index >> 8}.${index & 255}`,
      count: index < 10 ? 100 : 1,
    }));
    const [report] = await read(reportXml({ records }));
    expect(report?.rows).toHaveLength(1001);
    expect(report?.rows.at(-1)).toMatchObject({ source: 'other', count: 2000 });
    expect(report?.rows.reduce((sum, { count }) => sum + count, 0)).toBe(10 * 100 + 2990);
  });
});

describe('what is no report', () => {
  const deep = `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`;
  it.each([
    ['nothing', '', 'not-xml'],
    ['a word, as Yahoo sent for a while', gz('unused'), 'not-xml'],
    ['HTML', '<html><body>moved</body></html>', 'no-report'],
    ['a cut file', xml.slice(0, 900), 'damaged'],
    ['a cut gzip', gz(xml).subarray(0, 200), 'damaged'],
    ['a cut ZIP', zip({ name: 'a.xml', content: Buffer.from(xml) }).subarray(0, 300), 'damaged'],
    ['a ZIP without XML', zip({ name: 'photo.jpg', content: Buffer.from('x') }), 'empty-archive'],
    ['a ZIP with a password', zip({ name: 'a.xml', content: Buffer.from(xml), flags: 1 }), 'encrypted'],
    ['a ZIP by another method', zip({ name: 'a.xml', content: Buffer.from(xml), method: 9 }), 'damaged'],
    [
      'noise in a ZIP',
      zip({ name: 'a.xml', content: Buffer.from(xml), packed: Buffer.alloc(99, 7) }),
      'damaged',
    ],
    ['no domain', reportXml({ domain: 'not a domain' }), 'incomplete'],
    ['no id', reportXml({ id: ' ' }), 'incomplete'],
    ['the year 2100', reportXml({ end: 4_102_444_800 }), 'implausible-dates'],
    ['a period of a year', reportXml({ begin: END - 365 * 86_400 }), 'implausible-dates'],
    ['too deep', xml.replace('<version>', `${deep}<version>`), 'too-deep'],
  ])('%s', async (_what, bytes, problem) => {
    expect(await problemOf(bytes)).toBe(problem);
  });
});

describe('hostile reports', () => {
  it('entities: no document type at all', async () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE f [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>${xml.replace(/<\?xml.*\?>/, '').replace('reject', '&b;')}`;
    expect(await problemOf(bomb)).toBe('doctype');
    const external = `<?xml version="1.0"?><!DOCTYPE f SYSTEM "file:///etc/passwd">${xml.replace(/<\?xml.*\?>/, '')}`;
    expect(await problemOf(external)).toBe('doctype');
  });

  it('bombs: a gzip and a ZIP that unpack to more than is read', async () => {
    const long = Buffer.concat([Buffer.from('<feedback>'), Buffer.alloc(MAX_XML + 1_000_000, ' ')]);
    expect(await problemOf(gzipSync(long))).toBe('too-large');
    expect(await problemOf(zip({ name: 'a.xml', content: long }))).toBe('too-large');
    // The same once more in each of sixteen files: the limit is that of the archive.
    const packed = deflateRawSync(long.subarray(0, MAX_XML / 4));
    const files = Array.from({ length: 16 }, (_, index) => ({
      name: `${index}.xml`,
      content: Buffer.alloc(0),
      packed,
    }));
    expect(['too-large', 'no-report', 'damaged']).toContain(await problemOf(zip(...files)));
  }, 60_000);

  it('an archive with more files than a report has', async () => {
    const files = Array.from({ length: 17 }, (_, i) => ({ name: `${i}.xml`, content: Buffer.from(xml) }));
    expect(await problemOf(zip(...files))).toBe('too-large');
  });

  it('offsets that point out of the archive, or to itself', async () => {
    const archive = zip({ name: 'a.xml', content: Buffer.from(xml) });
    for (let at = archive.length - 22; at < archive.length - 2; at += 1) {
      const changed = Buffer.from(archive);
      changed.writeUInt16LE(0xffff, at);
      expect(typeof (await problemOf(changed))).toBe('string');
    }
  });

  it('names, texts and attributes without end', async () => {
    const record = (inner: string) => xml.replace('<row>', `${inner}<row>`);
    const names = Array.from({ length: 50_000 }, (_, index) => `<x${index}>1</x${index}>`).join('');
    expect(await read(record(names))).toEqual(EXPECTED);
    const [report] = await read(reportXml({ reporter: 'x'.repeat(1_000_000) }));
    expect(report?.reporter.length).toBeLessThanOrEqual(300);
    const attributes = Array.from({ length: 2_000 }, (_, index) => `a${index}="1"`).join(' ');
    expect(await problemOf(record(`<x ${attributes}/>`))).toBe('no-report');
    const proto = await read(record('<__proto__>1</__proto__><constructor>1</constructor>'));
    expect(proto).toEqual(EXPECTED);
  });

  it('more combinations than a report has', async () => {
    const records = Array.from({ length: 50_001 }, (_, index) => ({
      source: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
    }));
    expect(await problemOf(gz(reportXml({ records })))).toBe('too-many-records');
  }, 60_000);

  it('every byte of an archive changed once: a report, or a reason, in bounded time', async () => {
    const archive = zip({ name: 'a.xml', content: Buffer.from(xml) });
    for (let at = 0; at < archive.length; at += 1) {
      const changed = Buffer.from(archive);
      changed[at] = changed[at]! ^ 0xff;
      expect(typeof (await problemOf(changed))).toBe('string');
    }
  }, 60_000);

  it('ends when its run ends', async () => {
    const own = new AbortController();
    const reading = readReports(
      gzipSync(Buffer.concat([Buffer.from('<a>'), Buffer.alloc(20_000_000, ' ')])),
      {
        signal: own.signal,
        now,
      },
    );
    own.abort(new Error('over'));
    await expect(reading).rejects.toThrow('over');
  });
});
