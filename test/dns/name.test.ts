import { describe, expect, it } from 'vitest';
import { isDomainName, normaliseName, parseServer } from '../../src/dns/name.ts';
import { hostPort } from '../../src/net/host-port.ts';

describe('names', () => {
  it.each([
    ['Example.ORG.', 'example.org'],
    ['_dmarc.example.org', '_dmarc.example.org'],
    [' bücher.example ', 'xn--bcher-kva.example'],
  ])('%j is asked for as %j', (written, normal) => expect(normaliseName(written)).toBe(normal));

  it.each(['', '.', 'a..org', `${'x'.repeat(64)}.org`])('%j is none', (written) =>
    expect(normaliseName(written)).toBeNull(),
  );

  it.each(['example.org', 'xn--bcher-kva.example', 'a-b.c.d.fr'])('%j is a domain', (name) =>
    expect(isDomainName(name)).toBe(true),
  );
  it.each(['localhost', '192.0.2.1', '-a.org', 'a b.org', 'https://example.org', 'a@example.org', 'a.123'])(
    '%j is no domain',
    (name) => expect(isDomainName(name)).toBe(false),
  );
});

describe('servers', () => {
  it.each([
    ['9.9.9.9', '9.9.9.9:53'],
    ['9.9.9.9:5353', '9.9.9.9:5353'],
    ['2620:fe::fe', '[2620:fe::fe]:53'],
    ['[::1]:5353', '[::1]:5353'],
    ['dns', 'dns:53'],
    ['ns.example.org:54', 'ns.example.org:54'],
  ])('%j is %j', (text, shown) => expect(hostPort(parseServer(text)!)).toBe(shown));

  it.each(['', ':53', '9.9.9.9:0', '9.9.9.9:65536', '[example]:53', 'udp://9.9.9.9', 'a b'])(
    '%j is none',
    (text) => expect(parseServer(text)).toBeNull(),
  );
});
