/** What browsers keep from a page by the policies that it is sent with. */
import { describe, expect, it } from 'vitest';
import { addressesOf } from '../../../src/checks/deployment.ts';
import { capturePolicy, connectionPolicy, scriptPolicy } from '../../../src/checks/web/policies.ts';

const BASE = 'https://meet.example.org/';
const page = (headers: Record<string, string>, body = '') => ({ headers, body });

describe('camera and microphone', () => {
  const refused = (headers: Record<string, string>) => {
    const cause = capturePolicy(BASE, page(headers))?.cause;
    return cause?.id === 'page-policy' ? cause.refuses : [];
  };

  it.each([
    ['camera=(), microphone=(), geolocation=()', ['camera', 'microphone']],
    ['geolocation=(), microphone=()', ['microphone']],
    ['camera=("https://other.example.org"), microphone=(self)', ['camera']],
    ['camera=(self), microphone=*', []],
    ['camera=self, microphone=(self "https://other.example.org")', []],
    ['camera=("https://meet.example.org"), microphone=(*)', []],
    ['interest-cohort=(), display-capture=(), picture-in-picture=()', []],
  ])('permissions-policy: %s', (value, kept) =>
    expect(refused({ 'permissions-policy': value })).toEqual(kept),
  );

  it.each([
    ["camera 'none'; microphone 'none'", ['camera', 'microphone']],
    ["geolocation 'none'; camera 'self'; microphone *", []],
  ])('feature-policy: %s', (value, kept) => expect(refused({ 'feature-policy': value })).toEqual(kept));
});

describe('connections', () => {
  const { websocket, conferenceRequestUrl } = {
    websocket: 'wss://meet.example.org/xmpp-websocket',
    conferenceRequestUrl: 'https://meet.example.org/conference-request/v1',
  };
  const refused = (policy: string, values = {}) => {
    const addresses = addressesOf({ preferBosh: false, websocket, conferenceRequestUrl, ...values }, BASE);
    const cause = connectionPolicy(BASE, page({ 'content-security-policy': policy }), addresses)?.cause;
    return cause?.id === 'page-policy' ? cause.address : null;
  };

  it.each([
    ["default-src 'self'", null],
    ["script-src 'none'; img-src 'none'", null],
    ['connect-src *', null],
    ["connect-src 'self' wss:", null],
    ["default-src 'none'; connect-src https: wss:", null],
    ['connect-src meet.example.org', null],
    ['connect-src https://*.example.org wss://*.example.org', null],
    ['connect-src wss://meet.example.org:443 https://meet.example.org', null],
    ['connect-src https:', websocket],
    ["connect-src 'none'", websocket],
    ["default-src 'none'; script-src 'self'", websocket],
    ['connect-src wss://meet.example.org', null],
    ['connect-src wss://other.example.org https://meet.example.org', websocket],
    ['connect-src wss://meet.example.org:8443', websocket],
    ["connect-src wss://meet.example.org/, connect-src 'none'", websocket],
  ])('%s', (policy, address) => expect(refused(policy)).toBe(address));

  it('of another host than the page’s', () => {
    const elsewhere = 'wss://xmpp.example.org/xmpp-websocket';
    expect(refused("connect-src 'self'", { websocket: elsewhere })).toBe(elsewhere);
    expect(refused("connect-src 'self' wss://xmpp.example.org", { websocket: elsewhere })).toBeNull();
  });

  it('are refused by a policy in the page as well', () => {
    const meta = `<meta http-equiv="Content-Security-Policy" content="connect-src 'none'">`;
    const addresses = addressesOf({ preferBosh: false, websocket }, BASE);
    expect(connectionPolicy(BASE, page({}, meta), addresses)?.cause).toMatchObject({ address: websocket });
  });
});

describe('scripts that are written in the page', () => {
  const INLINE = '<script src="libs/app.bundle.min.js"></script><script>var config = {};</script>';
  const refused = (policy: string, body = INLINE) =>
    scriptPolicy(BASE, page({ 'content-security-policy': policy }, body)) !== null;

  it.each([
    ["script-src 'self'", true],
    ["default-src 'self'; img-src *", true],
    ["script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'", false],
    ["script-src 'self' 'nonce-abc'", false],
    ["script-src 'sha256-abc='", false],
    ["connect-src 'self'", false],
  ])('%s', (policy, keeps) => expect(refused(policy)).toBe(keeps));

  it('are none where all are files, or data', () => {
    expect(refused("script-src 'self'", '<script src="a.js"></script>')).toBe(false);
    expect(refused("script-src 'self'", '<script type="application/ld+json">{}</script>')).toBe(false);
  });
});
