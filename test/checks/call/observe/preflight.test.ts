import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type LookupFunction, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Asking, preflight } from '../../../../src/checks/call/observe/preflight.ts';
import { published } from '../../../../src/checks/run.ts';
import { unreachable, type WebFound } from '../../../../src/checks/web/findings.ts';

const ROOM = 'vigie-1';
const SCRIPT = `var config = { hosts: { domain: 'm', muc: 'muc.m' } };${' '.repeat(500)}`;
const PAGE = '<!DOCTYPE html><html><title>Jitsi Meet</title></html>';
const never = new AbortController().signal;

/** Answers as a deployment does; `special` may answer a path otherwise. */
const deployment =
  (
    special: (path: string) => { status?: number; body?: string; location?: string } | null = () => null,
  ): RequestListener =>
  ({ url }, response) => {
    const { status = 200, body, location } = special(url!) ?? {};
    if (location) response.setHeader('Location', location);
    response.writeHead(status).end(body ?? (url!.endsWith('.js') ? SCRIPT : PAGE));
  };

/** Listens for the length of a test; gives its port. */
async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    if (server instanceof http.Server || server instanceof https.Server) server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const overHttp = async (listener: RequestListener) =>
  `http://127.0.0.1:${await listen(http.createServer(listener))}/`;

/** A finding in words, without its evidence. */
const inWords = (finding: WebFound) => {
  const { id, outcome, text } = published('call', finding);
  return { id, outcome, text };
};

const reported = async (base: string, { insecure = false, ...how }: Asking & { insecure?: boolean } = {}) =>
  (await preflight({ base, room: ROOM }, insecure, never, { deadlineMs: 5000, ...how })).findings.map(
    inWords,
  );

describe('a web front', () => {
  it('that has page, configuration and library gives no findings', async () => {
    expect(await reported(await overHttp(deployment()))).toEqual([]);
  });

  it('is asked below the path of the address', async () => {
    const asked: string[] = [];
    const base = await overHttp((request, response) => {
      asked.push(request.url!);
      deployment()(request, response);
    });
    await reported(`${base}tenant/`);
    expect(asked.sort()).toEqual([
      '/tenant/config.js',
      '/tenant/libs/lib-jitsi-meet.min.js',
      '/tenant/vigie-1',
    ]);
  });

  it('that is out of order is one finding, whatever else it lacks', async () => {
    const base = await overHttp(deployment(() => ({ status: 502 })));
    expect(await reported(base)).toEqual([
      {
        id: 'page-error',
        outcome: 'fail',
        text: 'The web front answers 502: nobody can open the page. What is behind it (the container, the upstream) does not answer.',
      },
    ]);
  });

  it('without config.js says so', async () => {
    const base = await overHttp(deployment((path) => (path === '/config.js' ? { status: 404 } : null)));
    expect(await reported(base)).toEqual([
      {
        id: 'config-missing',
        outcome: 'fail',
        text: 'The web front answers 404 for config.js: the call cannot even start.',
      },
    ]);
  });

  it('that answers its start page for everything lacks the library, though with status 200', async () => {
    const base = await overHttp(
      deployment((path) => (path.includes('libs/') ? { body: `\n${PAGE}` } : null)),
    );
    expect(await reported(base)).toEqual([
      {
        id: 'library-missing',
        outcome: 'fail',
        text: 'The web front answers with a page where libs/lib-jitsi-meet.min.js should be: the call cannot even start.',
      },
    ]);
  });

  it('that redirects is followed, as browsers do', async () => {
    const base = await overHttp(
      deployment((path) => (path === '/config.js' ? { status: 301, location: '/v2/config.js' } : null)),
    );
    expect(await reported(base)).toEqual([]);
    const login = await overHttp(
      deployment((path) => (path.endsWith('.js') ? { status: 302, location: '/login' } : null)),
    );
    expect((await reported(login)).map(({ id }) => id)).toEqual(['redirected-away']);
  });

  it('that redirects in a circle is not followed for ever', async () => {
    const base = await overHttp(
      deployment((path) => (path === '/config.js' ? { status: 302, location: '/config.js' } : null)),
    );
    expect((await reported(base)).map(({ text }) => text)).toEqual([
      'The web front answers 302 for config.js: the call cannot even start.',
    ]);
  });

  it('where nothing listens refuses', async () => {
    const server = net.createServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await reported(`http://127.0.0.1:${port}/`)).toEqual([
      {
        id: 'page-unreachable',
        outcome: 'fail',
        text: `Nothing listens at 127.0.0.1:${port}: the connection is refused.`,
      },
    ]);
  });

  it('that accepts and says nothing has a deadline', async () => {
    const port = await listen(net.createServer((socket) => onTestFinished(() => void socket.destroy())));
    expect(await reported(`http://127.0.0.1:${port}/`, { deadlineMs: 100 })).toEqual([
      {
        id: 'page-unreachable',
        outcome: 'fail',
        text: `127.0.0.1:${port} does not answer within 100ms.`,
      },
    ]);
  });

  it('that hangs in the middle of a file names the file', async () => {
    const base = await overHttp((request, response) => {
      if (request.url === '/config.js') response.writeHead(200).write('var');
      else deployment()(request, response);
    });
    const [finding] = await reported(base, { deadlineMs: 300 });
    expect(finding?.text).toMatch(/ does not answer for \/config\.js within 300ms\.$/);
  });

  it('that breaks off the connection cannot be reached', async () => {
    const port = await listen(net.createServer((socket) => void socket.destroy()));
    expect(await reported(`http://127.0.0.1:${port}/`)).toEqual([
      {
        id: 'page-unreachable',
        outcome: 'fail',
        text: `127.0.0.1:${port} cannot be reached (ECONNRESET).`,
      },
    ]);
  });

  it('is not blamed when the run was cancelled', async () => {
    const port = await listen(net.createServer((socket) => onTestFinished(() => void socket.destroy())));
    const cancelled = new AbortController();
    const asking = preflight({ base: `http://127.0.0.1:${port}/`, room: ROOM }, false, cancelled.signal);
    cancelled.abort();
    expect((await asking).findings).toEqual([]);
  });
});

