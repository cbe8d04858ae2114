/** What a browser on the deployment's page would connect to: the rules of jitsi-meet's `constructOptions`. */
import { describe, expect, it } from 'vitest';
import {
  addressesOf,
  type ConfigValues,
  type ConnectionValues,
  refusedValues,
  serviceFor,
  withRoom,
} from '../../src/checks/deployment.ts';

const BASE = 'https://meet.example.org/';
const WS = 'wss://meet.example.org/xmpp-websocket';
const BOSH = 'https://meet.example.org/http-bind';

/** The address that a participant of the room `r` connects to. */
function service(values: Partial<ConnectionValues>): string | null {
  const addresses = addressesOf({ preferBosh: false, ...values }, BASE);
  return addresses.used && serviceFor(addresses, addresses.used, 'r');
}

describe('browsers use', () => {
  it.each<[string, Partial<ConnectionValues>, string | null]>([
    ['the WebSocket before BOSH', { websocket: WS, bosh: BOSH }, `${WS}?room=r`],
    ['BOSH where there is no WebSocket', { bosh: '/http-bind' }, `${BOSH}?room=r`],
    ['BOSH where it is preferred', { websocket: WS, bosh: BOSH, preferBosh: true }, `${BOSH}?room=r`],
    [
      'the library’s default where BOSH is preferred and not named',
      { websocket: WS, preferBosh: true },
      BOSH,
    ],
    ['serviceUrl, as it is, where there is nothing else', { serviceUrl: WS }, WS],
    ['serviceUrl of BOSH', { serviceUrl: '//meet.example.org/http-bind' }, BOSH],
    [
      'serviceUrl where BOSH is preferred and not named',
      { websocket: WS, serviceUrl: BOSH, preferBosh: true },
      BOSH,
    ],
    ['never serviceUrl beside an address of its own', { bosh: BOSH, serviceUrl: WS }, `${BOSH}?room=r`],
    ['the library’s default where nothing is named', {}, BOSH],
    ['nothing that is no address of these kinds', { websocket: 'javascript:alert(1)' }, null],
    [
      'BOSH where the address under websocket is none of a WebSocket',
      { websocket: 'https://meet.example.org/http-bind' },
      `${BOSH}?room=r`,
    ],
    ['a WebSocket where that stands under bosh', { bosh: WS }, `${WS}?room=r`],
  ])('%s', (_what, values, address) => expect(service(values)).toBe(address));

  it('the transport that the scheme of serviceUrl says', () => {
    expect(addressesOf({ serviceUrl: WS, preferBosh: false }, BASE)).toMatchObject({
      used: 'websocket',
      websocket: WS,
      bosh: null,
    });
    expect(addressesOf({ serviceUrl: BOSH, preferBosh: false }, BASE)).toMatchObject({
      used: 'bosh',
      websocket: null,
      bosh: BOSH,
    });
  });
});

describe('addresses', () => {
  it('get the host and the encryption of the page, and the scheme of their use', () => {
    const addresses = addressesOf(
      {
        preferBosh: false,
        websocket: 'ws://meet.example.org:8443/ws',
        bosh: 'http-bind',
        conferenceRequestUrl: '/conference-request/v1',
        websocketKeepAliveUrl: 'https://keep.example.org/',
      },
      'http://meet.example.org:8080/club/',
    );
    expect(addresses).toEqual({
      websocket: 'ws://meet.example.org:8443/ws',
      bosh: 'http://meet.example.org:8080/club/http-bind',
      conferenceRequestUrl: 'http://meet.example.org:8080/conference-request/v1',
      websocketKeepAliveUrl: 'https://keep.example.org/',
      used: 'websocket',
      roomless: false,
    });
  });

  it.each([
    ['/http-bind', 'https://h.example/', 'https://h.example/http-bind'],
    ['/http-bind', 'https://h.example/meet/', 'https://h.example/meet/http-bind'],
    ['/http-bind', 'https://h.example:8443/a/b/', 'https://h.example:8443/a/b/http-bind'],
    ['http-bind', 'https://h.example/meet/', 'https://h.example/meet/http-bind'],
    ['//h.example/http-bind', 'http://h.example/meet/', 'http://h.example/http-bind'],
    ['https://x.example/http-bind', 'https://h.example/meet/', 'https://x.example/http-bind'],
    ['/http-bind', 'https://[::1]:8443/', 'https://[::1]:8443/http-bind'],
    ['//bücher.example/http-bind', 'https://h.example/', 'https://xn--bcher-kva.example/http-bind'],
  ])('of BOSH: %s on %s is %s', (bosh, base, address) =>
    expect(addressesOf({ preferBosh: false, bosh }, base).bosh).toBe(address),
  );

  it('get the room beside what they have', () => {
    expect(withRoom('https://a.example/?token=1', 'r s')).toBe('https://a.example/?token=1&room=r+s');
  });
});

