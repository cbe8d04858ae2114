// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how variables are written in a configuration
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PLAIN } from '../../src/base/about.ts';
import { formatProblems, loadConfig } from '../../src/config/load.ts';
import { longestPauseMs } from '../../src/schedule/ticker.ts';
import { kinds } from '../support/config/kinds.ts';

import { loading, MEET } from '../support/config/loading.ts';

const { here, load, problems, valid } = loading();

describe('where runs are kept', () => {
  test.each([
    ['', 'history'],
    ['evidence: { dir: /var/lib/vigie/evidence }\n', '/var/lib/vigie/history'],
    ['history: { dir: runs }\n', 'runs'],
    ['history: { dir: ":memory:" }\n', ':memory:'],
  ])('%j: %s', async (keys, dir) => {
    const { history } = await valid(`${keys}checks: ${MEET}`);
    expect(history.dir).toBe(dir === ':memory:' || dir.startsWith('/') ? dir : join(here(), dir));
  });
});

describe('what is not set', () => {
  test('has its default, in milliseconds, numbers and absolute paths', async () => {
    const config = await valid(`checks: ${MEET}`);
    expect(config).toEqual({
      server: { listen: { host: '127.0.0.1', port: 9797 }, trustedProxies: [], hosts: [] },
      evidence: {
        dir: join(here(), 'evidence'),
        keepFailures: 50,
        keepPasses: 2,
        maxAge: 30 * 86_400_000,
        maxRunSize: 20_000_000,
        maxSize: 500_000_000,
      },
      history: {
        dir: join(here(), 'history'),
        keep: 50_000,
        maxAge: 180 * 86_400_000,
        maxSize: 1_000_000_000,
      },
      log: { level: 'info' },
      status: { messages: [], hide: [], others: [] },
      notify: { language: 'en', wait: 5000, targets: [] },
      checks: [
        {
          name: 'meet',
          about: PLAIN,
          kind: 'call',
          schedule: { everyMs: 300_000 },
          options: {
            url: 'https://meet.example.org/',
            participants: ['chromium', 'chromium', 'chromium'],
            watch: 5000,
            maxLatency: 400,
          },
        },
      ],
    });
  });

  test('a kind has its own usual interval', async () => {
    const config = await valid('checks: [{ name: post, kind: mail, relay: { host: out } }]');
    expect(config.checks[0]?.schedule).toEqual({ everyMs: 900_000 });
  });
});

describe('a schedule', () => {
  test.each([
    ['@hourly', 3_600_000],
    ['@daily', 24 * 3_600_000],
    ['@weekly', 7 * 24 * 3_600_000],
  ])('is the cron nickname %s', async (cron, pauseMs) => {
    const { checks } = await valid(`checks: ${MEET}    cron: "${cron}"`);
    expect(checks[0]!.schedule).toEqual({ cron });
    expect(longestPauseMs(checks[0]!.schedule)).toBe(pauseMs);
  });

  test('is an interval or a cron expression', async () => {
    const config = await valid(
      `checks: ${MEET}    every: 1m30s\n  - {name: b, kind: call, url: "https://x/", cron: "0 3 * * *"}`,
    );
    expect(config.checks.map(({ schedule }) => schedule)).toEqual([
      { everyMs: 90_000 },
      { cron: '0 3 * * *' },
    ]);
  });
});

describe('where nothing is said of a directory', () => {
  const dirs = async (env: NodeJS.ProcessEnv, keys = '') => {
    const { evidence, history } = await valid(`${keys}checks: ${MEET}`, env);
    return [evidence.dir, history.dir];
  };
  test.each<[string, NodeJS.ProcessEnv, string]>([
    ['that of a service', { STATE_DIRECTORY: '/var/lib/vigie', XDG_STATE_HOME: '/x' }, '/var/lib/vigie'],
    ['the first that systemd gives', { STATE_DIRECTORY: '/var/lib/vigie:/var/lib/more' }, '/var/lib/vigie'],
    ["that of the user's session", { XDG_STATE_HOME: '/home/u/.state' }, '/home/u/.state/vigie'],
  ])('it is %s', async (_, env, expected) => {
    expect(await dirs(env)).toEqual([join(expected, 'evidence'), join(expected, 'history')]);
  });

  test('one that is said counts', async () => {
    const env = { STATE_DIRECTORY: '/var/lib/vigie' };
    const both = [join(here(), 'e'), join(here(), 'h')];
    expect(await dirs(env, 'evidence: { dir: e }\nhistory: { dir: h }\n')).toEqual(both);
  });
});

