import { describe, expect, it } from 'vitest';
import { serverHeader, softwareOf, softwareWords, versionText } from '../../src/checks/software.ts';

describe('the name and version of a server', () => {
  it('are kept as they are', () => {
    expect(softwareOf('prosody', 'Prosody', '0.12.3')).toEqual({
      part: 'prosody',
      name: 'Prosody',
      version: '0.12.3',
    });
  });

  it('are a stranger’s: on one line, printable, and no longer than 64 characters', () => {
    expect(softwareOf('jicofo', ' Ji\u0000\u001b[31mCo\r\nFo\u202e ', '1.1\n\t1078\ud83d\ude00')).toEqual({
      part: 'jicofo',
      name: 'Ji [31mCo Fo',
      version: '1.1 1078',
    });
    const long = softwareOf('web', 'n'.repeat(100_000), `${' '.repeat(300)}${'1'.repeat(500)}`)!;
    expect([long.name.length, long.version.length]).toEqual([64, 64]);
  });

  it.each([
    ['', '1'],
    ['nginx', ''],
    ['nginx', '\u200b\n'],
    [undefined, '1'],
    ['nginx', 7],
    ['nginx', { version: '1' }],
  ])('are not known where one says nothing: %j %j', (name, version) => {
    expect(softwareOf('web', name, version)).toBeNull();
  });
});

describe('the header Server', () => {
  it.each([
    ['nginx/1.22.1', 'nginx', '1.22.1'],
    ['nginx/1.18.0 (Ubuntu)', 'nginx', '1.18.0'],
    ['Apache/2.4.57 (Debian) OpenSSL/3.0.11', 'Apache', '2.4.57'],
    ['openresty/1.25.3.1', 'openresty', '1.25.3.1'],
    ['Caddy/v2.7.6', 'Caddy', 'v2.7.6'],
  ])('%s', (header, name, version) => {
    expect(serverHeader(header)).toEqual({ part: 'web', name, version });
  });

  it.each([
    'nginx',
    'Caddy',
    'Apache (Debian) OpenSSL/3.0',
    'cloudflare',
    'x/y',
    'a/1\u00e9',
    '',
    '/1.2',
    undefined,
  ])('without a version says nothing: %s', (header) => {
    expect(serverHeader(header)).toBeNull();
  });
});

it('a version is reported with its name only where it may be any', () => {
  const software = [softwareOf('prosody', 'Prosody', '0.12.3')!, softwareOf('web', 'nginx', '1.22.1')!];
  expect(software.map(versionText)).toEqual(['0.12.3', 'nginx 1.22.1']);
  expect(softwareWords(software)).toBe('prosody 0.12.3, web nginx 1.22.1');
});
