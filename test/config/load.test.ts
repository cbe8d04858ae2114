// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how variables are written in a configuration
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PLAIN } from '../../src/base/about.ts';
import { Secret } from '../../src/base/units.ts';
import { type Config, formatProblems, loadConfig } from '../../src/config/load.ts';
import { longestPauseMs } from '../../src/schedule/ticker.ts';
import { kinds } from '../support/config/kinds.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigie-config-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function load(text: string, env: NodeJS.ProcessEnv = {}) {
  const file = join(directory, 'vigie.yaml');
  await writeFile(file, text);
  return loadConfig(file, kinds, env);
}

async function valid(text: string, env?: NodeJS.ProcessEnv): Promise<Config> {
  const loaded = await load(text, env);
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  return loaded.config;
}

async function problems(text: string, env?: NodeJS.ProcessEnv): Promise<string> {
  const loaded = await load(text, env);
  return loaded.ok ? 'valid' : formatProblems(loaded.problems).replaceAll(`${directory}/`, '');
}

const MEET = `
  - name: meet
    kind: call
    url: https://meet.example.org/
`;

describe('where runs are kept', () => {
  test.each([
    ['', 'history'],
    ['evidence: { dir: /var/lib/vigie/evidence }\n', '/var/lib/vigie/history'],
    ['history: { dir: runs }\n', 'runs'],
    ['history: { dir: ":memory:" }\n', ':memory:'],
  ])('%j: %s', async (keys, dir) => {
    const { history } = await valid(`${keys}checks: ${MEET}`);
    expect(history.dir).toBe(dir === ':memory:' || dir.startsWith('/') ? dir : join(directory, dir));
  });
});

