/** Whole runs of the check `mail` against a relay on the loopback. */

import type { Run } from '../../../src/checks/check.ts';
import { mailKind } from '../../../src/checks/mail/index.ts';
import type { MailOptions } from '../../../src/checks/mail/options.ts';
import { freePort } from '../free-port.ts';
import { type FakeRelay, PASSWORD, type RelayBehaviour, startFakeRelay } from './fake-relay.ts';
import { Evidence, runMail } from './lab.ts';
import { startNameServer } from './name-server.ts';

export interface Setting {
  relay: FakeRelay;
  mxPort: number;
  run: (changes?: Record<string, unknown>) => Promise<Run>;
  options: (changes?: Record<string, unknown>) => MailOptions;
  /** Where messages are received, for a run that waits so long for them; else it is 5 s, which end with the last message. */
  receive: (within: string) => object;
  evidence: Evidence;
}

/** A relay, an embedded mail server and a name server on the loopback, and runs with them. */
export async function withRelay(
  behaviour: (mxPort: number) => RelayBehaviour,
  task: (setting: Setting) => Promise<void>,
) {
  const mxPort = await freePort();
  await using relay = await startFakeRelay(behaviour(mxPort));
  await using names = await startNameServer({});
  const evidence = new Evidence();
  const receive = (within: string) => ({
    mx: { listen: `127.0.0.1:${mxPort}`, domain: 'probe.example' },
    within,
  });
  const options = (changes: Record<string, unknown> = {}) =>
    mailKind.schema.parse({
      submission: {
        host: 'localhost',
        port: relay.port,
        user: 'u',
        password: PASSWORD,
        ca: relay.ca,
        timeout: '1s',
      },
      senders: ['probe@one.example'],
      receive: receive('5s'),
      shapes: false,
      resolver: { servers: names.resolver.servers, tries: 1 },
      ...changes,
    });
  const run = (changes?: Record<string, unknown>) => runMail(options(changes), { name: 'fake', evidence });
  await task({ relay, mxPort, run, options, receive, evidence });
}
