/** The files of the stack and of the other ways to run it, as far as that can be told without running containers. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { checkKinds } from '../../src/checks/index.ts';
import { loadConfig } from '../../src/config/load.ts';
import { needs, programs } from '../support/needs.ts';

const TOP = join(import.meta.dirname, '../..');
const text = (path: string) => readFileSync(join(TOP, path), 'utf8');
const yaml = <Shape>(path: string) => parse(text(path), { merge: true }) as Shape;

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'vigie-test-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

interface Service {
  image: string;
  profiles?: string[];
  read_only?: boolean;
  user?: string;
  mem_limit?: string;
  pids_limit?: number;
  cap_drop?: string[];
  healthcheck?: object;
  volumes?: string[];
  command?: string[];
  ports?: string[];
  shm_size?: string;
}

describe('docker-compose.yml', () => {
  const { services, volumes } = yaml<{ services: Record<string, Service>; volumes: object }>(
    'docker-compose.yml',
  );
  const ours = ['vigie', 'prometheus', 'alertmanager', 'grafana'];

  it('is what docker-compose understands', needs(programs('docker-compose')), () => {
    for (const profile of [[], ['--profile', 'jitsi']]) {
      execFileSync(
        'docker-compose',
        [...profile, '-f', join(TOP, 'docker-compose.yml'), 'config', '--quiet'],
        {
          stdio: 'pipe',
        },
      );
    }
  });

  it('starts the four by default, and Jitsi with its profile', () => {
    const byDefault = Object.entries(services).filter(([, { profiles }]) => !profiles);
    expect(byDefault.map(([name]) => name)).toEqual(ours);
    const jitsi = Object.entries(services).filter(([, { profiles }]) => profiles?.includes('jitsi'));
    expect(jitsi.map(([name]) => name)).toEqual(['web', 'prosody', 'jicofo', 'jvb']);
  });

  it('lets nothing do or take more than it needs, and pins every image', () => {
    for (const [name, service] of Object.entries(services)) {
      expect(service.read_only, name).toBe(true);
      expect(service.mem_limit, name).toBeTruthy();
      expect(service.pids_limit, name).toBeTruthy();
      if (name !== 'vigie') expect(service.image, name).toMatch(/:(v?\d|\$\{JITSI_VERSION:-stable-\d)/);
    }
    for (const name of ours) {
      const service = services[name]!;
      expect(service.cap_drop, name).toEqual(['ALL']);
      expect(service.user, name).not.toMatch(/^(root|0)?$/);
      expect(service.healthcheck, name).toBeDefined();
      for (const port of service.ports ?? []) expect(port, name).toMatch(/^127\.0\.0\.1:/);
    }
    expect(services.vigie!.shm_size).toBe('1gb');
  });

  it('mounts what is there', () => {
    for (const [name, service] of Object.entries(services)) {
      for (const volume of service.volumes ?? []) {
        const source = volume.replace(/^\$\{\w+:-([^}]+)\}/, '$1').split(':')[0]!;
        if (source.startsWith('.')) expect(existsSync(join(TOP, source)), `${name}: ${source}`).toBe(true);
        else expect(Object.keys(volumes), name).toContain(source);
      }
    }
  });
});

it(
  'prometheus.yml is what promtool understands, with the rules beside it',
  needs(programs('promtool')),
  () => {
    const home = directory();
    const rules = join(TOP, 'dashboards/generated/prometheus/*.yml');
    const config = text('deploy/prometheus/prometheus.yml').replace('rules/*.yml', rules);
    writeFileSync(join(home, 'prometheus.yml'), config);
    const said = execFileSync('promtool', ['check', 'config', join(home, 'prometheus.yml')], {
      encoding: 'utf8',
    });
    expect(said).toMatch(/SUCCESS: 1 rule files found/);
  },
);

it('Grafana finds its data source and its dashboards', () => {
  const { apiVersion, datasources } = yaml<{
    apiVersion: number;
    datasources: { type: string; url: string }[];
  }>('deploy/grafana/provisioning/datasources/vigie.yml');
  expect(apiVersion).toBe(1);
  // "$$" stands for "$" in files for provisioning.
  const destination = { name: 'run', url: 'http://localhost:9797/runs/$${__value.raw}' };
  expect(datasources[0]).toMatchObject({ jsonData: { exemplarTraceIdDestinations: [destination] } });
  expect(datasources).toMatchObject([{ type: 'prometheus', url: 'http://prometheus:9090', isDefault: true }]);
  const provider = yaml<{ apiVersion: number; providers: { type: string; options: { path: string } }[] }>(
    'deploy/grafana/provisioning/dashboards/vigie.yml',
  );
  expect(provider).toMatchObject({ apiVersion: 1, providers: [{ type: 'file' }] });
  const { services } = yaml<{ services: Record<string, Service> }>('docker-compose.yml');
  const mounts = services.grafana!.volumes!.map((volume) => volume.split(':'));
  const mounted = mounts.find(([, target]) => target === provider.providers[0]!.options.path)!;
  expect(readdirSync(join(TOP, mounted[0]!)).filter((name) => name.endsWith('.json'))).toHaveLength(4);
});

it('the configurations that are shipped are accepted', async () => {
  const home = directory();
  const kubernetes = parseAllDocuments(text('deploy/kubernetes/vigie.yaml')).map(
    (document) => document.toJS() as { kind: string; data?: Record<string, string> },
  );
  const configMap = kubernetes.find(({ kind }) => kind === 'ConfigMap')!;
  writeFileSync(join(home, 'kubernetes.yaml'), configMap.data!['vigie.yaml']!);
  const env = {
    VIGIE_LDAP_URL: 'ldap://ldap.example.org',
    VIGIE_LDAP_BIND_DN: 'cn=vigie,dc=example,dc=org',
    VIGIE_LDAP_PASSWORD: 'secret',
  };
  const shipped = ['deploy/jitsi/vigie.yaml', 'deploy/examples/deuxfleurs/vigie.yaml'];
  for (const file of [...shipped.map((path) => join(TOP, path)), join(home, 'kubernetes.yaml')]) {
    expect(await loadConfig(file, checkKinds, env), file).toMatchObject({ ok: true });
  }
});

/** What the API server says of unknown and misspelt fields, from the schemas of its releases: as scripts/setup --tests installs it, or one's own. */
const installed = join(TOP, '.cache/kubernetes/bin/kubernetes-validate');
const validator = existsSync(installed) ? installed : 'kubernetes-validate';
const schemas =
  existsSync(installed) || programs(validator) === null
    ? null
    : 'kubernetes-validate not installed (scripts/setup --tests installs it from PyPI)';

