import { expect, test } from 'vitest';
import { failureOf, lookupFailure, lookupFailureIn } from '../../src/checks/lookup-failure.ts';
import { DnsError } from '../../src/dns/resolver.ts';

test('a failed lookup is data that reads like the error of the resolver, and in French', () => {
  for (const code of lookupFailure.shape.code.options) {
    const error = new DnsError(code, 'example.org', 'TXT', '192.0.2.53:53');
    const failure = lookupFailure.parse(failureOf(error));
    expect(lookupFailureIn('en', failure)).toBe(error.message);
    expect(lookupFailureIn('fr', failure)).toMatch(/^example\.org TXT n’.*\(192\.0\.2\.53:53\)$/);
  }
});

test('why a server failed is said where it is known', () => {
  for (const because of lookupFailure.shape.because.unwrap().options) {
    const error = new DnsError('ESERVFAIL', 'example.org', 'MX', '192.0.2.53:53', because);
    const failure = lookupFailure.parse(failureOf(error));
    expect(failure.because).toBe(because);
    expect(lookupFailureIn('en', failure)).toBe(error.message);
    expect(lookupFailureIn('fr', failure)).toMatch(/\(SERVFAIL\) : .+ \(192\.0\.2\.53:53\)$/);
  }
  expect(new DnsError('ESERVFAIL', 'example.org', 'MX', null, 'dnssec-expired').message).toBe(
    'example.org MX could not be resolved: the server failed (SERVFAIL): its DNSSEC signature has expired',
  );
});
