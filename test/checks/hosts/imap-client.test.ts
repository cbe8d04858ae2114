/** What a server that sends without end leaves to others. */
import { ImapFlow } from 'imapflow';
import { expect, it, vi } from 'vitest';
import { Secret } from '../../../src/base/units.ts';
import { imapClient } from '../../../src/checks/hosts/imap-client.ts';
import { createResolver } from '../../../src/dns/resolver.ts';

interface Inside {
  handleResponse(response: unknown): Promise<boolean>;
}

it('responses are read in slices, with others in between', async () => {
  const handled = vi
    .spyOn(ImapFlow.prototype as unknown as Inside, 'handleResponse')
    .mockImplementation(async () => {
      const until = performance.now() + 1;
      while (performance.now() < until);
      return true;
    });
  const client = await imapClient(
    {
      ...{ host: '127.0.0.1', port: 993, tls: 'implicit', user: 'u' },
      ...{ password: new Secret('p'), timeout: 5000 },
    },
    { resolver: createResolver(), ca: undefined, signal: new AbortController().signal },
    { socketTimeout: 5000, maxLineLength: 1000, maxLiteralSize: 1000, maxResponseSize: 1000 },
  );
  let turns = 0;
  let over = false;
  const count = () => {
    turns += 1;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  for (let n = 0; n < 100; n += 1) await (client as unknown as Inside).handleResponse({});
  over = true;
  expect(handled).toHaveBeenCalledTimes(100);
  expect(turns).toBeGreaterThanOrEqual(5);
  handled.mockRestore();
});