describe('secrets that were meant otherwise', () => {
  test('a variable may hold what begins with "$", and no space around it', async () => {
    const config = await valid(`server: { token: "\${T}" }\nchecks: ${MEET}`, { T: '$HUNTER' });
    expect(config.server.token?.reveal()).toBe('$HUNTER');
    const text = await problems(`server: { token: "\${T}" }\nchecks: ${MEET}`, { T: 'hunter2\n' });
    expect(text).toContain('line end');
    expect(text).not.toContain('hunter2');
  });
});

describe('every and cron', () => {
  test('a merged check may change from one to the other', async () => {
    const { checks } = await valid(
      `checks:\n  - &usual { name: a, kind: call, url: "https://x/", every: 5m }\n  - { <<: *usual, name: b, cron: "0 * * * *" }`,
    );
    expect(checks.map(({ schedule }) => schedule)).toEqual([{ everyMs: 300_000 }, { cron: '0 * * * *' }]);
  });
});

describe('calls that do not find the time', () => {
  const heavy = { ...kinds, call: { ...kinds.call!, heavy: true, deadlineMs: () => 60_000 } };
  const warnings = async (...schedules: string[]) => {
    const file = join(here(), 'vigie.yaml');
    const checks = schedules.map(
      (when, at) => `  - { name: c${at}, kind: call, url: "https://x/", ${when} }`,
    );
    await writeFile(file, `checks:\n${checks.join('\n')}\n`);
    const loaded = await loadConfig(file, heavy, {});
    return loaded.ok ? loaded.warnings.map(({ line, key, message }) => `${line} ${key} ${message}`) : null;
  };

  test('are warned of, where their longest runs are more than there is time', async () => {
    expect(await warnings('every: 5m', 'every: 5m', 'cron: "*/5 * * * *"')).toEqual([]);
    expect(await warnings('every: 2m', 'every: 3m', 'cron: "*/5 * * * *"')).toEqual([
      expect.stringMatching(/^2 checks\[0\] 3 checks need browsers.*103 % of the time.*1m every 2m/),
    ]);
  });

  test('one that cannot be over when it is due again', async () => {
    expect(await warnings('every: 10m', 'every: 30s')).toEqual([
      expect.stringMatching(/^3 checks\[1\] a run may take 1m and one is due every 30s/),
    ]);
  });
});

describe('addresses to listen on', () => {
  test.for([
    ['127.0.0.1:80', '127.0.0.1', 80],
    [':9797', '::', 9797],
    ['"[::1]:9797"', '::1', 9797],
    ['localhost:0', 'localhost', 0],
  ] as const)('%s', async ([text, host, port]) => {
    const config = await valid(`server: {listen: "${text.replaceAll('"', '')}"}\nchecks: ${MEET}`);
    expect(config.server.listen).toEqual({ host, port });
  });
});

test('all problems are reported at once, in the order of the file', async () => {
  const reported = await problems(`checks:
  - name: Meet
    kind: call
    watch: 5
    url: https://\${NOWHERE}/
    participnts: []
lgo: {}
`);
  expect(reported.split('\n').map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
    'vigie.yaml:2:11: checks[0].name',
    'vigie.yaml:4:12: checks[0].watch',
    'vigie.yaml:5:10: checks[0].url',
    'vigie.yaml:6:5: checks[0].participnts',
    'vigie.yaml:7:1: lgo',
  ]);
});

