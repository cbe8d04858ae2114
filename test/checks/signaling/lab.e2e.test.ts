/** The signaling check against a real Jitsi that is well; with faults: `../lab-faults.services.test.ts`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { jitsiLab, lab, labRun } from '../../support/call/lab.ts';
import { needs } from '../../support/needs.ts';
import { reported, signalingOfLab } from '../../support/signaling/lab.ts';

describe('the way into a real Jitsi', needs(jitsiLab), () => {
  it('is fine, part by part', async () => {
    const { run, output } = await signalingOfLab();
    expect(reported(run)).toEqual([]);
    expect(run.outcome).toBe('pass');
    const judged = run.signaling!.parts.filter(({ ok }) => ok !== null);
    expect(judged.map(({ name, ok }) => [name, ok])).toEqual(
      [
        'page',
        'certificate',
        'config',
        'library',
        'websocket',
        'bosh',
        'login',
        'round-trip',
        'conference-request',
        'turn-credentials',
        'turn-udp',
        'turn-tls',
        'bridge',
        'bridge-ipv4',
      ].map((name) => [name, true]),
    );
    for (const { ms } of judged) expect(ms).not.toBeNull();
    // Its prosody has no mod_version; its jicofo tells a version to those who are in the room.
    expect(run.software).toEqual([
      { part: 'web', name: 'nginx', version: expect.stringMatching(/^\d+\.\d+/) },
      { part: 'jicofo', name: 'Jicofo', version: expect.any(String) },
    ]);
    // Ephemeral TURN credentials are `<expiry>` or `<expiry>:<name>`; passwords are base64 of 20 bytes.
    expect(output).not.toMatch(/labsecret|[A-Za-z0-9+/]{27}=/);
  });

  it('verifies the certificates of web front and TURN server', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'vigie-ca-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const ca = join(directory, 'ca.pem');
    const host = new URL(lab!.url).hostname;
    // Both: after `cert-expired` the web front has another one than the TURN server, which goes on running.
    const shown = [443, 5349].map((port) =>
      labRun(
        'exec',
        'sh',
        '-c',
        `openssl s_client -connect ${host}:${port} </dev/null 2>/dev/null | openssl x509`,
      ),
    );
    writeFileSync(ca, shown.join(''));
    const { run } = await signalingOfLab({ insecure: false, env: { NODE_EXTRA_CA_CERTS: ca } });
    expect(reported(run)).toEqual([]);
    expect(run.signaling!.certificates.map(({ problem }) => problem)).toEqual([null, null]);
    const strict = await signalingOfLab({ insecure: false });
    expect(reported(strict.run)).toEqual(['fail certificate-invalid']);
    expect(strict.run.findings[0]!.text).toContain('self-signed');
  });

  it('our own network down is an error, and says nothing of it', async () => {
    const { run } = await signalingOfLab({ prefix: ['unshare', '-n'] });
    expect(run.outcome).toBe('error');
    expect(reported(run)).toEqual(['error own-network-down']);
  });
});
