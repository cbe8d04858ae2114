import { describe, expect, it } from 'vitest';
import { escapeXml } from '../../../src/base/escape.ts';
import { readServices } from '../../../src/checks/signaling/xmpp/services.ts';
import { featuresOf, streamErrorOf } from '../../../src/checks/signaling/xmpp/stream.ts';
import { child, MAX_CHARS, parseXml, XmlError } from '../../../src/checks/signaling/xmpp/xml.ts';

const STREAMS = 'xmlns:stream="http://etherx.jabber.org/streams"';

describe('XML', () => {
  it('becomes a tree with namespaces, attributes and text', () => {
    const features = parseXml(
      `<stream:features ${STREAMS} xmlns="jabber:client"><mechanisms xmlns="urn:ietf:params:xml:ns:xmpp-sasl">` +
        '<mechanism>ANONYMOUS</mechanism><mechanism><![CDATA[PLAIN]]></mechanism></mechanisms>' +
        '<bind xmlns="urn:ietf:params:xml:ns:xmpp-bind" a="1 &amp; &#50;"/></stream:features>',
    );
    expect(features).toMatchObject({ name: 'features', ns: 'http://etherx.jabber.org/streams' });
    const mechanisms = child(features, 'mechanisms', 'urn:ietf:params:xml:ns:xmpp-sasl')!;
    expect(mechanisms.children.map(({ text }) => text)).toEqual(['ANONYMOUS', 'PLAIN']);
    expect(child(features, 'bind')!.attributes.a).toBe('1 & 2');
    expect(child(features, 'bind', 'another')).toBeUndefined();
    expect(featuresOf(features)).toBe(features);
  });

  it.each([
    ['nothing', ''],
    ['text', 'Bad Request'],
    ['HTML', '<!DOCTYPE html><html><body><br></body></html>'],
    ['an element that does not end', '<a><b></a>'],
    ['two roots', '<a/><b/>'],
    ['a prefix that nobody declared', '<stream:features/>'],
    ['an entity that nobody declared', '<a>&lol;</a>'],
    ['a comment', '<a><!-- x --></a>'],
    ['a processing instruction', '<a><?php x ?></a>'],
    ['a billion laughs', '<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>'],
    ['an external entity', '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x;</l>'],
    ['depth without end', '<a>'.repeat(100_000)],
    ['too many elements', `<a>${'<b/>'.repeat(6000)}</a>`],
    ['too much of it', `<a>${'x'.repeat(MAX_CHARS)}</a>`],
  ])('%s is refused', (_what, text) => {
    expect(() => parseXml(text)).toThrow(XmlError);
  });

  it('text that is put into it stays text', () => {
    const evil = `"><iq type='set'/>&amp;`;
    expect(parseXml(`<a b="${escapeXml(evil)}" c='${escapeXml(evil)}'>${escapeXml(evil)}</a>`)).toMatchObject(
      {
        attributes: { b: evil, c: evil },
        text: evil,
        children: [],
      },
    );
  });
});

describe('a stream', () => {
  it('that ends with an error says which', () => {
    const error = parseXml(
      `<stream:error ${STREAMS}><host-unknown xmlns="urn:ietf:params:xml:ns:xmpp-streams"/>` +
        '<text xmlns="urn:ietf:params:xml:ns:xmpp-streams">This server does not serve x</text></stream:error>',
    );
    expect(streamErrorOf(error)).toEqual({
      kind: 'stream-error',
      condition: 'host-unknown',
      text: 'This server does not serve x',
    });
    expect(() => featuresOf(error)).toThrow('host-unknown');
    expect(() => featuresOf(parseXml('<message/>'))).toThrow(/"name":"message","expected":"features"/);
  });
});

describe('external services', () => {
  const services = (inner: string) =>
    readServices(parseXml(`<services xmlns="urn:xmpp:extdisco:2">${inner}</services>`));
  const as = 'username="1795370000" password="geheim"';

  it('are those that browsers get, with the transports of RFC 7065', () => {
    expect(
      services(
        `<service type="stun" host="s.example" port="3478" transport="tcp"/>
         <service type="turn" host="t.example" port="443" transport="udp" ${as}/>
         <service type="turn" host="t.example" ${as}/>
         <service type="turn" host="t.example" transport="TCP" ${as}/>
         <service type="turns" host="t.example" transport="tcp" ${as}/>
         <service type="turns" host="t.example" port="443" ${as}/>
         <service type="turns" host="t.example" transport="udp" ${as}/>
         <service type="turn" host="bare.example" restricted="1"/>`,
      ).map(({ type, host, port, transport, credentials }) => [
        type,
        host,
        port,
        transport,
        credentials !== null,
      ]),
    ).toEqual([
      ['stun', 's.example', 3478, 'udp', false],
      ['turn', 't.example', 443, 'udp', true],
      ['turn', 't.example', 3478, 'udp', true],
      ['turn', 't.example', 3478, 'tcp', true],
      ['turns', 't.example', 5349, 'tls', true],
      ['turns', 't.example', 443, 'tls', true],
      ['turns', 't.example', 5349, 'dtls', true],
      ['turn', 'bare.example', 3478, 'udp', false],
    ]);
  });

  it('that browsers could not use are left out, and the same one twice is one', () => {
    const one = `<service type="turn" host="t.example" ${as}/>`;
    expect(
      services(
        `${one}${one}<service type="ftp" host="x"/><service type="turn" ${as}/><service type="turn" host="x" port="0"/>
         <service type="turn" host="x" port="99999"/><service type="turn" host="x" transport="sctp"/>`,
      ),
    ).toHaveLength(1);
    expect(services('<service type="stun" host="s"/>'.repeat(500)).length).toBe(1);
  });

  it('hold credentials that are not printed', () => {
    expect(JSON.stringify(services(`<service type="turn" host="t" ${as}/>`))).not.toMatch(
      /geheim|1795370000/,
    );
  });
});