describe('what is said of a check', () => {
  const of = (text: string) =>
    `checks:\n  - { name: meet, kind: call, url: "https://meet.example.org/", ${text} }\n`;

  test('is read, whatever its kind', async () => {
    const { checks } = await valid(
      of(
        'title: Video calls, group: Jitsi, severity: warning, labels: { team: platform }, enabled: false, maintenance: [{ cron: "0 3 * * 0", duration: 1h }], confirm: 2',
      ),
    );
    expect(checks[0]!.about).toEqual({
      title: 'Video calls',
      group: 'Jitsi',
      severity: 'warning',
      labels: { team: 'platform' },
      enabled: false,
      maintenance: [{ cron: '0 3 * * 0', duration: 3_600_000 }],
      confirm: 2,
    });
  });

  test.each([
    ['title: ""', 'expected a line of at most 80 characters'],
    [`title: ${'x'.repeat(81)}`, 'expected a line of at most 80 characters'],
    ['title: "a\\nb"', 'expected a line of at most 80 characters'],
    ['severity: high', 'expected "critical", "warning" or "none"'],
    ['labels: { Team: x }', 'names have lower-case letters'],
    ['labels: { team: "" }', 'expected a line of at most 100 characters'],
    [
      `labels: { ${Array.from({ length: 11 }, (_, i) => `l${i}: x`).join(', ')} }`,
      'expected at most 10 labels',
    ],
    ['maintenance: [{ cron: "0 3 * *", duration: 1h }]', 'expected a cron expression'],
    ['maintenance: [{ cron: "0 3 * * *", duration: 8d }]', 'between 1m and 7d'],
    ['confirm: 6', 'expected a number of runs, 0 to 5'],
  ])('%s is rejected', async (text, expected) => {
    const loaded = await load(of(text));
    expect(loaded.ok ? '' : formatProblems(loaded.problems)).toContain(expected);
  });
});

describe('notify', () => {
  const of = (targets: string, more = '') =>
    `checks: ${MEET}\nnotify: { language: fr, targets: [${targets}]${more} }\n`;

  test('has defaults, and secrets that are not shown', async () => {
    const { notify } = await valid(
      of('{ name: oncall, kind: ntfy, url: "${TOPIC}" }', ', heartbeat: { url: "${BEAT}" }'),
      { TOPIC: 'https://ntfy.example.org/open-sesame', BEAT: 'https://hc.example.org/x' },
    );
    expect(notify).toMatchObject({
      language: 'fr',
      wait: 5000,
      targets: [{ name: 'oncall', kind: 'ntfy', severity: 'warning', resolved: true, remind: 86_400_000 }],
      heartbeat: { every: 60_000 },
    });
    expect(JSON.stringify(notify)).not.toContain('open-sesame');
  });

  test.each([
    ['{ name: x, kind: pigeon }', 'expected a kind of target'],
    ['{ name: x, kind: ntfy, url: "ftp://open-sesame/" }', 'expected an address that begins with https://'],
    [
      '{ name: x, kind: matrix, homeserver: "https://m.example.org", room: "#name:x", token: t }',
      'expected the id of a room',
    ],
    ['{ name: x, kind: command, argv: [] }', 'expected the program and its arguments'],
    ['{ name: x, kind: command, argv: "rm -rf /" }', 'expected a list: the program and its arguments'],
    ['{ name: x, kind: email, host: m.example.org, from: a@b.c, to: [] }', 'expected at least one address'],
    [
      '{ name: x, kind: email, host: m.example.org, tls: none, password: p, from: a@b.c, to: [a@b.c] }',
      'a password is not sent without TLS',
    ],
    [
      '{ name: x, kind: webhook, url: "https://a/" }, { name: x, kind: webhook, url: "https://b/" }',
      'expected each target to have a name of its own',
    ],
  ])('%s is rejected', async (targets, expected) => {
    const loaded = await load(of(targets));
    const reported = loaded.ok ? '' : formatProblems(loaded.problems);
    expect(reported).toContain(expected);
    expect(reported).not.toContain('open-sesame');
  });

  test('by mail is rejected where the server is a relay that is watched', async () => {
    const text = `checks:
  - { name: post, kind: mail, relay: { host: Out.example.org } }
notify:
  targets:
    - { name: x, kind: email, host: out.example.org., from: a@b.c, to: [a@b.c] }
`;
    expect(await problems(text)).toContain(
      'vigie.yaml:5:37: notify.targets[0].host: out.example.org. is the relay that the check "post" watches: its faults could not be reported by mail through it.',
    );
    const other = text.replace('out.example.org.', 'mail.elsewhere.example');
    expect(await problems(other)).toBe('valid');
  });
});