describe('a name', () => {
  const failing =
    (code: string): LookupFunction =>
    (_hostname, _options, done) =>
      done(Object.assign(new Error(`getaddrinfo ${code}`), { code }), '');

  it('that does not exist is the target’s fault', async () => {
    expect(await reported('https://meet.example.org/', { lookup: failing('ENOTFOUND') })).toEqual([
      {
        id: 'host-unknown',
        outcome: 'fail',
        text: 'The name meet.example.org does not exist in DNS.',
      },
    ]);
  });

  it.each<[string, LookupFunction]>([
    ['says that it cannot tell', failing('EAI_AGAIN')],
    ['does not answer at all', () => {}],
  ])('is nobody’s fault but ours when our resolver %s', async (_how, lookup) => {
    expect(await reported('https://meet.example.org/', { lookup, deadlineMs: 100 })).toEqual([
      {
        id: 'own-resolver-down',
        outcome: 'error',
        text: "This machine's resolver does not answer for meet.example.org; nothing can be said of the deployment.",
      },
    ]);
  });

  it('that resolves to a machine which says nothing is the target’s fault', async () => {
    const port = await listen(net.createServer((socket) => onTestFinished(() => void socket.destroy())));
    const lookup: LookupFunction = (_hostname, _options, done) =>
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    expect(await reported(`http://meet.example.org:${port}/`, { lookup, deadlineMs: 100 })).toEqual([
      {
        id: 'page-unreachable',
        outcome: 'fail',
        text: `meet.example.org:${port} does not answer within 100ms.`,
      },
    ]);
  });
});

