/** What a browser on the deployment's page would connect to: the rules of jitsi-meet's `constructOptions`. */
import { describe, expect, it } from 'vitest';
import { addressesOf, type ConnectionValues, serviceFor, withRoom } from '../../src/checks/deployment.ts';

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
    ['nothing where nothing is named', {}, null],
    ['nothing that is no address of these kinds', { websocket: 'javascript:alert(1)' }, null],
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
        websocket: '//meet.example.org:8443/ws',
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

  it('get the room beside what they have', () => {
    expect(withRoom('https://a.example/?token=1', 'r s')).toBe('https://a.example/?token=1&room=r+s');
  });
});
