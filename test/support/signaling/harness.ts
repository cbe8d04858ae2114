/** Runs the check against deployments of the tests. */
import { onTestFinished } from 'vitest';
import type { Run } from '../../../src/checks/check.ts';
import { runCheck } from '../../../src/checks/run.ts';
import { signalingKind } from '../../../src/checks/signaling/index.ts';
import { silent } from '../schedule/kinds.ts';
import { type FakeTurn, fakeTurn, PASSWORD, type TurnBehaviour, USERNAME } from './fake-turn.ts';
import { type Behaviour, type FakeDeployment, fakeDeployment } from './fake-xmpp.ts';

export const TIMEOUT = 700;

export async function check(
  url: string,
  more: object = {},
  signal = new AbortController().signal,
): Promise<Run> {
  const options = signalingKind.schema.parse({ url, timeout: `${TIMEOUT}ms`, ...more });
  return runCheck(signalingKind, options, {
    name: 'way',
    signal,
    evidence: null,
    log: silent,
    progress() {},
  });
}

export async function deployment(behaviour: Behaviour = {}): Promise<FakeDeployment> {
  const made = await fakeDeployment(behaviour);
  onTestFinished(() => made.close());
  return made;
}

export async function turn(transport: 'udp' | 'tcp', behaviour: TurnBehaviour = {}): Promise<FakeTurn> {
  const made = await fakeTurn(transport, behaviour);
  onTestFinished(() => made.close());
  return made;
}

export const service = (transport: string, port: number, credentials = true) =>
  `<service type="turn" host="127.0.0.1" port="${port}" transport="${transport}"${credentials ? ` username="${USERNAME}" password="${PASSWORD}"` : ''}/>`;

/** `fail websocket-failed`, worst first. */
export const reported = (run: Run) => run.findings.map(({ id, outcome }) => `${outcome} ${id}`);
export const part = (run: Run, name: string) => run.signaling!.parts.find((one) => one.name === name);
/** What a deployment without TURN is told, which most of those here are. */
export const NO_TURN = 'pass turn-not-offered';

export const hang = () => {};
export const jsonAnswer = (status: number, body: string): Behaviour => ({
  paths: { '/conference-request/v1': (_request, response) => void response.writeHead(status).end(body) },
});
export const path = (name: string, how: NonNullable<Behaviour['paths']>[string]): Behaviour => ({
  paths: { [name]: how },
});