it.each(['1.30', '1.37'])('Kubernetes %s has every field of the manifest', needs(schemas), (version) => {
  const file = join(TOP, 'deploy/kubernetes/vigie.yaml');
  const said = spawnSync(validator, ['--strict', '-k', version, file], { encoding: 'utf8' });
  expect([said.status, said.stderr + said.stdout]).toEqual([0, expect.not.stringContaining('ERROR')]);
});

it('Kubernetes: what belongs together has the same names, and may do no more than it needs', () => {
  const documents = parseAllDocuments(text('deploy/kubernetes/vigie.yaml'), { merge: true });
  for (const { errors } of documents) expect(errors).toEqual([]);
  const [config, claim, deployment, service] = documents.map((document) => document.toJS());
  expect([config, claim, deployment, service].map(({ kind }) => kind)).toEqual([
    'ConfigMap',
    'PersistentVolumeClaim',
    'Deployment',
    'Service',
  ]);
  const { template, selector } = deployment.spec;
  expect(template.metadata.labels).toMatchObject(selector.matchLabels);
  expect(template.metadata.labels).toMatchObject(service.spec.selector);
  const { volumes, securityContext, containers } = template.spec;
  expect(securityContext.runAsNonRoot).toBe(true);
  const [vigie] = containers;
  expect(vigie.securityContext).toMatchObject({
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  const names = volumes.map(({ name }: { name: string }) => name).sort();
  expect(vigie.volumeMounts.map(({ name }: { name: string }) => name).sort()).toEqual(names);
  const by = Object.fromEntries(volumes.map((volume: { name: string }) => [volume.name, volume]));
  expect(by.config.configMap.name).toBe(config.metadata.name);
  expect(by.state.persistentVolumeClaim.claimName).toBe(claim.metadata.name);
});

describe('the systemd unit', needs(programs('systemd-analyze')), () => {
  it('reloads on a Debian that has nothing but what it cannot do without', () => {
    // /bin/kill is of procps, which may be missing.
    expect(text('deploy/systemd/vigie.service')).toMatch(
      /^ExecReload=\/bin\/sh -c 'kill -HUP \$\{MAINPID\}'$/m,
    );
  });

  it('is understood, and is not much exposed', () => {
    const home = directory();
    const unit = join(home, 'vigie.service');
    writeFileSync(unit, text('deploy/systemd/vigie.service').replaceAll('/opt/vigie/', `${TOP}/`));
    const verify = spawnSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8' });
    const ownWords = verify.stderr.split('\n').filter((line) => line.includes('vigie.service'));
    expect(ownWords).toEqual([]);
    const security = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=25', unit], {
      encoding: 'utf8',
    });
    expect(security.status, security.stdout + security.stderr).toBe(0);
  });
});