describe('what is not set', () => {
  test('has its default, in milliseconds, numbers and absolute paths', async () => {
    const config = await valid(`checks: ${MEET}`);
    expect(config).toEqual({
      server: { listen: { host: '127.0.0.1', port: 9797 }, trustedProxies: [], hosts: [] },
      evidence: {
        dir: join(directory, 'evidence'),
        keepFailures: 50,
        keepPasses: 2,
        maxAge: 30 * 86_400_000,
        maxRunSize: 20_000_000,
        maxSize: 500_000_000,
      },
      history: {
        dir: join(directory, 'history'),
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
    const both = [join(directory, 'e'), join(directory, 'h')];
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
    const file = join(directory, 'vigie.yaml');
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

describe('variables', () => {
  test('are filled in anywhere in a text, quoted or not', async () => {
    const config = await valid(
      `checks: [{ name: "\${NAME}-1", kind: call, url: "https://\${HOST}/\${ROOM}" }]`,
      {
        NAME: 'meet',
        HOST: 'meet.example.org',
        ROOM: 'a b',
      },
    );
    expect(config.checks[0]).toMatchObject({
      name: 'meet-1',
      options: { url: 'https://meet.example.org/a b' },
    });
  });

  test('$${ is ${ itself', async () => {
    const config = await valid('checks: [{ name: p, kind: mail, relay: { host: "$${NAME}" } }]', {
      NAME: 'x',
    });
    expect(config.checks[0]?.options).toMatchObject({ relay: { host: '${NAME}' } });
  });

  test('are numbers and booleans where those are expected', async () => {
    const config = await valid(
      'checks: [{ name: p, kind: mail, relay: { host: h, port: "${PORT}", tls: "${TLS}" } }]',
      {
        PORT: '2525',
        TLS: 'false',
      },
    );
    expect(config.checks[0]?.options).toMatchObject({ relay: { port: 2525, tls: false } });
  });

  test('stay texts where a text is expected: a password of digits is a password', async () => {
    const config = await valid(`server: { token: "\${TOKEN}" }\nchecks: ${MEET}`, { TOKEN: '0123' });
    expect(config.server.token?.reveal()).toBe('0123');
  });

  test('a value is not filled in again', async () => {
    const config = await valid(`server: { token: "\${TOKEN}" }\nchecks: ${MEET}`, { TOKEN: '${TOKEN}' });
    expect(config.server.token?.reveal()).toBe('${TOKEN}');
  });

  test('their values are never in a problem, whatever the key', async () => {
    const env = { SECRET: 'correct-horse-battery' };
    const everywhere = `
server: { listen: "\${SECRET}", token: ["\${SECRET}"] }
evidence: { dir: "\${SECRET}", keepPasses: "\${SECRET}", maxAge: "\${SECRET}" }
log: { level: "\${SECRET}" }
checks:
  - { name: "\${SECRET}!", kind: "\${SECRET}", every: "\${SECRET}", cron: "\${SECRET}" }
  - { name: a, kind: call, url: "\${SECRET}", participants: ["\${SECRET}"] }
  - { name: "\${SECRET}", kind: mail, relay: { host: h, password: "file:\${SECRET}", ca: "\${SECRET}" } }
  - { name: "\${SECRET}", kind: mail, relay: { host: h }, senders: ["\${SECRET}"] }
`;
    const reported = await problems(everywhere, env);
    expect(reported.split('\n').length).toBeGreaterThan(12);
    expect(reported).not.toContain(env.SECRET);
  });
});

describe('secrets', () => {
  test('come from files, relative to the configuration, without line ends behind them', async () => {
    await writeFile(join(directory, 'token'), 'p4ss word\r\n\n');
    const config = await valid(`server: { token: "file:token" }\nchecks: ${MEET}`);
    expect(config.server.token).toBeInstanceOf(Secret);
    expect(config.server.token?.reveal()).toBe('p4ss word');
    expect(JSON.stringify(config)).not.toContain('p4ss');
  });

  test('a path may hold a variable', async () => {
    await writeFile(join(directory, 'token'), 'p4ss');
    const config = await valid(`server: { token: "file:\${DIR}/token" }\nchecks: ${MEET}`, {
      DIR: directory,
    });
    expect(config.server.token?.reveal()).toBe('p4ss');
  });

  test('an empty file is no secret', async () => {
    await writeFile(join(directory, 'token'), '\n');
    expect(await problems(`server: { token: "file:token" }\nchecks: ${MEET}`)).toBe(
      'vigie.yaml:1:18: server.token: expected a secret that is not empty; found a string',
    );
  });

  test('written out in the file, they are not repeated', async () => {
    const text = 'checks: [{ name: p, kind: mail, relay: { host: h, password: [hunter2] } }]';
    expect(await problems(text)).not.toContain('hunter2');
  });
});

describe('files', () => {
  test('become absolute, from the directory of the configuration', async () => {
    await writeFile(join(directory, 'ca.pem'), '');
    const config = await valid('checks: [{ name: p, kind: mail, relay: { host: h, ca: ca.pem } }]');
    expect(config.checks[0]?.options).toMatchObject({ relay: { ca: join(directory, 'ca.pem') } });
  });
});

describe('anchors and merges', () => {
  test('repeat what checks share; what a check sets itself wins', async () => {
    const config = await valid(`
checks:
  - &usual
    name: a
    kind: call
    url: https://meet.example.org/
    watch: 10s
  - { name: b, watch: 20s, <<: *usual }
  - { <<: [*usual], name: c }
`);
    expect(config.checks.map(({ name, options }) => [name, options])).toEqual([
      ['a', expect.objectContaining({ watch: 10_000 })],
      ['b', expect.objectContaining({ watch: 20_000 })],
      ['c', expect.objectContaining({ watch: 10_000 })],
    ]);
  });

  test('one that contains itself is refused', async () => {
    expect(await problems('checks: &a [*a]')).toContain('an alias that contains itself');
  });

  test('a few lines that would become billions are refused', async () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let n = 1; n < 9; n += 1)
      lines.push(
        `a${n}: &a${n} [${Array(10)
          .fill(`*a${n - 1}`)
          .join(', ')}]`,
      );
    expect(await problems(lines.join('\n'))).toContain('the aliases in this file multiply it too far');
  });
});

describe('the file itself', () => {
  test('is not there', async () => {
    const loaded = await loadConfig(join(directory, 'no.yaml'), kinds, {});
    expect(loaded).toMatchObject({
      ok: false,
      problems: [{ line: null, message: 'cannot be read: there is no such file' }],
    });
  });

  test('is a directory', async () => {
    const loaded = await loadConfig(directory, kinds, {});
    expect(loaded.ok ? '' : formatProblems(loaded.problems)).toBe(
      `${directory}: cannot be read: it is a directory, expected a YAML file`,
    );
  });

  test('may have a byte order mark and Windows line ends', async () => {
    const text = `\uFEFFchecks: ${MEET}    watsh: 5s\n`.replaceAll('\n', '\r\n');
    expect(await problems(text)).toBe('vigie.yaml:5:5: checks[0].watsh: unknown key; did you mean "watch"?');
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
