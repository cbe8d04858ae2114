/** The manifest of deploy/kubernetes, applied to a real API server with its admission; no node runs what it accepts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { freePort } from '../support/free-port.ts';
import { needs, programs } from '../support/needs.ts';

const MANIFEST = join(import.meta.dirname, '../../deploy/kubernetes/vigie.yaml');
const UP_MS = 120_000;
const TOKEN = 'test-token';
const SERVER = 'kube-apiserver';
/** Why none can be started here. */
const obstacle =
  programs(SERVER) === null ? programs('etcd') : `${SERVER} not installed (Kubernetes; Debian has none)`;

interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: object };
}
interface Deployment extends Resource {
  readonly spec: {
    readonly template: { readonly metadata: object; readonly spec: { containers: object[] } };
  };
}
interface Answer {
  readonly status: number;
  readonly warnings: string | undefined;
  readonly body: string;
}

const PLURALS: Readonly<Record<string, string>> = {
  ConfigMap: 'configmaps',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  Deployment: 'deployments',
  Service: 'services',
  ServiceAccount: 'serviceaccounts',
};
const resources = parseAllDocuments(readFileSync(MANIFEST, 'utf8')).map(
  (document) => document.toJS() as Resource,
);
const deployment = resources.find(({ kind }) => kind === 'Deployment') as Deployment;

/** A namespace that refuses what is not of this Pod Security level. */
const namespace = (name: string, level: string): Resource => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name,
    labels: { 'pod-security.kubernetes.io/enforce': level, 'pod-security.kubernetes.io/warn': level },
  },
});

describe('the Kubernetes manifest', needs(obstacle), () => {
  const home = obstacle ? '' : mkdtempSync(join(tmpdir(), 'vigie-test-'));
  const children: ChildProcess[] = [];
  let port = 0;

  const start = (program: string, ...args: string[]) =>
    children.push(spawn(program, args, { stdio: 'ignore' }));
  async function ask(method: string, path: string, type = 'application/json', body = ''): Promise<Answer> {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': type };
    // Its certificate is its own, made when it starts.
    const asked = request({ host: '127.0.0.1', port, path, method, headers, rejectUnauthorized: false }).end(
      body,
    );
    const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
    const { warning } = response.headers;
    return { status: response.statusCode!, warnings: warning, body: await text(response) };
  }
  /** As "kubectl apply --server-side" does it; an unknown field is an error. */
  function apply(resource: Resource, where: string): Promise<Answer> {
    const { apiVersion, kind, metadata } = resource;
    const api = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
    const place = kind === 'Namespace' ? 'namespaces' : `namespaces/${where}/${PLURALS[kind]}`;
    const path = `${api}/${place}/${metadata.name}?fieldManager=test&fieldValidation=Strict`;
    return ask('PATCH', path, 'application/apply-patch+yaml', stringify(resource));
  }
  /** What would come of the pod that the Deployment makes. */
  function createPod(where: string, spec: object): Promise<Answer> {
    const { metadata } = deployment.spec.template;
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: 'vigie' }, spec };
    return ask(
      'POST',
      `/api/v1/namespaces/${where}/pods?dryRun=All`,
      'application/json',
      JSON.stringify(pod),
    );
  }

  beforeAll(async () => {
    const [client, peer] = [await freePort(), await freePort()].map((free) => `http://127.0.0.1:${free}`) as [
      string,
      string,
    ];
    port = await freePort();
    start(
      'etcd',
      `--data-dir=${join(home, 'etcd')}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
    );
    const key = join(home, 'accounts.pem');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(key, privateKey.export({ type: 'pkcs1', format: 'pem' }));
    writeFileSync(join(home, 'tokens.csv'), `${TOKEN},admin,admin,system:masters\n`);
    start(
      SERVER,
      `--etcd-servers=${client}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${join(home, 'certificates')}`,
      '--service-cluster-ip-range=10.96.0.0/24',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${key}`,
      `--service-account-signing-key-file=${key}`,
      `--token-auth-file=${join(home, 'tokens.csv')}`,
      '--authorization-mode=RBAC',
    );
    const ready = () =>
      ask('GET', '/readyz').then(
        ({ status }) => status === 200,
        () => false,
      );
    await vi.waitUntil(ready, { timeout: UP_MS, interval: 500 });
  }, UP_MS);
  afterAll(async () => {
    // The API server first: without its store it would not end.
    for (const child of children.reverse()) {
      if (child.exitCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    if (home !== '') rmSync(home, { recursive: true, force: true });
  }, UP_MS);

  it('is accepted whole, twice, without a warning, where Pod Security is "restricted"', async () => {
    expect(await apply(namespace('strict', 'restricted'), '')).toMatchObject({ status: 201 });
    for (const status of [201, 200]) {
      for (const resource of resources) {
        const answer = await apply(resource, 'strict');
        expect(answer, resource.kind).toMatchObject({ status, warnings: undefined });
      }
    }
  });

  it('makes a pod that is admitted there, and one with more rights would not be', async () => {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
    // Where there are controllers, one of them makes it.
    expect((await apply(account, 'strict')).status).toBeLessThan(300);
    const { spec } = deployment.spec.template;
    expect(await createPod('strict', spec)).toMatchObject({ status: 201, warnings: undefined });
    const [container] = spec.containers;
    const loose = { ...spec, containers: [{ ...container, securityContext: {} }] };
    const refused = await createPod('strict', loose);
    expect(refused.status).toBe(403);
    expect(refused.body).toMatch(/violates PodSecurity .*allowPrivilegeEscalation/);
  });

  it('an unknown field would be refused', async () => {
    const misspelt = { ...deployment, spec: { ...deployment.spec, replica: 1 } } as Resource;
    expect((await apply(misspelt, 'strict')).body).toContain('.spec.replica: field not declared');
  });
});