describe('a certificate', () => {
  const run = promisify(execFile);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  let directory: string;
  const trusted = tls.getCACertificates('default');

  /** A certificate of the test's own authority; gives its name as a file. */
  async function issue(name: string, altName: string, days: number): Promise<void> {
    await run(
      'openssl',
      [
        'req',
        ...key,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
        '-subj',
        `/CN=${name}`,
        '-addext',
        `subjectAltName=${altName}`,
      ],
      { cwd: directory },
    );
    await run(
      'openssl',
      [
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-CA',
        'authority.pem',
        '-CAkey',
        'authority.key',
        '-CAcreateserial',
        '-copy_extensions',
        'copy',
        '-days',
        String(days),
        '-out',
        `${name}.pem`,
      ],
      { cwd: directory },
    );
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vigie-test-certificates-'));
    for (const name of ['authority', 'self-signed']) {
      await run(
        'openssl',
        [
          'req',
          '-x509',
          ...key,
          '-keyout',
          `${name}.key`,
          '-out',
          `${name}.pem`,
          '-subj',
          `/CN=${name}`,
          '-days',
          '2',
        ],
        { cwd: directory },
      );
    }
    await issue('valid', 'IP:127.0.0.1', 2);
    await issue('expired', 'IP:127.0.0.1', -1);
    await issue('other-name', 'DNS:chat.example.org', 2);
    tls.setDefaultCACertificates([...trusted, await readFile(join(directory, 'authority.pem'), 'utf8')]);
  });
  afterAll(async () => {
    tls.setDefaultCACertificates(trusted);
    await rm(directory, { recursive: true });
  });

  const overHttps = async (name: string) => {
    const [cert, privateKey] = await Promise.all(
      ['pem', 'key'].map((ending) => readFile(join(directory, `${name}.${ending}`))),
    );
    const server = https.createServer({ cert: cert!, key: privateKey! }, deployment());
    return `https://127.0.0.1:${await listen(server)}/`;
  };

  it('that is valid is no finding', async () => {
    expect(await reported(await overHttps('valid'))).toEqual([]);
  });

  it.each([
    ['expired', /is not valid: it has expired\. Browsers refuse/],
    ['other-name', /is not valid: it was issued for another name\. Browsers refuse/],
    ['self-signed', /is not valid: it is self-signed \(--insecure .*accepts it\)\. Browsers refuse/],
  ])('%s is a failure with its reason, unless it is not to be verified', async (name, reason) => {
    const base = await overHttps(name);
    expect(await reported(base)).toEqual([
      { id: 'certificate-invalid', outcome: 'fail', text: expect.stringMatching(reason) },
    ]);
    expect(await reported(base, { insecure: true })).toEqual([]);
  });

  it('is not there where plain HTTP is spoken', async () => {
    const base = (await overHttp(deployment())).replace('http:', 'https:');
    expect(await reported(base)).toEqual([
      {
        id: 'page-unreachable',
        outcome: 'fail',
        text: expect.stringMatching(/answers, but not with TLS.*http:\/\/ address\?$/),
      },
    ]);
  });
});

describe('whose fault it is', () => {
  const fault = (code: string, message = code): Error => Object.assign(new Error(message), { code });
  const base = 'https://meet.example.org:8443/';
  const of = (cause: Error) => inWords(unreachable(base, cause, 8000));

  it.each(['ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL'])(
    '%s is ours: nothing is said of the target',
    (code) => {
      expect(of(fault(code))).toEqual({
        id: 'own-network-down',
        outcome: 'error',
        text: `This machine has no network towards meet.example.org:8443 (${code}); nothing can be said of the deployment.`,
      });
    },
  );

  it('a resolver that does not answer is ours', () => {
    expect(of(fault('EAI_AGAIN'))).toMatchObject({ id: 'own-resolver-down', outcome: 'error' });
  });

  it('a name that does not exist is the target’s', () => {
    expect(of(fault('ENOTFOUND'))).toEqual({
      id: 'host-unknown',
      outcome: 'fail',
      text: 'The name meet.example.org does not exist in DNS.',
    });
  });

  it.each([
    ['CERT_NOT_YET_VALID', 'not-yet-valid', 'it is not valid yet'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'unknown-authority', 'its authority is not a known one'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'incomplete-chain', 'an intermediate certificate is missing'],
    ['CERT_REVOKED', 'revoked', 'it has been revoked'],
    ['CERT_UNTRUSTED', 'unverified', 'it could not be verified (CERT_UNTRUSTED)'],
  ])('%s is the certificate’s', (code, certificate, reason) => {
    const finding = unreachable(base, fault(code), 8000);
    expect(finding).toMatchObject({
      cause: { id: 'certificate-invalid', failure: { failure: 'certificate-invalid', certificate, code } },
      outcome: 'fail',
    });
    expect(inWords(finding).text).toContain(`is not valid: ${reason}`);
  });

  it('of several addresses the one that was reached decides', () => {
    const both = (...codes: string[]) => of(new AggregateError(codes.map((code) => fault(code))));
    expect(both('ENETUNREACH', 'ECONNREFUSED')).toMatchObject({ id: 'page-unreachable', outcome: 'fail' });
    expect(both('ECONNREFUSED', 'ENETUNREACH')).toMatchObject({ id: 'page-unreachable', outcome: 'fail' });
    expect(both('ENETUNREACH', 'ENETUNREACH')).toMatchObject({ id: 'own-network-down', outcome: 'error' });
  });

  it('keeps what was asked and answered as evidence', () => {
    const finding = unreachable(base, fault('ECONNRESET', 'read ECONNRESET'), 8000);
    expect(published('call', finding).evidence).toEqual({
      url: base,
      code: 'ECONNRESET',
      message: 'read ECONNRESET',
      failure: {
        failure: 'unreachable',
        host: 'meet.example.org:8443',
        name: 'meet.example.org',
        code: 'ECONNRESET',
      },
    });
  });
});