describe('browsers refuse', () => {
  const refused = (values: Partial<ConfigValues>) =>
    refusedValues({ preferBosh: false, p2p: true, stun: [], ...values }, BASE).map(
      ({ setting, because }) => `${setting} ${because}`,
    );

  it.each<[string, Partial<ConfigValues>, string[]]>([
    ['nothing usual', { websocket: WS, bosh: '//meet.example.org/http-bind', muc: 'muc.meet.example' }, []],
    [
      'an address of another kind as WebSocket',
      { websocket: 'https://meet.example.org/xmpp-websocket' },
      ['websocket not-a-websocket'],
    ],
    ['a WebSocket without a scheme', { websocket: '//h/xmpp-websocket' }, ['websocket not-a-websocket']],
    ['not a BOSH that stands there', { websocket: 'https://meet.example.org/http-bind' }, []],
    [
      'not a WebSocket that nobody uses',
      { websocket: 'https://h/ws', bosh: '/http-bind', preferBosh: true },
      [],
    ],
    ['BOSH without a scheme', { bosh: 'meet.example.org/http-bind' }, ['bosh no-scheme']],
    ['BOSH of another scheme', { bosh: 'ftp://meet.example.org/http-bind' }, ['bosh not-http']],
    ['includes that nobody evaluated', { muc: 'muc.<!--# echo var="x" -->m' }, ['hosts.muc include']],
    [
      'a conference request over a WebSocket',
      { conferenceRequestUrl: 'wss://h/conference-request/v1' },
      ['conferenceRequestUrl not-http'],
    ],
    // Docker images of a release of 2020 to 2026 have written or been given these; see docker-jitsi-meet 1091, 1646, 943, 987.
    ['a space in a host', { muc: 'muc. meet.example' }, ['hosts.muc not-a-host']],
    ['a port in a domain', { domain: 'meet.example:8443' }, ['hosts.domain not-a-host']],
    ['a scheme in a domain', { domain: 'https://meet.example' }, ['hosts.domain not-a-host']],
    ['a room in the host of rooms', { muc: 'room@muc.meet.example' }, ['hosts.muc not-a-host']],
    ['not a focus that is a user', { focus: 'focus@auth.meet.example/focus' }, []],
    ['not a host of IPv6', { domain: '[2001:db8::1]' }, []],
    ['placeholders', { websocket: 'wss://{{ .Values.host }}/xmpp-websocket' }, ['websocket template']],
    ['placeholders of a shell', { domain: '$'.concat('{DOMAIN}') }, ['hosts.domain template']],
    ['two schemes', { websocket: 'wss://https://h/xmpp-websocket' }, ['websocket two-schemes']],
    ['two schemes of BOSH', { bosh: '//https://h/http-bind' }, ['bosh two-schemes']],
    ['what is no address', { websocket: 'wss://h h/xmpp-websocket' }, ['websocket no-address']],
    ['BOSH without a slash', { bosh: 'http-bind' }, ['bosh relative']],
    [
      'conference requests without a scheme, beside an address that gets the room',
      { websocket: WS, conferenceRequestUrl: '/conference-request/v1' },
      ['conferenceRequestUrl relative'],
    ],
    [
      'addresses that keep a connection, without a scheme',
      { bosh: '/http-bind', websocketKeepAliveUrl: '/_unlock' },
      ['websocketKeepAliveUrl relative'],
    ],
    [
      'not conference requests without a scheme where nothing gets the room',
      { serviceUrl: WS, conferenceRequestUrl: '/conference-request/v1' },
      [],
    ],
    [
      'conference requests without encryption',
      { websocket: WS, conferenceRequestUrl: 'http://meet.example.org/conference-request/v1' },
      ['conferenceRequestUrl unencrypted'],
    ],
    [
      'everybody’s own machine',
      { websocket: 'wss://localhost:8443/xmpp-websocket' },
      ['websocket own-machine'],
    ],
  ])('%s', (_what, values, keys) => expect(refused(values)).toEqual(keys));
});