describe('what stands on the phone', needs(programs('amtool')), () => {
  const stream = (receiver: string, sender: string) => ({
    status: 'firing',
    labels: { alertname: 'VigieStreamMissing', check: 'meet', receiver, sender },
    annotations: { description: `${receiver} does not hear ${sender}.`, run_url: 'http://vigie/runs/latest' },
    startsAt: '2026-11-22T15:04:11Z',
  });
  const render = (status: string, alerts: object[]) => {
    const home = directory();
    const data = {
      status,
      alerts,
      commonLabels: { alertname: 'VigieStreamMissing', check: 'meet', severity: 'critical' },
      commonAnnotations: { summary: 'A participant does not receive a stream.' },
    };
    writeFileSync(join(home, 'data.json'), JSON.stringify(data));
    const [title, text] = ['vigie.title', 'vigie.text'].map((name) =>
      execFileSync(
        'amtool',
        [
          'template',
          'render',
          `--template.glob=${join(TOP, 'deploy/alertmanager/*.tmpl')}`,
          `--template.text={{ template "${name}" . }}`,
          `--template.data=${join(home, 'data.json')}`,
        ],
        { encoding: 'utf8', stdio: 'pipe' },
      ).trim(),
    );
    return { title, text: text!.split('\n') };
  };

  it('says how bad, what, and who; and where to look', () => {
    const { title, text } = render('firing', [stream('B', 'A')]);
    expect(title).toBe('[FIRING] critical: meet: A participant does not receive a stream.');
    expect(text).toEqual([
      'FIRING since 2026-11-22 15:04:11 UTC: B does not hear A.',
      '',
      'Run: http://vigie/runs/latest',
    ]);
  });

  it('stays short with many, and says that it is over', () => {
    const many = Array.from({ length: 12 }, () => stream('B', 'A'));
    const { title, text } = render('firing', many);
    expect(title).toBe('[FIRING:12] critical: meet: A participant does not receive a stream.');
    expect(text.filter((line) => line.includes('B does not'))).toHaveLength(8);
    expect(text).toContain('12 in all; the others are on the dashboard.');
    const over = render('resolved', [
      { ...stream('B', 'A'), status: 'resolved', endsAt: '2026-11-22T15:20:00Z' },
    ]);
    expect(over.title).toBe('[RESOLVED] critical: meet: A participant does not receive a stream.');
    expect(over.text[0]).toBe('RESOLVED at 2026-11-22 15:20:00 UTC: B does not hear A.');
  });
});
